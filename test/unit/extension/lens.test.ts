import assert from 'node:assert/strict';
import type { ManifestDocument } from '../../../src/core/stresschaos/manifest.js';
import { fileLenses, type LensWorld, lensesOf } from '../../../src/extension/lens/model.js';
import type { ExperimentHang, ExperimentView } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { experimentView, MIB, podView } from './support/views.js';

const LIVE = { phase: 'live', context: 'sandbox', server: 'https://127.0.0.1:6443' } as const;

function manifest(size = '50MiB', totalBytes: number | null = 50 * MIB): ManifestDocument {
  return {
    range: { start: 0, end: 400 },
    head: { start: 0, end: 10 },
    name: 'mem-stress',
    namespace: 'chaos-mesh',
    memory: { workers: 4, totalBytes, nodePercent: null, range: { start: 200, end: 206 } },
    object: experimentView({ size }).object,
    raw: {},
    carrier: null,
  };
}

function world(parts: Partial<LensWorld> = {}): LensWorld {
  return {
    connection: LIVE,
    pods: [podView({ name: 'a' }), podView({ name: 'b' })],
    agents: [],
    nodes: null,
    experiments: [],
    engine: null,
    baselines: { of: () => null },
    now: Date.parse('2026-11-20T20:00:42Z'),
    ...parts,
  };
}

function titles(document: ManifestDocument, parts: Partial<LensWorld> = {}): string[] {
  return lensesOf(document, world(parts), english).map(({ title }) => title.replaceAll('\u00a0', ' '));
}

const BESIDE = ['$(target) Preview targets', '$(check) Dry run', '$(pulse) Memory panel'];

/** The lens of the memory block, the last of all. */
function forecast(document: ManifestDocument, parts: Partial<LensWorld> = {}): string | undefined {
  return titles(document, parts).at(-1);
}

