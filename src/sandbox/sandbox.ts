import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificate } from './api/certificate.js';
import { startApiServer } from './api/http/server.js';
import type { WatchTiming } from './api/http/watch.js';
import { writeKubeconfig } from './api/kubeconfig.js';
import { ensureNamespace, startNamespaceController } from './api/namespaces.js';
import { Registry } from './api/registry.js';
import { accessReviews, type Denial } from './api/resources/access-reviews.js';
import { allResources } from './api/resources/index.js';
import type { MetricsSource } from './api/resources/metrics.js';
import { PODS } from './api/resources/pods.js';
import { ObjectStore } from './api/store.js';
import { prepareChaosMesh } from './chaos/chaos-mesh.js';
import { DaemonSetController } from './controllers/daemon-sets.js';
import { startGarbageCollector } from './controllers/garbage-collector.js';
import { sortFaults } from './faults.js';
import type { BackOffTiming } from './kubelet/back-off.js';
import { nodeName } from './kubelet/node.js';
import { runnablePods } from './kubelet/unsupported.js';
import { type RunningMachine, type StatsTiming, startMachine } from './machine.js';
import { runName, thisProcess } from './owner.js';
import { checkMachine } from './preflight.js';
import { sweep } from './sweep.js';
import { type SyntheticOptions, SyntheticPods } from './synthetic/synthetic-pods.js';
import { Undo } from './undo.js';

/** How long a namespace that is being deleted keeps what is in it, ms. */
const NAMESPACE_DELAY_MS = 500;

export interface SandboxOptions {
  /** Told what happens, one line each. */
  readonly log: (message: string) => void;
  /** Port of the API on 127.0.0.1; absent or 0: any free one. */
  readonly port?: number;
  /** Where to write the kubeconfig; absent: into the sandbox's own temp folder. */
  readonly kubeconfig?: string;
  /** The script of the programs that run beside the sandbox (programs/main). Null: the API alone, no Pod runs. */
  readonly programs: string | null;
  /** The node agent's script, which is also its image; absent: there is none, and experiments cannot inject. */
  readonly agent?: string;
  /** False: nobody has installed the agent yet. */
  readonly agentPod?: boolean;
  /** Makes the article's Pods. */
  readonly demo?: boolean;
  /** Pods that are objects only, beside those that run. */
  readonly synthetic?: SyntheticOptions;
  /** What SelfSubjectAccessReview answers with no; the token may do it nevertheless. */
  readonly denials?: readonly Denial[];
  /** False: a cluster without Chaos Mesh; the node agent may stress all the same. */
  readonly chaosMesh?: boolean;
  /** Chaos Mesh selects only in namespaces annotated `chaos-mesh.org/inject=enabled`. */
  readonly filterNamespaces?: boolean;
  /** Chaos Mesh is installed for this namespace alone. */
  readonly chaosMeshTargetNamespace?: string;
  /** Faults of the API and of Chaos Mesh, by their names (faults.ts). */
  readonly faults?: readonly string[];
  /** How many writes watches can look back on. */
  readonly historyLength?: number;
  readonly watchTiming?: WatchTiming;
  readonly restartBackOff?: BackOffTiming;
  readonly statsTiming?: StatsTiming;
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
  /** Null: there are none. */
  readonly synthetic: SyntheticPods | null;
  readonly nodeName: string;
  /** The directory of its cgroup; null where no Pods run. */
  readonly cgroupRoot: string | null;
  /** Ends everything that it started. Safe to call twice. */
  stop(): Promise<void>;
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
  const { log, programs, historyLength, watchTiming } = options;
  const faults = sortFaults(options.faults ?? []);
  const chaosMesh = prepareChaosMesh(options, faults.chaosMesh);
  const machine = programs === null ? null : checkMachine();
  if (machine !== null)
    for (const path of await sweep()) log(`removed ${path}, left by a sandbox that was killed`);
  const name = runName(thisProcess());
  const folder = join(tmpdir(), name);
  await mkdir(folder, { mode: 0o700 });
  undo.add(() => rm(folder, { recursive: true, force: true }));

  const store = new ObjectStore(historyLength === undefined ? {} : { historyLength });
  const pods = machine === null ? PODS : runnablePods(PODS);
  // Its node is up only once the registry is there; nobody asks before.
  let running: RunningMachine | null = null;
  const metrics: MetricsSource = {
    podMetrics: () => running?.metrics.podMetrics() ?? [],
    nodeMetrics: () => running?.metrics.nodeMetrics() ?? [],
  };
  const variants = {
    chaosMesh: chaosMesh?.resources ?? [],
    pods,
    accessReviews: accessReviews(options.denials ?? []),
    ...(machine === null ? {} : { metrics }),
  };
  const registry = new Registry(store, allResources(variants));
  undo.add(startNamespaceController(registry, NAMESPACE_DELAY_MS));
  undo.add(startGarbageCollector(registry));
  const daemonSets = new DaemonSetController(registry);
  undo.add(() => daemonSets.stop());
  daemonSets.start();
  for (const namespace of ['default', 'kube-system']) ensureNamespace(registry, namespace);

  chaosMesh?.install(registry, machine === null ? 0 : 1);

  const node = nodeName();
  if (machine !== null && programs !== null) {
    running = startMachine({
      ...options,
      machine,
      programs,
      registry,
      name,
      folder,
      nodeName: node,
      startChaosMesh: chaosMesh?.start ?? null,
      undo,
    });
  }

  const synthetic = options.synthetic === undefined ? null : new SyntheticPods(registry, options.synthetic);
  undo.add(() => synthetic?.stop());

  const token = randomBytes(32).toString('base64url');
  const certificate = await createCertificate();
  const { authority } = certificate;
  const api = await startApiServer({
    registry,
    certificate,
    token,
    port: options.port ?? 0,
    openPort: running?.openPort ?? (() => Promise.reject(new Error('no Pods run in this sandbox'))),
    kubeletStats: (one) => running?.kubeletStats(one) ?? null,
    ...(running === null ? {} : { containers: running.containers }),
    log,
    faults: faults.api,
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
    synthetic,
    nodeName: node,
    cgroupRoot: running?.cgroupRoot ?? null,
    stop,
  };
}
