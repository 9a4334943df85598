import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod, StressChaos } from '../../../src/core/kubernetes/objects.js';
import { type JsonObject, objectAt, stringAt } from '../../../src/sandbox/api/json.js';
import { typed } from '../../../src/sandbox/api/kube-object.js';
import { podsReady } from '../../../src/sandbox/readiness.js';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import { AGENT, isRunning, pidsBelow, startTestSandbox, until } from './support.js';

const V1 = existsSync('/sys/fs/cgroup/memory');
const MIB = 1024 * 1024;

describe('an experiment in the sandbox', function () {
  this.timeout(90_000);
  let sandbox: RunningSandbox;

  before(async () => {
    sandbox = await startTestSandbox({ agent: AGENT, demo: true });
    await podsReady(sandbox.registry, 60_000);
  });
  after(() => sandbox.stop());

  const stress = () => sandbox.registry.definition('stresschaos', 'chaos-mesh.org');
  const pods = (): Pod[] =>
    sandbox.registry
      .list(sandbox.registry.definition('pods'), 'hello-kubernetes')
      .map((pod) => typed<Pod>(pod));
  const containers = (): string[] =>
    pods().map(({ metadata, status }) => {
      const id = status?.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? '';
      return join(sandbox.cgroupRoot ?? '', 'kubepods/burstable', `pod${metadata.uid}`, id);
    });
  const usage = (directory: string): number =>
    Number(readFileSync(join(directory, V1 ? 'memory.usage_in_bytes' : 'memory.current'), 'utf8'));
  const oomKills = (directory: string): number => {
    const text = readFileSync(join(directory, V1 ? 'memory.oom_control' : 'memory.events'), 'utf8');
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  const stressors = (): number[] =>
    containers()
      .flatMap(pidsBelow)
      .filter((pid) => commandName(pid).startsWith('stress-ng'));
  const inject = (name: string, size: string, more: JsonObject = {}): void => {
    sandbox.registry.create(stress(), 'chaos-mesh', {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'StressChaos',
      metadata: { name },
      spec: {
        mode: 'all',
        selector: { namespaces: ['hello-kubernetes'] },
        stressors: { memory: { workers: 4, size, options: [''] } },
        ...more,
      },
    });
  };
  const condition = (name: string, type: string): boolean => {
    const found = sandbox.registry.find(stress(), 'chaos-mesh', name);
    const conditions = found === undefined ? [] : (typed<StressChaos>(found).status?.conditions ?? []);
    return conditions.some((one) => one.type === type && one.status === 'True');
  };
  const remove = async (name: string): Promise<void> => {
    sandbox.registry.delete(stress(), 'chaos-mesh', name);
    await until(`${name} is gone`, () => sandbox.registry.find(stress(), 'chaos-mesh', name) === undefined);
  };

  it('adds its size once to each container, not once per worker, and takes it back', async () => {
    const before = containers().map(usage);
    inject('fifty', '50MiB', { duration: '1h' });
    await until('it is injected', () => condition('fifty', 'AllInjected'));
    const added = (): number[] =>
      containers().map((directory, i) => (usage(directory) - (before[i] ?? 0)) / MIB);
    await until('50 MiB have arrived', () => added().every((mib) => mib >= 50), 10_000);
    for (const mib of added()) assert.ok(mib < 80, `${mib} MiB`);
    await remove('fifty');
    assert.deepEqual(stressors(), []);
    await until('the memory is free again', () => added().every((mib) => mib < 10));
    for (const { status } of pods()) assert.equal(status?.containerStatuses?.[0]?.restartCount, 0);
  });

  it('over the limit the kernel kills the stressors, Kubernetes shows nothing, and Injected stays', async function () {
    if (!V1) this.skip();
    inject('over', '600MiB');
    await until('the kernel has killed', () => containers().every((directory) => oomKills(directory) > 0));
    assert.ok(condition('over', 'AllInjected'));
    await remove('over');
    assert.deepEqual(stressors(), []);
    for (const { status } of pods()) {
      assert.equal(status?.containerStatuses?.[0]?.restartCount, 0);
      assert.ok(status?.containerStatuses?.[0]?.state?.running);
    }
    const events = sandbox.registry.list(sandbox.registry.definition('events'));
    assert.ok(!events.some((event) => /oom/i.test(stringAt(event, 'reason') ?? '')));
  });

  it('grows over the --time of its options, and says what it cannot do with others', async () => {
    const memory = (...options: string[]): JsonObject => ({
      mode: 'one',
      stressors: { memory: { workers: 1, size: '64MiB', options } },
    });
    inject('ramp', '', memory('--time', '2s'));
    await until('it is injected', () => condition('ramp', 'AllInjected'));
    const lines = await until('it stresses', () => stressors().length > 0 && stressors().map(commandLine));
    assert.ok(
      lines.some((line) => /--vm 16 .*--vm-bytes 67108864b .*--backoff 133333\b/.test(line)),
      lines.join('\n'),
    );
    await remove('ramp');
    inject('wrong', '', { ...memory(), stressors: { cpu: { workers: 1, options: ['--exec', '4'] } } });
    const said = (): string[] =>
      sandbox.registry
        .list(sandbox.registry.definition('events'), 'chaos-mesh')
        .map((event) => stringAt(event, 'message') ?? '');
    await until('it says so', () => said().some((text) => text.includes('"--exec" is not among the flags')));
    assert.deepEqual(stressors(), []);
    await remove('wrong');
  });

  it('ends with its duration', async () => {
    inject('short', '20MiB', { duration: '3s', mode: 'one' });
    await until('it is injected', () => condition('short', 'AllInjected'));
    await until('it stresses one Pod', () => stressors().length > 0);
    await until('it is recovered', () => condition('short', 'AllRecovered'));
    assert.deepEqual(stressors(), []);
    await remove('short');
  });

  it('is started again and again by a Schedule, and goes with it', async () => {
    const schedules = sandbox.registry.definition('schedules', 'chaos-mesh.org');
    sandbox.registry.create(schedules, 'chaos-mesh', {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'Schedule',
      metadata: { name: 'often' },
      spec: {
        schedule: '@every 2s',
        type: 'StressChaos',
        historyLimit: 3,
        stressChaos: {
          mode: 'one',
          selector: { namespaces: ['hello-kubernetes'] },
          stressors: { memory: { workers: 1, size: '20MiB' } },
          duration: '2s',
        },
      },
    });
    const names = (): string[] =>
      sandbox.registry.list(stress(), 'chaos-mesh').map(({ metadata }) => metadata.name);
    await until('it stresses', () => stressors().length > 0);
    await until(
      'a second one runs',
      () => names().length > 1 && names().some((name) => condition(name, 'AllInjected')),
    );
    sandbox.registry.delete(schedules, 'chaos-mesh', 'often');
    await until('all of them are gone', () => names().length === 0);
    assert.deepEqual(stressors(), []);
  });

  it('is cut short with the sandbox: no stressor outlives it', async () => {
    inject('last', '20MiB');
    const pids = await until('it stresses', () => stressors().length > 0 && stressors());
    await sandbox.stop();
    for (const pid of pids) assert.ok(!isRunning(pid), commandName(pid));
  });
});

describe('an experiment whose recovery fails', function () {
  this.timeout(90_000);
  let sandbox: RunningSandbox;
  before(async () => {
    sandbox = await startTestSandbox({ agent: AGENT, demo: true, faults: ['hung-finalizer'] });
    await podsReady(sandbox.registry, 60_000);
  });
  after(() => sandbox.stop());

  it('stays until it is forced away, and leaves its stressor behind', async () => {
    const { registry } = sandbox;
    const stress = registry.definition('stresschaos', 'chaos-mesh.org');
    registry.create(stress, 'chaos-mesh', {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'StressChaos',
      metadata: { name: 'hung' },
      spec: {
        mode: 'one',
        selector: { namespaces: ['hello-kubernetes'] },
        stressors: { memory: { workers: 1, size: '20MiB' } },
      },
    });
    const stressors = (): number[] =>
      pidsBelow(join(sandbox.cgroupRoot ?? '', 'kubepods')).filter((pid) =>
        commandName(pid).startsWith('stress-ng'),
      );
    await until('it stresses', () => stressors().length > 0);
    registry.delete(stress, 'chaos-mesh', 'hung');
    const events = registry.definition('events');
    await until('the recovery has failed', () =>
      registry.list(events).some((event) => /recover chaos: rpc/.test(stringAt(event, 'message') ?? '')),
    );
    assert.notEqual(registry.find(stress, 'chaos-mesh', 'hung'), undefined);
    registry.patch(stress, 'chaos-mesh', 'hung', (current) => {
      const metadata = { ...objectAt(current, 'metadata') };
      metadata['annotations'] = { 'chaos-mesh.chaos-mesh.org/cleanFinalizer': 'forced' };
      return { ...current, metadata };
    });
    await until('it is gone', () => registry.find(stress, 'chaos-mesh', 'hung') === undefined);
    assert.ok(stressors().length > 0);
  });
});

/** Empty when the process has ended. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Empty when the process has ended. */
function commandName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
