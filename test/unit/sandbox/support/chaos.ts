import type { StressPlan, StressRun } from '../../../../src/protocol/agent/types.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import type { StressAgent } from '../../../../src/sandbox/chaos/agent-client.js';
import { smallPod } from './api.js';

/** Remembers what it was asked; `failures` more starts fail. */
export class FakeAgent implements StressAgent {
  readonly runs = new Map<string, StressPlan>();
  readonly ended: string[] = [];
  starts = 0;
  failures = 0;
  stopFailures = 0;

  start(_node: string, plan: StressPlan): Promise<StressRun> {
    this.starts += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('no node agent is ready on node n'));
    }
    this.runs.set(plan.id, plan);
    const startedAt = '2026-01-01T00:00:00.000Z';
    const untold = { endedAt: null, reason: null, cause: null };
    return Promise.resolve({ plan, phase: 'running', startedAt, pid: 42, ...untold });
  }

  stop(_node: string, id: string): Promise<void> {
    if (this.stopFailures > 0) {
      this.stopFailures -= 1;
      return Promise.reject(new Error('the agent does not answer'));
    }
    this.runs.delete(id);
    this.ended.push(id);
    return Promise.resolve();
  }
}

/** A Pod of one container `c` on the node `n`, as a kubelet would have published it. */
export function makeRunningPod(registry: Registry, name: string, namespace = 'default'): void {
  const pods = registry.definition('pods');
  registry.create(pods, namespace, {
    ...smallPod(name),
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
  });
  const containerID = `containerd://${name.padEnd(64, '0').replace(/[^0-9a-f]/g, '0')}`;
  const state = { running: { startedAt: '2026-01-01T00:00:00Z' } };
  const status = {
    phase: 'Running',
    containerStatuses: [
      { name: 'c', image: 'i', imageID: '', ready: true, restartCount: 0, containerID, state },
    ],
  };
  registry.patch(pods, namespace, name, (current) => ({ ...current, status }), { subresource: 'status' });
}

/** Waits for a condition that something under way brings about; gives up after 10 s. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it never came to: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