describe('lenses', () => {
  it('before a connection: what can be done, and what the size means', () => {
    assert.deepEqual(titles(manifest(), { connection: null }), [
      '$(play) Inject…',
      ...BESIDE,
      '4 workers share 50 MiB',
    ]);
  });

  it('connected: context, number of Pods and forecast', () => {
    assert.deepEqual(titles(manifest()), [
      '$(play) Inject into sandbox · 2 Pods',
      ...BESIDE,
      '4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits',
    ]);
  });

  it('who would inject is told on hover', () => {
    const engine = { kind: 'agent', nodes: ['sandbox'] } as const;
    const [inject] = lensesOf(manifest(), world({ engine }), english);
    assert.match(inject?.tooltip ?? '', /in the cluster at https:.* · Engine: the node agents$/);
  });

  it('past the limit: a warning in words', () => {
    assert.equal(
      forecast(manifest('3000MiB', 3000 * MIB)),
      '$(warning) 4 workers share 3000 MiB · 3000 MiB passes the 500 MiB limit: the OOM killer will act',
    );
  });

  it('past the limit only together with what is there: the sum is shown', () => {
    assert.equal(
      forecast(manifest('480MiB', 480 * MIB)),
      '$(warning) 4 workers share 480 MiB · 38 + 480 MiB passes the 500 MiB limit: the OOM killer will act',
    );
  });

  it('running: elapsed of duration, what can be done with it, and Inject again', () => {
    const lenses = titles(manifest(), { experiments: [experimentView()] });
    assert.deepEqual(lenses.slice(0, -1), [
      '$(circle-filled) Running 42 s of 1 h',
      '$(debug-pause) Pause',
      '$(debug-stop) Stop',
      '$(target) Preview targets',
      '$(pulse) Memory panel',
      '$(play) Inject again into sandbox · 2 Pods',
    ]);
  });

  it('running: what arrived, and a warning where the stress is not what was asked for', () => {
    const arrived = {
      target: 'hello-kubernetes/a/app',
      state: 'arrived',
      reason: null,
      expectedBytes: 50 * MIB,
      arrivedBytes: 49 * MIB,
      stressorKills: 0,
      reinjection: null,
    } as const;
    const status = (arrivals: ExperimentView['arrivals'], phase: ExperimentView['phase'] = 'running') => {
      const [lens] = lensesOf(
        manifest(),
        world({ experiments: [experimentView({ arrivals, phase })] }),
        english,
      );
      return lens?.title.replaceAll('\u00a0', ' ');
    };
    assert.equal(status([arrived]), '$(circle-filled) Running 42 s of 1 h · 49 of 50 MiB arrived');
    assert.equal(
      status([{ ...arrived, state: 'restarted' }]),
      '$(warning) Running 42 s of 1 h · the container was restarted: the stress is gone',
    );
    assert.equal(status([arrived], 'paused'), '$(debug-pause) Paused');
  });

  it('paused: Resume instead of Pause', () => {
    const lenses = titles(manifest(), { experiments: [experimentView({ phase: 'paused' })] });
    assert.deepEqual(lenses.slice(0, 3), [
      '$(debug-pause) Paused',
      '$(debug-continue) Resume',
      '$(debug-stop) Stop',
    ]);
  });

  it('never more than six in a line, whatever the phase', () => {
    const phases = ['injecting', 'running', 'paused', 'finished', 'failed', 'stopping'] as const;
    for (const phase of phases) {
      const lenses = lensesOf(manifest(), world({ experiments: [experimentView({ phase })] }), english);
      const heads = lenses.filter(({ at }) => at === 0);
      assert.ok(heads.length <= 6, `${phase}: ${heads.map(({ title }) => title).join()}`);
    }
  });

  it('running: what it replaces is not counted twice', () => {
    const pods = [podView({ name: 'a', used: 88 * MIB })];
    assert.equal(
      forecast(manifest(), { pods, experiments: [experimentView()] }),
      '4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits',
    );
  });

  it('while a stress still grows, the forecast starts from what was there before', () => {
    const pods = [podView({ name: 'a', used: 60 * MIB })];
    const baselines = { of: () => 38 * MIB };
    const experiments = [experimentView()];
    assert.equal(
      forecast(manifest(), { pods, experiments, baselines }),
      '4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits',
    );
  });

  it('each phase has its words', () => {
    const first = (experiment: Partial<ExperimentView>) =>
      titles(manifest(), { experiments: [experimentView(experiment)] })[0];
    assert.equal(first({ phase: 'injecting', injected: 1, targets: 3 }), '$(loading~spin) Injecting 1/3');
    assert.equal(first({ phase: 'paused' }), '$(debug-pause) Paused');
    assert.equal(first({ phase: 'finished' }), '$(pass) Finished');
    assert.equal(first({ phase: 'stopping' }), '$(loading~spin) Stopping…');
    assert.equal(
      first({ phase: 'failed', detail: 'no target\nfound $(rocket)' }),
      '$(error) Failed: no target found $ (rocket)',
    );
  });

  it('while it stops there is nothing to inject or stop', () => {
    const lenses = titles(manifest(), { experiments: [experimentView({ phase: 'stopping' })] });
    assert.ok(!lenses.some((title) => /Inject|Stop$|Pause/.test(title)), lenses.join());
  });

  it('a deletion that hangs: how long, what holds it, and why on a click', () => {
    const hang: ExperimentHang = {
      since: '2026-11-20T20:00:02Z',
      finalizers: ['chaos-mesh/records'],
      records: [
        { id: 'web/a/app', phase: 'Not Injected', error: null, node: 'node-2', daemonReady: true },
        { id: 'web/b/app', phase: 'Injected', error: 'rpc error', node: 'node-1', daemonReady: false },
      ],
      controllerReady: true,
      steps: ['retry-recovery', 'clean-finalizer'],
    };
    const [status] = lensesOf(
      manifest(),
      world({ experiments: [experimentView({ phase: 'stopping', hang })] }),
      english,
    );
    assert.equal(
      status?.title.replaceAll('\u00a0', ' '),
      '$(loading~spin) Stopping for 40 s: chaos-daemon on node-1 does not answer · Why?',
    );
    assert.deepEqual(status?.action, { kind: 'explain-hang', experiment: 'chaos-mesh/mem-stress' });
  });

  it('a document with errors cannot be injected', () => {
    const lenses = titles({ ...manifest(), object: null });
    assert.deepEqual(lenses, ['$(check) Dry run', '4 workers share 50 MiB']);
  });

  it('a document whose YAML is broken cannot be tried either', () => {
    assert.deepEqual(titles({ ...manifest(), object: null, raw: null }), ['4 workers share 50 MiB']);
  });

  it('no namespace in the manifest: the context’s, else default', () => {
    const document = { ...manifest(), namespace: null };
    const experiments = [experimentView({ key: 'team/mem-stress' })];
    const connection = { ...LIVE, namespace: 'team' };
    assert.match(titles(document, { experiments, connection })[0] ?? '', /Running/);
    assert.doesNotMatch(titles(document, { experiments })[0] ?? '', /Running/);
  });

  it('a hostile context name draws no icon', () => {
    const connection = { ...LIVE, context: '$(rocket) prod' };
    assert.equal(titles(manifest(), { connection })[0], '$(play) Inject into $ (rocket) prod · 2 Pods');
  });

  it('without Pods or samples it says so', () => {
    assert.equal(titles(manifest(), { pods: [] })[0], '$(play) Inject into sandbox · no Pods');
    assert.equal(
      forecast(manifest(), { pods: [podView({ name: 'a', used: null })] }),
      '4 workers share 50 MiB · limit 500 MiB, memory in use unknown',
    );
    assert.equal(
      forecast(manifest(), { pods: [podView({ name: 'a', limit: null })] }),
      '4 workers share 50 MiB · each container 38 → 88 MiB · no limit: the node’s memory is the bound',
    );
  });

  it('of a file: each stands above its own document, and acts on that one', () => {
    const second = { ...manifest(), head: { start: 500, end: 510 }, name: 'other', memory: null };
    const experiments = [experimentView({ key: 'chaos-mesh/other' })];
    const lenses = fileLenses([manifest(), second], world({ experiments }), english);
    const heads = (at: number) =>
      lenses.flatMap(({ lens, index }) => (lens.at === at ? [`${index} ${lens.action?.kind}`] : []));
    assert.deepEqual(heads(0), ['0 inject', '0 preview', '0 dry-run', '0 panel']);
    assert.deepEqual(heads(500), ['1 show-kills', '1 pause', '1 stop', '1 preview', '1 panel', '1 inject']);
  });

  it('of a Schedule: how many experiments Chaos Mesh has made of it, and still act', () => {
    const carrier = { kind: 'Schedule', name: 'nightly', head: { start: 0, end: 10 } } as const;
    const document = { ...manifest(), head: { start: 100, end: 111 }, carrier, memory: null };
    const run = (key: string, parts: Partial<ExperimentView> = {}, schedule = 'nightly') => {
      const made = experimentView({ key, ...parts });
      const metadata = { ...made.object.metadata, labels: { 'managed-by': schedule } };
      return { ...made, object: { ...made.object, metadata } };
    };
    const experiments = [
      run('chaos-mesh/nightly-a'),
      run('chaos-mesh/nightly-b', { phase: 'finished' }),
      run('elsewhere/nightly-c'),
      run('chaos-mesh/other', {}, 'other'),
    ];
    const [lens] = fileLenses([document], world({ experiments }), english);
    assert.equal(lens?.lens.title.replaceAll('\u00a0', ' '), '$(circle-filled) 1 experiment of it is active');
    assert.equal(lens?.lens.tooltip, 'chaos-mesh/nightly-a');
  });

  it('of a Workflow: Dry run once for the whole, Inject once and the targets for each step', () => {
    const carrier = { kind: 'Workflow', name: 'flow', head: { start: 0, end: 10 } } as const;
    const step = (at: number) => ({
      ...manifest(),
      head: { start: at, end: at + 11 },
      carrier,
      memory: null,
    });
    const lenses = fileLenses([step(100), step(200)], world(), english);
    assert.deepEqual(
      lenses.map(({ lens, index }) => `${lens.at} ${index} ${lens.title.replaceAll('\u00a0', ' ')}`),
      [
        '0 0 $(check) Dry run',
        '100 0 $(play) Inject once into sandbox · 2 Pods',
        '100 0 $(target) Preview targets',
        '100 0 $(pulse) Memory panel',
        '200 1 $(play) Inject once into sandbox · 2 Pods',
        '200 1 $(target) Preview targets',
        '200 1 $(pulse) Memory panel',
      ],
    );
  });
});
