import { readFile, rename, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';

export interface KubeconfigOptions {
  readonly server: string;
  readonly token: string;
  /** PEM. */
  readonly authority: string;
}

/** What cluster, user and context are called. */
const NAME = 'podstress-sandbox';

/** A kubeconfig with one context, `podstress-sandbox`. */
export function kubeconfigText({ server, token, authority }: KubeconfigOptions): string {
  const name = NAME;
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

/**
 * Writes a file that only its owner can read. One that an earlier sandbox has left there is replaced. Throws Error where
 * another file has that name.
 */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  const text = kubeconfigText(options);
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    return;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (!(await isOurs(path))) {
    throw new Error(`${path} exists and is not of an earlier sandbox: name another file, or remove it`);
  }
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
  await rename(fresh, path);
}

/** A kubeconfig with nothing in it but a sandbox's cluster. */
async function isOurs(path: string): Promise<boolean> {
  try {
    const config: unknown = parse(await readFile(path, 'utf8'));
    return ['clusters', 'users', 'contexts'].every((key) => {
      const list = (config as Record<string, unknown>)[key];
      return Array.isArray(list) && list.length === 1 && (list[0] as { name?: unknown }).name === NAME;
    });
  } catch {
    return false;
  }
}
