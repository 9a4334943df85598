import assert from 'node:assert/strict';
import { experimentDetails } from '../../../src/extension/present/experiment-details.js';
import { workspaceCandidates } from '../../../src/extension/present/origin-file.js';
import { ExperimentsModel, type ExperimentsNode } from '../../../src/extension/views/experiments-model.js';
import type { Arrival, ExperimentView } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { experimentView, MIB } from './support/views.js';

const NOW = Date.parse('2026-11-20T20:00:42Z');

function arrival(parts: Partial<Arrival> = {}): Arrival {
  return {
    target: 'web/a/app',
    state: 'arrived',
    reason: null,
    expectedBytes: 50 * MIB,
    arrivedBytes: 49 * MIB,
    stressorKills: 0,
    reinjection: null,
    ...parts,
  };
}

function modelOf(experiments: readonly ExperimentView[], now = NOW): ExperimentsModel {
  const model = new ExperimentsModel(english);
  model.update(experiments, now);
  return model;
}

function lines(model: ExperimentsModel, within?: ExperimentsNode, indent = ''): string[] {
  return model.children(within).flatMap((node) => {
    const row = model.row(node);
    return [`${indent}${row?.label} | ${row?.description}`, ...lines(model, node, `${indent}  `)];
  });
}

const first = (view: Partial<ExperimentView>) => {
  const model = modelOf([experimentView(view)]);
  const [node] = model.children();
  assert.ok(node !== undefined);
  return model.row(node);
};

describe('the Experiments view', () => {
  it('shows what goes on by name, with its containers, and what has finished at the end', () => {
    const model = modelOf([
      experimentView({ key: 'chaos/z', arrivals: [arrival(), arrival({ target: 'web/b/app' })] }),
      experimentView({ key: 'chaos/over', phase: 'finished', endsAt: '2026-11-20T20:00:00Z' }),
      experimentView({ key: 'chaos/a', phase: 'paused' }),
    ]);
    assert.deepEqual(lines(model), [
      'a | Paused · 1 h left · chaos',
      'z | 1 h left · 49 of 50 MiB arrived · chaos',
      '  a/app | 49 of 50 MiB arrived',
      '  b/app | 49 of 50 MiB arrived',
      'Finished | 1',
      '  over | Finished · chaos',
    ]);
  });

  it('names the containers of the records before anything is measured', () => {
    const object = experimentView().object;
    const record = (id: string, phase: string) => ({
      id,
      phase,
      selectorKey: '.',
      injectedCount: 0,
      recoveredCount: 0,
    });
    const containerRecords = [record('web/b/app', 'Not Injected'), record('web/a/app', 'Injected')];
    const model = modelOf([
      experimentView({
        phase: 'injecting',
        injected: 1,
        targets: 2,
        object: { ...object, status: { experiment: { containerRecords } } },
      }),
    ]);
    assert.deepEqual(lines(model), [
      'mem-stress | Injecting 1/2 · 1 h left · chaos-mesh',
      '  a/app | injected',
      '  b/app | not injected',
    ]);
  });

  it('what the menus may offer follows the phase', () => {
    const words = (view: Partial<ExperimentView>) => first(view)?.contextValue;
    assert.equal(words({}), 'experiment stressed pausable');
    assert.equal(words({ phase: 'paused' }), 'experiment stressed paused');
    const restarted = [arrival({ state: 'restarted' })];
    assert.equal(words({ arrivals: restarted }), 'experiment stressed pausable restarted');
    assert.equal(words({ phase: 'failed' }), 'experiment stressed');
    assert.equal(words({ phase: 'finished' }), '', 'the group comes first');
    const hang = {
      since: '2026-11-20T20:00:00Z',
      finalizers: ['chaos-mesh/records'],
      records: [],
      controllerReady: false,
      steps: [],
    };
    assert.equal(words({ phase: 'stopping', hang }), 'experiment hanging');
    assert.equal(
      first({ phase: 'stopping', hang })?.description,
      'Stopping: Chaos Mesh’s controller does not run · chaos-mesh',
    );
  });

  it('a stress that is not what was asked for is loud', () => {
    assert.equal(first({ arrivals: [arrival()] })?.icon.id, 'pulse');
    assert.equal(first({ arrivals: [arrival({ state: 'restarted' })] })?.icon.id, 'warning');
    assert.equal(first({ phase: 'failed', detail: 'x' })?.icon.id, 'error');
  });

  it('draws again only what reads differently, and nothing for a second that passes', () => {
    const model = new ExperimentsModel(english);
    const a = experimentView({ key: 'chaos/a' });
    const b = experimentView({ key: 'chaos/b' });
    assert.equal(model.update([a, b], NOW), 'all');
    assert.deepEqual(model.update([a, b], NOW + 1000), []);
    const later = model.update([a, { ...b, phase: 'paused' }], NOW + 2000);
    assert.deepEqual(later === 'all' ? later : later.map(({ id }) => id), ['chaos/b']);
    assert.equal(model.update([a], NOW + 3000), 'all');
    assert.equal(model.update([a, b], NOW + 4000), 'all');
  });

  it('keeps its nodes as long as they are there, and knows their place', () => {
    const model = new ExperimentsModel(english);
    const view = experimentView({ arrivals: [arrival()] });
    model.update([view], NOW);
    const [node] = model.children();
    const [target] = model.children(node);
    model.update([{ ...view, phase: 'paused' }], NOW);
    assert.equal(model.children()[0], node);
    assert.ok(target !== undefined && node !== undefined);
    assert.equal(model.parent(target), node);
    assert.equal(model.parent(node), undefined);
    model.update([], NOW);
    assert.equal(model.row(node), null);
  });

  it('strangers’ names draw no icon and turn no text', () => {
    const row = first({ key: 'chaos/$(rocket)\u202e', detail: '$(bug)\nx', phase: 'failed' });
    assert.equal(row?.label, '$ (rocket)\u{fffd}');
    assert.equal(row?.description, 'Failed: $ (bug) x · 1 h left · chaos');
  });

  it('the tooltip says who made it, from what, and by which engine', () => {
    const value = (view: Partial<ExperimentView>, label: string) =>
      experimentDetails(experimentView(view), NOW, english).rows.find((row) => row.label === label)?.value;
    assert.equal(value({}, 'Made by'), 'not with Podstress');
    const origin = { user: 'dev', file: 'chaos/mem.yaml' };
    assert.equal(value({ origin }, 'Made by'), 'dev');
    assert.equal(value({ origin }, 'Manifest'), 'chaos/mem.yaml');
    assert.equal(value({ engine: 'agent' }, 'Engine'), 'the node agents');
    assert.equal(value({}, 'Started'), '42 s ago');
    assert.equal(value({ startedAt: null }, 'Started'), undefined);
  });
});

describe('the file that an experiment names', () => {
  it('is looked for in the workspace, also below the name of its folder', () => {
    assert.deepEqual(workspaceCandidates('chaos/mem.yaml', 'app'), ['chaos/mem.yaml']);
    assert.deepEqual(workspaceCandidates('app/mem.yaml', 'app'), ['app/mem.yaml', 'mem.yaml']);
    assert.deepEqual(workspaceCandidates('./a//b.yaml', 'app'), ['a/b.yaml']);
  });

  it('never leads out of it', () => {
    for (const file of ['../x', 'a/../../x', '/etc/passwd', '\\\\host\\x', 'C:\\x', 'a\0b', '', '.']) {
      assert.deepEqual(workspaceCandidates(file, 'app'), [], file);
    }
  });
});
