import assert from 'node:assert/strict';
import { stressAsk } from '../../../../src/core/experiment/stress-ask.js';
import type { MemoryStressor } from '../../../../src/core/kubernetes/objects.js';
import { versionNumber } from '../../../../src/core/stresschaos/version.js';

const MIB = 1024 ** 2;

function ask(memory: Partial<MemoryStressor>, version = '2.8') {
  const spec = { mode: 'all', selector: {}, stressors: { memory: { workers: 4, ...memory } } } as const;
  return stressAsk(spec, versionNumber(version)).memory;
}

describe('what a spec takes of a container', () => {
  const rows: readonly (readonly [
    Partial<MemoryStressor>,
    Partial<NonNullable<ReturnType<typeof ask>>>,
    string?,
  ])[] = [
    [{ size: '50MiB' }, { workers: 4, bytes: 50 * MIB, nodePercent: null, rampMs: 0 }],
    [{ size: '50MiB' }, { bytes: 50_000_000 }, '2.1'],
    [{ size: '50MB' }, { bytes: 50_000_000 }],
    [{ size: '25%' }, { bytes: null, nodePercent: 25 }],
    [{}, { bytes: 0 }],
    [{}, { bytes: 256 * MIB }, '2.1'],
    [{ size: 'nonsense' }, { bytes: 0 }],
    [{ size: '-5MiB' }, { bytes: 0 }],
    [
      { size: '50 MiB', options: ['--time', '1m'] },
      { bytes: 50, rampMs: 0 },
    ],
    [
      { size: '50MiB', options: [''] },
      { bytes: 50 * MIB, rampMs: 0 },
    ],
    [{ size: '50MiB', options: ['--time', '1m'] }, { rampMs: 60_000 }],
    [{ size: '50MiB', options: ['-time=90s'] }, { rampMs: 90_000 }],
    [{ size: '50MiB', options: ['--time 10m'] }, { rampMs: 600_000 }],
    [{ size: '50MiB', options: ['--time', '10min'] }, { rampMs: 0 }],
    [{ size: '50MiB', options: ['--time', '-1m'] }, { rampMs: 0 }],
    [{ size: '50MiB', options: ['--time'] }, { rampMs: 0 }],
    [{ size: '50MiB', options: ['--time', '1m'] }, { rampMs: 0 }, '2.1'],
    [
      { size: '50MiB', options: ['--size', '10MiB', '--workers=2'] },
      { bytes: 10 * MIB, workers: 2 },
    ],
    [{ size: '50MiB', options: ['--workers', 'many'] }, { workers: 4 }],
    [
      { size: '50MiB', options: ['--vm-keep', '--time', '1m'] },
      { bytes: 50 * MIB, rampMs: 0 },
    ],
  ];
  for (const [memory, expected, version] of rows) {
    it(`${JSON.stringify(memory)} ${version ?? ''}`, () => {
      const found = ask(memory, version);
      assert.deepEqual({ ...found, ...expected }, found);
    });
  }

  it('no workers take nothing', () => assert.equal(ask({ workers: 0, size: '50MiB' }), null));

  it('CPU stress is told apart', () => {
    const spec = { mode: 'all', selector: {} } as const;
    const cpu = (stressors: object) => stressAsk({ ...spec, ...stressors }, versionNumber('2.8')).cpu;
    assert.deepEqual(
      [cpu({}), cpu({ stressors: { cpu: { workers: 0 } } }), cpu({ stressors: { cpu: { workers: 1 } } })],
      [false, false, true],
    );
  });
});
