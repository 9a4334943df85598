import assert from 'node:assert/strict';
import { bestReading, type Measurement, type MemorySource } from '../../../../src/core/memory/reading.js';

const NOW = Date.UTC(2026, 10, 21, 12);

function by(source: MemorySource, ageSeconds: number): Measurement {
  const rest = { usageBytes: null, inactiveFileBytes: null, rssBytes: null, cacheBytes: null };
  return { source, measuredAt: NOW - ageSeconds * 1000, workingSetBytes: 1, ...rest };
}

describe('core/memory the best of several measurements', () => {
  const best = (...all: Measurement[]) => {
    const reading = bestReading(all, NOW);
    return reading === null ? null : `${reading.source}${reading.stale ? ' stale' : ''}`;
  };

  it('is that of the best source, as long as it is fresh', () => {
    assert.equal(best(by('metrics', 1), by('kubelet', 1), by('agent', 4)), 'agent');
    assert.equal(best(by('metrics', 1), by('kubelet', 29), by('agent', 6)), 'kubelet');
    assert.equal(best(by('kubelet', 31), by('metrics', 80)), 'metrics');
  });

  it('is the newest where all are too old, and says so', () => {
    assert.equal(best(by('metrics', 91), by('kubelet', 600), by('agent', 700)), 'metrics stale');
    assert.equal(best(by('agent', 6)), 'agent stale');
    assert.equal(best(), null);
  });
});
