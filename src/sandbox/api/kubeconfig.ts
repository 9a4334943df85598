import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

export interface KubeconfigOptions {
  readonly server: string;
  readonly token: string;
  /** PEM. */
  readonly authority: string;
}

/** A kubeconfig with one context, `podstress-sandbox`. */
export function kubeconfigText({ server, token, authority }: KubeconfigOptions): string {
  const name = 'podstress-sandbox';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}

/** Writes a new file that only its owner can read. Throws Error (EEXIST) where there is one already. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  await writeFile(path, kubeconfigText(options), { mode: 0o600, flag: 'wx' });
}
