import { parseExpectations } from '../../../../src/core/experiment/expectations.js';
import type {
  RunKill,
  RunMark,
  RunRecord,
  RunSeries,
  RunTarget,
} from '../../../../src/core/experiment/record.js';
import { judge } from '../../../../src/core/experiment/verdict.js';

const MIB = 2 ** 20;
export const SECONDS = 60;

export const TARGET = 'hello-kubernetes/hello-world-b55bfcf68-8mln6/hello-kubernetes';
export const OTHER = 'hello-kubernetes/hello-world-b55bfcf68-x2k9q/hello-kubernetes';

/** A curve at one point a second: rises after 4 s to `top` MiB, and falls at the end. */
export function curve(top: number, seconds = SECONDS): RunSeries {
  const times = Array.from({ length: seconds + 8 }, (_, index) => (index - 8) * 1000);
  const workingSetBytes = times.map((time) => {
    const share =
      time < 4000 ? 0 : time < 8000 ? (time - 4000) / 4000 : time > (seconds - 4) * 1000 ? 0.04 : 1;
    const wave = Math.sin(time / 1700) * 0.4 + Math.sin(time / 530) * 0.2;
    return Math.round((38 + (top - 38) * share + wave) * MIB);
  });
  return {
    times,
    workingSetBytes,
    usageBytes: workingSetBytes.map((bytes) => bytes + 7 * MIB),
    limitBytes: times.map(() => 500 * MIB),
  };
}

export function target(name: string, top: number, parts: Partial<RunTarget> = {}): RunTarget {
  const series = curve(top);
  const bytes = Math.max(...series.workingSetBytes.map((one) => one ?? 0));
  const marks: readonly RunMark[] = [
    { time: 4000, kind: 'inject', detail: '', count: 1 },
    { time: 56_000, kind: 'stop', detail: '', count: 1 },
  ];
  return {
    target: name,
    node: 'sandbox',
    qosClass: 'Burstable',
    requestBytes: 200 * MIB,
    limitBytes: 500 * MIB,
    forecast: {
      workingSetBytes: 38 * MIB,
      stressBytes: (top - 38) * MIB,
      afterBytes: top * MIB,
      outcome: top > 500 ? 'exceeds' : 'fits',
    },
    restarts: { before: 0, after: 0 },
    ready: true,
    state: 'Running',
    arrival: {
      state: 'arrived',
      expectedBytes: (top - 38) * MIB,
      arrivedBytes: (top - 38) * MIB,
      arrivedAt: 8000,
      stressorKills: 0,
    },
    kills: 0,
    killsWatched: true,
    probesWatched: true,
    peak: { bytes, time: series.times[series.workingSetBytes.indexOf(bytes)] ?? 0 },
    series,
    marks,
    ...parts,
  };
}

export function record(parts: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 'podstress-run',
    version: 1,
    id: '20261121-150102-mem-stress-3f9a',
    key: 'chaos-mesh/mem-stress',
    engine: 'chaos-mesh',
    chaosMeshVersion: '2.8.3',
    podstressVersion: '0.1.0',
    cluster: { context: 'sandbox', server: 'https://127.0.0.1:6443' },
    agents: [{ node: 'sandbox', version: '0.1.0', kernel: '6.8.0', cgroupVersion: 1 }],
    startedAt: '2026-11-21T15:01:02.000Z',
    injectedAfter: 4000,
    duration: SECONDS * 1000,
    end: 'duration',
    endDetail: null,
    manifest: {
      text: 'apiVersion: chaos-mesh.org/v1alpha1\nkind: StressChaos\nmetadata:\n  name: mem-stress\n',
      file: 'chaos/mem-stress.yaml',
      object: {
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind: 'StressChaos',
        metadata: { name: 'mem-stress', namespace: 'chaos-mesh' },
        spec: { mode: 'all', selector: {}, stressors: { memory: { workers: 4, size: '50MiB' } } },
      },
    },
    targets: [target(TARGET, 88), target(OTHER, 90)],
    targetsLeftOut: 0,
    kills: [],
    gaps: [],
    left: { clean: [TARGET, OTHER], left: [], unknown: [] },
    expectations: null,
    verdict: null,
    ...parts,
  };
}

export function kill(name: string, time: number, parts: Partial<RunKill> = {}): RunKill {
  return {
    target: name,
    time,
    victim: 'stress-ng-vm',
    pid: 4242,
    anonBytes: 471 * MIB,
    oomScoreAdj: 1000,
    evidence: 'full',
    ...parts,
  };
}

/** The record, held against these expectations. */
export function judged(run: RunRecord, text: string): RunRecord {
  const expectations = parseExpectations(text);
  return { ...run, expectations, verdict: judge(run, expectations) };
}

/** A run over the limit: the stressors die again and again. */
export function storm(): RunRecord {
  const times = Array.from({ length: 37 }, (_, index) => 6000 + index * 1300);
  const kills = times.map((time, index) =>
    kill(
      TARGET,
      time,
      index % 5 === 4
        ? { victim: null, pid: null, anonBytes: null, oomScoreAdj: null, evidence: 'counted' }
        : {},
    ),
  );
  const saw = curve(490).workingSetBytes.map((bytes, index) =>
    Math.round((bytes ?? 0) * (index % 3 === 0 ? 0.55 : 1)),
  );
  const series = { ...curve(490), workingSetBytes: saw };
  return record({
    id: '20261121-151500-mem-stress-a001',
    startedAt: '2026-11-21T15:15:00.000Z',
    targets: [
      target(TARGET, 3038, {
        series,
        peak: { bytes: Math.max(...saw), time: 20_000 },
        kills: 37,
        arrival: {
          state: 'respawning',
          expectedBytes: 3000 * MIB,
          arrivedBytes: 452 * MIB,
          arrivedAt: null,
          stressorKills: 37,
        },
        restarts: { before: 1, after: 2 },
        marks: [
          { time: 4000, kind: 'inject', detail: '', count: 1 },
          {
            time: 31_000,
            kind: 'probe',
            detail: 'Liveness probe failed: HTTP probe failed with statuscode: 500',
            count: 2,
          },
          { time: 33_000, kind: 'restart', detail: 'OOMKilled (137)', count: 1 },
          { time: 56_000, kind: 'stop', detail: '', count: 1 },
        ],
      }),
      target(OTHER, 90),
    ],
    kills,
    gaps: [
      { kind: 'connection', from: 40_000, to: 46_000, where: null },
      { kind: 'measurement', from: 40_000, to: 46_000, where: TARGET },
    ],
  });
}
