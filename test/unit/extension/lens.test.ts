import assert from 'node:assert/strict';
import type { ManifestDocument } from '../../../src/core/stresschaos/manifest.js';
import { type LensWorld, lensesOf } from '../../../src/extension/lens/model.js';
import type { ExperimentView } from '../../../src/lab/types.js';
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
  };
}

function world(parts: Partial<LensWorld> = {}): LensWorld {
  return {
    connection: LIVE,
    pods: [podView({ name: 'a' }), podView({ name: 'b' })],
    agents: [],
    nodes: null,
    experiments: [],
    baselines: { of: () => null },
    now: Date.parse('2026-11-20T20:00:42Z'),
    ...parts,
  };
}

function titles(document: ManifestDocument, parts: Partial<LensWorld> = {}): string[] {
  return lensesOf(document, world(parts), english).map(({ title }) => title.replaceAll('\u00a0', ' '));
}

describe('lenses', () => {
  it('before a connection: Inject, and what the size means', () => {
    assert.deepEqual(titles(manifest(), { connection: null }), ['$(play) Inject…', '4 workers share 50 MiB']);
  });

  it('connected: context, number of Pods and forecast', () => {
    assert.deepEqual(titles(manifest()), [
      '$(play) Inject into sandbox · 2 Pods',
      '4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits',
    ]);
  });

  it('past the limit: a warning in words', () => {
    assert.equal(
      titles(manifest('3000MiB', 3000 * MIB))[1],
      '$(warning) 4 workers share 3000 MiB · 3000 MiB passes the 500 MiB limit: the OOM killer will act',
    );
  });

  it('past the limit only together with what is there: the sum is shown', () => {
    assert.equal(
      titles(manifest('480MiB', 480 * MIB))[1],
      '$(warning) 4 workers share 480 MiB · 38 + 480 MiB passes the 500 MiB limit: the OOM killer will act',
    );
  });

  it('running: elapsed of duration, Stop, and Inject again', () => {
    const lenses = titles(manifest(), { experiments: [experimentView()] });
    assert.deepEqual(lenses.slice(0, 3), [
      '$(circle-filled) Running 42 s of 1 h',
      '$(debug-stop) Stop',
      '$(play) Inject again into sandbox · 2 Pods',
    ]);
  });

  it('running: what it replaces is not counted twice', () => {
    const pods = [podView({ name: 'a', used: 88 * MIB })];
    const [, , , forecast] = titles(manifest(), { pods, experiments: [experimentView()] });
    assert.equal(forecast, '4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits');
  });

  it('while a stress still grows, the forecast starts from what was there before', () => {
    const pods = [podView({ name: 'a', used: 60 * MIB })];
    const baselines = { of: () => 38 * MIB };
    const experiments = [experimentView()];
    const [, , , forecast] = titles(manifest(), { pods, experiments, baselines });
    assert.equal(forecast, '4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits');
  });

  it('each phase has its words', () => {
    const first = (experiment: Partial<ExperimentView>) =>
      titles(manifest(), { experiments: [experimentView(experiment)] })[0];
    assert.equal(first({ phase: 'injecting', injected: 1, targets: 3 }), '$(loading~spin) Injecting 1 of 3');
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
    assert.ok(!lenses.some((title) => /Inject|Stop$/.test(title)), lenses.join());
  });

  it('a document with errors cannot be injected', () => {
    const lenses = titles({ ...manifest(), object: null });
    assert.deepEqual(lenses, ['4 workers share 50 MiB']);
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
      titles(manifest(), { pods: [podView({ name: 'a', used: null })] })[1],
      '4 workers share 50 MiB · limit 500 MiB, memory in use unknown',
    );
    assert.equal(
      titles(manifest(), { pods: [podView({ name: 'a', limit: null })] })[1],
      '4 workers share 50 MiB · each container 38 → 88 MiB · no limit: the node’s memory is the bound',
    );
  });
});
