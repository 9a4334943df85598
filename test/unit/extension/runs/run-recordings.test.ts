import assert from 'node:assert/strict';
import type { RunRecord } from '../../../../src/core/experiment/record.js';
import { runItem } from '../../../../src/extension/runs/present.js';
import type { RunFiles } from '../../../../src/extension/runs/run-files.js';
import { RunRecordings } from '../../../../src/extension/runs/run-recordings.js';
import { record, storm, TARGET, target } from '../../lab/runs/sample.js';
import { FakeLab } from '../support/fake-lab.js';
import { english } from '../support/language.js';
import { experimentView, podView } from '../support/views.js';

class Stage {
  readonly lab = new FakeLab();
  readonly saved: RunRecord[] = [];
  readonly warned: string[] = [];
  failing = false;
  readonly recordings: RunRecordings;

  constructor() {
    this.lab.pods.set([podView({ name: 'hello-a' })]);
    const save = async (one: RunRecord): Promise<void> => {
      if (this.failing) throw new Error('disk full');
      this.saved.push(one);
    };
    const files = { save } as unknown as RunFiles;
    this.recordings = new RunRecordings(files, '0.1.0', (message) => this.warned.push(message), 0);
  }

  inject(): void {
    const { object } = experimentView();
    const injection = { object, namespace: 'chaos-mesh', text: 'kind: StressChaos\n', file: 'a.yaml' };
    this.recordings.begin(this.lab, injection).injected();
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('own runs in the editor', () => {
  it('are kept when their experiment ends', async () => {
    const stage = new Stage();
    const { lab, saved } = stage;
    stage.inject();
    lab.experiments.set([experimentView({ endsAt: null })]);
    assert.equal(saved.length, 0);
    lab.experiments.set([]);
    await settle();
    assert.deepEqual(
      saved.map(({ key, end, manifest }) => [key, end, manifest.file]),
      [['chaos-mesh/mem-stress', 'stopped', 'a.yaml']],
    );
    assert.equal(lab.looked.size, 0);
  });

  it('leave nothing where the injection fails', async () => {
    const stage = new Stage();
    const { object } = experimentView();
    stage.recordings.begin(stage.lab, { object, namespace: 'chaos-mesh' }).discard();
    await stage.recordings.endOf(stage.lab);
    assert.deepEqual(stage.saved, []);
    assert.equal(stage.lab.looked.size, 0);
  });

  it('end with the connection', async () => {
    const stage = new Stage();
    stage.inject();
    await stage.recordings.endOf(new FakeLab());
    assert.equal(stage.saved.length, 0);
    await stage.recordings.endOf(stage.lab);
    assert.deepEqual(
      stage.saved.map(({ end }) => end),
      ['connection-lost'],
    );
  });

  it('are two where the experiment is replaced', async () => {
    const stage = new Stage();
    stage.inject();
    stage.lab.experiments.set([experimentView({ endsAt: null })]);
    stage.inject();
    await settle();
    assert.deepEqual(
      stage.saved.map(({ end }) => end),
      ['stopped'],
    );
    await stage.recordings.endOf(stage.lab);
    assert.equal(stage.saved.length, 2);
  });

  it('that cannot be kept are logged', async () => {
    const stage = new Stage();
    stage.failing = true;
    stage.inject();
    await stage.recordings.endOf(stage.lab);
    assert.match(stage.warned.join(), /was not kept: Error: disk full/);
  });
});

describe('a run in the list', () => {
  it('says what it came to', () => {
    const detail = (run: RunRecord): string => runItem(run, english).detail;
    assert.equal(detail(record()), 'survived · working set at most 91/500 MiB · 1 min');
    assert.equal(detail(storm()), '37 OOM kills · working set at most 491/500 MiB · 1 min');
    assert.match(
      detail(record({ targets: [target(TARGET, 88, { killsWatched: false })] })),
      /^no kill seen · /,
    );
    assert.match(
      detail(record({ targets: [target(TARGET, 88, { restarts: { before: 0, after: 1 } })] })),
      /^1 restart · /,
    );
    assert.match(detail(record({ targets: [], injectedAfter: null, end: 'failed' })), /^not injected · /);
  });

  it('is one line without icons of a stranger', () => {
    const { label, description } = runItem(
      record({ key: 'ns/a $(flame)\n\u202eb', cluster: { context: '$(x)\ny', server: '' } }),
      english,
    );
    assert.doesNotMatch(label.slice(2), /\$\(|\n|\u202e/);
    assert.doesNotMatch(description, /\$\(|\n/);
  });
});
