import assert from 'node:assert/strict';
import type { StressChaos } from '../../../../src/core/kubernetes/objects.js';
import {
  arrayAt,
  clone,
  ensureObject,
  isObject,
  type JsonObject,
  stringAt,
} from '../../../../src/sandbox/api/json.js';
import { typed } from '../../../../src/sandbox/api/kube-object.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import { STRESS_CHAOS } from '../../../../src/sandbox/api/resources/stress-chaos.js';
import { ChaosController } from '../../../../src/sandbox/chaos/controller.js';
import { withWebhooks } from '../../../../src/sandbox/chaos/webhook.js';
import { smallStress, testRegistry } from '../support/api.js';
import { FakeAgent, makeRunningPod, until } from '../support/chaos.js';

describe('chaos controller', function () {
  this.timeout(20_000);
  let registry: Registry;
  let agent: FakeAgent;
  let controller: ChaosController;
  const stress = () => registry.definition('stresschaos', 'chaos-mesh.org');
  const pods = () => registry.definition('pods');

  const control = (retryMs: number): void => {
    controller = new ChaosController({
      registry,
      agent,
      nodeMemoryBytes: 2 ** 30,
      log: assert.fail,
      retryMs,
    });
    controller.start();
  };

  beforeEach(() => {
    registry = testRegistry({ chaosMesh: [withWebhooks(STRESS_CHAOS)] });
    agent = new FakeAgent();
    control(5);
  });
  afterEach(() => controller.stop());

  const runningPod = (name: string): void => makeRunningPod(registry, name);
  const inject = (spec: JsonObject = {}) => registry.create(stress(), 'default', smallStress('x', spec));
  const read = (): StressChaos => typed<StressChaos>(registry.get(stress(), 'default', 'x'));
  const conditions = (): string =>
    (read().status?.conditions ?? []).map(({ type, status }) => `${type}=${status}`).join(' ');
  const reasons = (): string[] =>
    registry.list(registry.definition('events')).map((event) => stringAt(event, 'reason') ?? '');
  const annotate = (value: string | null) =>
    registry.patch(stress(), 'default', 'x', (current) => {
      const copy = clone(current);
      const annotations = ensureObject(ensureObject(copy, 'metadata'), 'annotations');
      if (value === null) delete annotations['experiment.chaos-mesh.org/pause'];
      else annotations['experiment.chaos-mesh.org/pause'] = value;
      return copy;
    });

  it('selects, injects, reports, and recovers before it lets a deleted object go', async () => {
    runningPod('p1');
    runningPod('p2');
    inject({ duration: '1h' });
    await until(() => conditions().includes('AllInjected=True'));
    assert.equal(conditions(), 'Selected=True AllInjected=True AllRecovered=False Paused=False');
    const { metadata, status } = read();
    assert.deepEqual(metadata.finalizers, ['chaos-mesh/records']);
    assert.equal(status?.experiment?.desiredPhase, 'Run');
    assert.deepEqual(
      status?.experiment?.containerRecords?.map(({ id, phase, injectedCount, selectorKey }) => ({
        id,
        phase,
        injectedCount,
        selectorKey,
      })),
      ['p1', 'p2'].map((name) => ({
        id: `default/${name}/c`,
        phase: 'Injected',
        injectedCount: 1,
        selectorKey: '.',
      })),
    );
    assert.equal(status?.instances?.['default/p1/c']?.memoryUid, '42');
    assert.equal(agent.runs.size, 2);
    for (const plan of agent.runs.values()) {
      assert.equal(plan.memory?.bytes, 10 * 1024 * 1024);
      assert.ok(plan.durationMs <= 3_600_000 && plan.durationMs > 3_590_000, String(plan.durationMs));
    }
    registry.delete(stress(), 'default', 'x');
    await until(() => registry.find(stress(), 'default', 'x') === undefined);
    assert.equal(agent.runs.size, 0);
    for (const reason of ['FinalizerInited', 'Started', 'Applied', 'Deleted', 'Recovered']) {
      assert.ok(reasons().includes(reason), reason);
    }
  });

  it('pauses and goes on by annotation', async () => {
    runningPod('p1');
    inject();
    await until(() => conditions().includes('AllInjected=True'));
    annotate('true');
    await until(() => conditions().includes('AllRecovered=True'));
    assert.equal(conditions(), 'Selected=True AllInjected=False AllRecovered=True Paused=True');
    assert.equal(read().status?.experiment?.desiredPhase, 'Stop');
    assert.equal(agent.runs.size, 0);
    annotate(null);
    await until(() => conditions().includes('AllInjected=True'));
    const [record] = read().status?.experiment?.containerRecords ?? [];
    assert.deepEqual([record?.injectedCount, record?.recoveredCount], [2, 1]);
    assert.deepEqual(
      record?.events?.map(({ operation, type }) => `${operation} ${type}`),
      ['Apply Succeeded', 'Recover Succeeded', 'Apply Succeeded'],
    );
  });

  it('ends with its duration, the object stays', async () => {
    runningPod('p1');
    inject({ duration: '1100ms' });
    await until(() => conditions().includes('AllInjected=True'));
    await until(() => conditions().includes('AllRecovered=True'));
    assert.ok(reasons().includes('TimeUp'));
    assert.equal(read().status?.experiment?.desiredPhase, 'Stop');
    assert.equal(agent.runs.size, 0);
  });

  it('never injects what was over before it began', async () => {
    runningPod('p1');
    inject({ duration: '0s' });
    await until(() => reasons().includes('TimeUp'));
    await until(() => conditions() !== '');
    assert.equal(conditions(), 'Selected=False AllInjected=False AllRecovered=False Paused=False');
    assert.equal(agent.ended.length, 0);
  });

  it('says why nothing was selected, and selects nothing later by itself', async () => {
    inject();
    await until(() => reasons().includes('Failed'));
    const failed = registry.list(registry.definition('events')).find((event) => event['reason'] === 'Failed');
    assert.equal(stringAt(failed, 'message'), 'Failed to select targets: no pod is selected');
    assert.equal(stringAt(failed, 'type'), 'Warning');
    assert.equal(conditions(), 'Selected=False AllInjected=False AllRecovered=False Paused=False');
    runningPod('late');
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(agent.runs.size, 0);
    registry.delete(stress(), 'default', 'x');
    await until(() => registry.find(stress(), 'default', 'x') === undefined);
  });

  it('tries a failed injection again, and tells of it', async () => {
    runningPod('p1');
    agent.failures = 2;
    inject();
    await until(() => conditions().includes('AllInjected=True'));
    const [record] = read().status?.experiment?.containerRecords ?? [];
    assert.deepEqual(
      record?.events?.map(({ type }) => type),
      ['Failed', 'Failed', 'Succeeded'],
    );
    assert.equal(record?.events?.[0]?.message, 'no node agent is ready on node n');
    const failed = registry.list(registry.definition('events')).find((event) => event['reason'] === 'Failed');
    assert.equal(stringAt(failed, 'message'), 'Failed to apply chaos: no node agent is ready on node n');
  });

  it('waits before it tries again, but not when somebody changes the object, or deletes it', async () => {
    controller.stop();
    control(3_600_000);
    agent.failures = Number.POSITIVE_INFINITY;
    runningPod('p');
    inject();
    await until(() => agent.starts > 0 && reasons().includes('Failed'));
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(agent.starts, 1);
    registry.patch(stress(), 'default', 'x', (current) => {
      const copy = clone(current);
      const [record] = arrayAt(copy, 'status', 'experiment', 'containerRecords');
      if (isObject(record)) record['events'] = [];
      return copy;
    });
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(agent.starts, 1, 'the events of a record are no change');
    annotate('other');
    await until(() => agent.starts === 2);
    registry.delete(stress(), 'default', 'x');
    await until(() => registry.find(stress(), 'default', 'x') === undefined);
  });

  it('keeps its finalizer while it cannot recover', async () => {
    runningPod('p1');
    inject();
    await until(() => conditions().includes('AllInjected=True'));
    agent.stopFailures = 3;
    let runsWhenGone = -1;
    const stop = registry.subscribe(stress(), ({ after }) => {
      if (after === null) runsWhenGone = agent.runs.size;
    });
    registry.delete(stress(), 'default', 'x');
    await until(() => registry.find(stress(), 'default', 'x') === undefined);
    stop();
    assert.equal(agent.stopFailures, 0);
    assert.equal(runsWhenGone, 0);
    const failed = registry.list(registry.definition('events')).find((event) => event['reason'] === 'Failed');
    assert.equal(stringAt(failed, 'message'), 'Failed to recover chaos: the agent does not answer');
  });

  it('lets go without recovery when that is forced', async () => {
    runningPod('p1');
    inject();
    await until(() => conditions().includes('AllInjected=True'));
    agent.stopFailures = 1_000_000;
    registry.delete(stress(), 'default', 'x');
    registry.patch(stress(), 'default', 'x', (current) => {
      const copy = clone(current);
      const annotations = ensureObject(ensureObject(copy, 'metadata'), 'annotations');
      annotations['chaos-mesh.chaos-mesh.org/cleanFinalizer'] = 'forced';
      return copy;
    });
    await until(() => registry.find(stress(), 'default', 'x') === undefined);
  });

  it('takes a Pod that has gone as recovered', async () => {
    runningPod('p1');
    inject();
    await until(() => conditions().includes('AllInjected=True'));
    registry.delete(pods(), 'default', 'p1', { graceSeconds: 0 });
    agent.stopFailures = 1_000_000;
    registry.delete(stress(), 'default', 'x');
    await until(() => registry.find(stress(), 'default', 'x') === undefined);
  });

  it('says Injected where Chaos Mesh does although nothing is allocated', async () => {
    runningPod('p1');
    inject({ stressors: { memory: { workers: 0, size: '50MiB' } } });
    await until(() => conditions().includes('AllInjected=True'));
    assert.equal(agent.runs.size, 0);
    registry.delete(stress(), 'default', 'x');
    await until(() => registry.find(stress(), 'default', 'x') === undefined);
    assert.deepEqual(agent.ended, []);
  });
});
