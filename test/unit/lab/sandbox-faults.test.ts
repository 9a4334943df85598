import assert from 'node:assert/strict';
import { ClusterLab } from '../../../src/lab/lab.js';
import type { PodView } from '../../../src/lab/types.js';
import { FAULTS } from '../../../src/sandbox/api/http/faults/table.js';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { when } from './world.js';

const PODS = 40;
/** So often at least it changes, and until the fault has struck so often. */
const ROUNDS = 3;
const STRIKES = 2;
const MOST_ROUNDS = 20;

/** Every Pod with its version: the whole state, however it came about. */
function shown(pods: readonly PodView[]): string {
  return pods
    .map(({ key, pod }) => `${key}@${pod.metadata.resourceVersion}`)
    .sort()
    .join('\n');
}

function truth({ registry }: RunningSandbox): string {
  return registry
    .list(registry.definition('pods'))
    .map(({ metadata }) => `${metadata['namespace']}/${metadata.name}@${metadata.resourceVersion}`)
    .sort()
    .join('\n');
}

/** Waits until what is shown is what is wanted; tells the difference where it never is. */
async function agree({ pods, connection }: ClusterLab, wanted: string, where: () => string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (shown(pods.get()) !== wanted) {
    if (Date.now() > deadline) {
      const [has, needs] = [shown(pods.get()).split('\n'), wanted.split('\n')];
      const missing = needs.filter((line) => !has.includes(line));
      throw new Error(`${where()}: ${JSON.stringify(connection.get())} lacks ${missing.join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the real client and a faulty sandbox', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let lab: ClusterLab | null = null;
  afterEach(async () => {
    await lab?.dispose();
    lab = null;
    await sandbox.stop();
  });

  // Nobody looks at a Pod here, so that no kubelet is asked.
  for (const { name } of FAULTS.filter((fault) => fault.name !== 'node-proxy-403')) {
    it(`${name}: what is shown in the end is what the server has`, async () => {
      const strikes: string[] = [];
      sandbox = await startSandbox({
        programs: null,
        faults: [name],
        synthetic: { pods: PODS, namespaces: 4 },
        log: (message) => void (message === `fault ${name}` && strikes.push(message)),
      });
      const quiet = { info: () => undefined, warn: () => undefined };
      const options = { kubeconfigPath: sandbox.kubeconfigPath, env: {}, log: quiet };
      lab = new ClusterLab(options, {
        heartbeat: { intervalMs: 50, timeoutMs: 300 },
        backoff: { baseMs: 5, capMs: 50 },
      });
      const { registry } = sandbox;
      const pods = registry.definition('pods');
      let round = 0;
      for (; round < ROUNDS || (strikes.length < STRIKES && round < MOST_ROUNDS); round += 1) {
        sandbox.synthetic?.change(10);
        const [gone] = registry.list(pods);
        if (gone !== undefined) registry.delete(pods, String(gone.metadata['namespace']), gone.metadata.name);
        const wanted = truth(sandbox);
        await agree(lab, wanted, () => `round ${round}, ${strikes.length} strikes`);
      }
      assert.ok(strikes.length >= STRIKES, `the fault struck ${strikes.length} times in ${round} rounds`);
      assert.equal(lab.pods.get().length, PODS - round);
      await when(lab.connection, (state) => state.phase === 'live', 'live');
    });
  }
});
