import assert from 'node:assert/strict';
import { Baselines } from '../../../src/lab/baselines.js';
import type { PodView } from '../../../src/lab/types.js';
import { MIB, podView } from '../extension/support/views.js';

function at(second: number, used: number, experiments: readonly string[] = []): readonly PodView[] {
  const pod = podView({ name: 'a', used: used * MIB, experiments });
  const measuredAt = Date.UTC(2026, 10, 20, 20, 0, second);
  const containers = pod.containers.map((container) => ({
    ...container,
    memory: container.memory && { ...container.memory, measuredAt },
  }));
  return [{ ...pod, containers }];
}

describe('what a container holds without stress', () => {
  it('is its last sample before the one in which a stress may have begun', () => {
    const baselines = new Baselines();
    baselines.update(at(0, 38));
    baselines.update(at(1, 39));
    baselines.update(at(1, 39));
    baselines.update(at(2, 60));
    baselines.update(at(3, 88, ['chaos-mesh/mem-stress']));
    baselines.update(at(4, 89, ['chaos-mesh/mem-stress']));
    assert.equal(baselines.of('id-a'), 39 * MIB);
  });

  it('is not known of a container that was never seen without one', () => {
    const baselines = new Baselines();
    baselines.update(at(0, 88, ['chaos-mesh/mem-stress']));
    assert.equal(baselines.of('id-a'), null);
    assert.equal(baselines.of(null), null);
  });

  it('is forgotten with the container', () => {
    const baselines = new Baselines();
    baselines.update(at(0, 38));
    baselines.update([]);
    assert.equal(baselines.of('id-a'), null);
  });
});
