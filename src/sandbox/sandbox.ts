import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificate } from './api/certificate.js';
import type { PortOpener } from './api/http/port-forward.js';
import { startApiServer } from './api/http/server.js';
import type { WatchTiming } from './api/http/watch.js';
import { writeKubeconfig } from './api/kubeconfig.js';
import { ensureNamespace, startNamespaceController } from './api/namespaces.js';
import { Registry } from './api/registry.js';
import { allResources } from './api/resources/index.js';
import { ObjectStore } from './api/store.js';
import type { BackOffTiming } from './kubelet/back-off.js';
import { createCgroups } from './kubelet/cgroup/host.js';
import { Kubelet } from './kubelet/kubelet.js';
import { canLowerOomScoreAdj, memoryTotal, nodeName } from './kubelet/node.js';
import { runName, thisProcess } from './owner.js';
import { checkMachine } from './preflight.js';
import { sweep } from './sweep.js';
import { startWatchdog } from './watchdog.js';

export interface SandboxOptions {
  /** Told what happens, one line each. */
  readonly log: (message: string) => void;
  /** Port of the API on 127.0.0.1; absent or 0: any free one. */
  readonly port?: number;
  /** Where to write the kubeconfig; absent: into the sandbox's own temp folder. */
  readonly kubeconfig?: string;
  /** The script of the programs that run beside the sandbox (programs/main). Null: the API alone, no Pod runs. */
  readonly programs: string | null;
  /** How many writes watches can look back on. */
  readonly historyLength?: number;
  readonly watchTiming?: WatchTiming;
  readonly restartBackOff?: BackOffTiming;
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
  readonly nodeName: string;
  /** The directory of its cgroup; null where no Pods run. */
  readonly cgroupRoot: string | null;
  /** Ends everything that it started. Safe to call twice. */
  stop(): Promise<void>;
}

/** Steps that undo what was done, last first. */
class Undo {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }
}

/** Starts one Linux machine's stand-in for a cluster. Throws CannotRun with one line that says what is missing. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const undo = new Undo();
  try {
    return await start(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function start(options: SandboxOptions, undo: Undo): Promise<RunningSandbox> {
  const { log, programs } = options;
  const machine = programs === null ? null : checkMachine();
  if (machine !== null)
    for (const path of await sweep()) log(`removed ${path}, left by a sandbox that was killed`);
  const name = runName(thisProcess());
  const folder = join(tmpdir(), name);
  await mkdir(folder, { mode: 0o700 });
  undo.add(() => rm(folder, { recursive: true, force: true }));

  const { historyLength } = options;
  const registry = new Registry(
    new ObjectStore(historyLength === undefined ? {} : { historyLength }),
    allResources(),
  );
  undo.add(startNamespaceController(registry));
  for (const namespace of ['default', 'kube-system']) ensureNamespace(registry, namespace);

  let openPort: PortOpener = () => Promise.reject(new Error('no Pods run in this sandbox'));
  let cgroupRoot: string | null = null;
  const node = nodeName();
  if (machine !== null && programs !== null) {
    const { tools, cgroupHost } = machine;
    undo.add(startWatchdog(tools, programs, name));
    const cgroups = createCgroups(cgroupHost, name);
    cgroupRoot = cgroups.root;
    undo.add(() => cgroups.remove(''));
    const host = {
      tools,
      cgroups,
      folder,
      programs,
      nodeName: node,
      memoryBytes: memoryTotal(),
      negativeOomScoreAdj: canLowerOomScoreAdj(),
      log,
    };
    const { restartBackOff } = options;
    const kubelet = new Kubelet({
      registry,
      host,
      ...(restartBackOff === undefined ? {} : { backOff: restartBackOff }),
    });
    kubelet.start();
    undo.add(() => kubelet.stop());
    openPort = (pod, port) => kubelet.openPort(pod, port);
  }

  const token = randomBytes(32).toString('base64url');
  const certificate = await createCertificate();
  const { authority } = certificate;
  const { watchTiming } = options;
  const api = await startApiServer({
    registry,
    certificate,
    token,
    port: options.port ?? 0,
    openPort,
    log,
    ...(watchTiming === undefined ? {} : { watchTiming }),
  });
  undo.add(() => api.close());
  const kubeconfigPath = options.kubeconfig ?? join(folder, 'kubeconfig');
  await writeKubeconfig(kubeconfigPath, { server: api.url, token, authority });
  undo.add(() => rm(kubeconfigPath, { force: true }));
  const stop = (): Promise<void> => undo.run();
  return {
    name,
    server: api.url,
    kubeconfigPath,
    token,
    authority,
    registry,
    nodeName: node,
    cgroupRoot,
    stop,
  };
}
