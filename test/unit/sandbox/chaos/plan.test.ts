import assert from 'node:assert/strict';
import type { StressChaos, StressChaosSpec } from '../../../../src/core/kubernetes/objects.js';
import { desired } from '../../../../src/sandbox/chaos/desired.js';
import { stressPlan } from '../../../../src/sandbox/chaos/plan.js';

const GIB = 1024 ** 3;
const RUN = { id: 'r', containerId: 'c', remainingMs: 60_000 };

describe('what an experiment asks of the node agent', () => {
  const spec = (stressors: StressChaosSpec['stressors']): StressChaosSpec => ({
    mode: 'all',
    selector: {},
    ...(stressors === undefined ? {} : { stressors }),
  });
  const memory = (size: string | undefined, workers = 4) =>
    stressPlan(spec({ memory: { workers, ...(size === undefined ? {} : { size }) } }), RUN, GIB).plan
      ?.memory ?? null;

  it('the size as a total, in the bytes that memStress takes', () => {
    assert.deepEqual(memory('50MiB'), { bytes: 52_428_800, workers: 4 });
    assert.deepEqual(memory('50MB'), { bytes: 50_000_000, workers: 4 });
    assert.deepEqual(memory('1.5GiB', 1), { bytes: 1_610_612_736, workers: 1 });
  });

  it("a percentage as one of the NODE's memory", () => {
    assert.deepEqual(memory('25%'), { bytes: GIB / 4, workers: 4 });
  });

  it('at least a page for each worker', () => {
    assert.deepEqual(memory('50'), { bytes: 16_384, workers: 4 });
  });

  it('nothing where nothing would be allocated', () => {
    for (const size of [undefined, '', '0', '0MB', '0%']) assert.equal(memory(size), null);
    assert.equal(memory('50MiB', 0), null);
    assert.equal(memory('50MiB', -1), null);
    assert.deepEqual(stressPlan(spec(undefined), RUN, GIB), { plan: null, emptyMemory: false });
    assert.deepEqual(stressPlan(spec({ memory: { workers: 0, size: '1MB' } }), RUN, GIB), {
      plan: null,
      emptyMemory: false,
    });
    const empty = { plan: null, emptyMemory: true };
    assert.deepEqual(stressPlan(spec({ memory: { workers: 1 } }), RUN, GIB), empty);
  });

  it('memory and cpu in one run, the score only when it is not 0', () => {
    const stressors = {
      memory: { workers: 1, size: '1MiB', oomScoreAdj: -500 },
      cpu: { workers: 2, load: 30 },
    };
    assert.deepEqual(stressPlan(spec(stressors), RUN, GIB).plan, {
      id: 'r',
      containerId: 'c',
      memory: { bytes: 1_048_576, workers: 1, oomScoreAdj: -500 },
      cpu: { workers: 2, load: 30 },
      durationMs: 60_000,
    });
    assert.deepEqual(stressPlan(spec({ cpu: { workers: 1 } }), RUN, GIB).plan?.cpu, { workers: 1 });
  });

  it('what memStress makes of the options: a ramp, and flags that win over the fields', () => {
    const withOptions = (options: readonly string[]) =>
      stressPlan(spec({ memory: { workers: 1, size: '1MiB', options } }), RUN, GIB).plan?.memory;
    const plain = { bytes: 1024 * 1024, workers: 1 };
    assert.deepEqual(withOptions(['']), plain);
    assert.deepEqual(withOptions(['--time', '10m']), { ...plain, rampMs: 600_000 });
    assert.deepEqual(withOptions(['-time=1.5s --workers 2']), { ...plain, workers: 2, rampMs: 1500 });
    assert.deepEqual(withOptions(['--size=2MiB']), { ...plain, bytes: 2 * 1024 * 1024 });
    assert.deepEqual(withOptions(['--time', '10min']), plain, 'a time it cannot read is none');
    const ramp = { ...plain, rampMs: 60_000 };
    assert.deepEqual(
      withOptions(['--time', '1m', 'now', '--vm-keep']),
      ramp,
      'what follows a plain word is not read',
    );
    assert.deepEqual(withOptions(['--time', '1m', '--', '--vm-keep']), ramp);
    assert.throws(() => withOptions(['--client']), /remove --client/);
  });

  it('of a bad flag a memStress that ends unseen, beside a CPU stressor that goes on', () => {
    const dies = (...options: string[]) =>
      stressPlan(spec({ memory: { workers: 1, size: '1MiB', options }, cpu: { workers: 1 } }), RUN, GIB);
    for (const options of [
      ['--vm-keep'],
      ['--time'],
      ['--workers', '-1'],
      ['--workers=x'],
      ['---size', '1MB'],
      ['--=1'],
    ]) {
      const { plan, emptyMemory } = dies(...options);
      assert.deepEqual(
        [plan?.memory, plan?.cpu, emptyMemory],
        [undefined, { workers: 1 }, true],
        options.join(' '),
      );
    }
    assert.deepEqual(dies('--workers', '0').emptyMemory, true);
  });

  it('of a size with a blank what stands before it, and no more flags', () => {
    const memory = { workers: 1, size: '50 MiB', options: ['--time', '10m'] };
    assert.deepEqual(stressPlan(spec({ memory }), RUN, GIB).plan?.memory, { bytes: 4096, workers: 1 });
  });

  it("the CPU stressor's options, for the agent to judge", () => {
    const cpu = { workers: 1, options: ['', '--cpu-method fft'] };
    assert.deepEqual(stressPlan(spec({ cpu }), RUN, GIB).plan?.options, ['--cpu-method', 'fft']);
    assert.equal(stressPlan(spec({ cpu: { ...cpu, workers: 0 } }), RUN, GIB).plan, null);
  });

  it('an end, always', () => {
    const endless = stressPlan(spec({ cpu: { workers: 1 } }), { ...RUN, remainingMs: null }, GIB);
    assert.equal(endless.plan?.durationMs, 7 * 24 * 3_600_000);
  });
});

describe('what an experiment should be doing', () => {
  const NOW = Date.parse('2026-01-01T00:01:00Z');
  const object = (
    duration: string | undefined,
    metadata: Partial<StressChaos['metadata']> = {},
  ): StressChaos => ({
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: { mode: 'all', selector: {}, ...(duration === undefined ? {} : { duration }) },
  });

  it('runs for its duration, counted from its creation', () => {
    assert.deepEqual(desired(object('90s'), NOW), {
      phase: 'Run',
      paused: false,
      timeUp: false,
      remainingMs: 30_000,
    });
    assert.deepEqual(desired(object('60s'), NOW), {
      phase: 'Stop',
      paused: false,
      timeUp: true,
      remainingMs: 0,
    });
    for (const over of ['0s', '-1s', '1ms']) assert.equal(desired(object(over), NOW).phase, 'Stop');
  });

  it('runs on without a duration that can be read', () => {
    for (const none of [undefined, '']) {
      assert.deepEqual(desired(object(none), NOW), {
        phase: 'Run',
        paused: false,
        timeUp: false,
        remainingMs: null,
      });
    }
  });

  it('stops for a pause of exactly "true" and for a deletion', () => {
    const pause = (value: string) =>
      desired(object(undefined, { annotations: { 'experiment.chaos-mesh.org/pause': value } }), NOW);
    assert.equal(pause('true').phase, 'Stop');
    assert.equal(pause('true').paused, true);
    for (const other of ['True', '1', 'false', '']) assert.equal(pause(other).phase, 'Run');
    assert.equal(
      desired(object(undefined, { deletionTimestamp: '2026-01-01T00:00:30Z' }), NOW).phase,
      'Stop',
    );
  });
});
