import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificate } from './api/certificate.js';
import { type ApiServer, startApiServer } from './api/http/server.js';
import type { WatchTiming } from './api/http/watch.js';
import { writeKubeconfig } from './api/kubeconfig.js';
import { ensureNamespace, startNamespaceController } from './api/namespaces.js';
import { Registry } from './api/registry.js';
import { allResources } from './api/resources/index.js';
import { ObjectStore } from './api/store.js';
import { runName, thisProcess } from './owner.js';

export interface SandboxOptions {
  /** Told what happens, one line each. */
  readonly log: (message: string) => void;
  /** Port of the API on 127.0.0.1; absent or 0: any free one. */
  readonly port?: number;
  /** Where to write the kubeconfig; absent: into the sandbox's own temp folder. */
  readonly kubeconfig?: string;
  /** False: the API alone, nothing runs and no privilege is needed. */
  readonly pods?: boolean;
  /** How many writes watches can look back on. */
  readonly historyLength?: number;
  readonly watchTiming?: WatchTiming;
}

export interface RunningSandbox {
  /** Its name: that of its temp folder and of its cgroup. */
  readonly name: string;
  readonly server: string;
  readonly kubeconfigPath: string;
  readonly token: string;
  /** PEM of the certificate that clients must trust. */
  readonly authority: string;
  readonly registry: Registry;
  /** Ends everything that it started. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts one Linux machine's stand-in for a cluster. Throws Error with one line that says what is missing. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const name = runName(thisProcess());
  const folder = join(tmpdir(), name);
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await mkdir(folder, { mode: 0o700 });
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const store = new ObjectStore(
      options.historyLength === undefined ? {} : { historyLength: options.historyLength },
    );
    const registry = new Registry(store, allResources());
    undo.push(startNamespaceController(registry));
    for (const namespace of ['default', 'kube-system']) ensureNamespace(registry, namespace);

    const token = randomBytes(32).toString('base64url');
    const certificate = await createCertificate();
    const api: ApiServer = await startApiServer({
      registry,
      certificate,
      token,
      port: options.port ?? 0,
      openPort: () => Promise.reject(new Error('no Pods run in this sandbox')),
      log: options.log,
      ...(options.watchTiming === undefined ? {} : { watchTiming: options.watchTiming }),
    });
    undo.push(() => api.close());
    const { authority } = certificate;
    const kubeconfigPath = options.kubeconfig ?? join(folder, 'kubeconfig');
    await writeKubeconfig(kubeconfigPath, { server: api.url, token, authority });
    undo.push(() => rm(kubeconfigPath, { force: true }));
    return { name, server: api.url, kubeconfigPath, token, authority, registry, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
