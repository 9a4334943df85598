import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseManifests } from '../../src/core/stresschaos/parse.js';
import { dryRun } from '../../src/extension/commands/dry-run.js';
import type { CommandHost } from '../../src/extension/commands/host.js';
import { inject } from '../../src/extension/commands/inject.js';
import { pause, resume } from '../../src/extension/commands/pause.js';
import { stop } from '../../src/extension/commands/stop.js';
import { ChosenConnection } from '../../src/extension/connection/source.js';
import { Commands, Settings } from '../../src/extension/contributions.js';
import { DRY_RUN_SOURCE } from '../../src/extension/language/server-marks.js';
import { StressLensProvider } from '../../src/extension/lens/provider.js';
import { openManifests } from '../../src/extension/manifests.js';
import { OwnExperiments } from '../../src/extension/own-experiments.js';
import { Session } from '../../src/extension/session.js';
import type { Lab } from '../../src/lab/types.js';
import { waitFor } from '../../tools/system/wait.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { FakeMemento } from '../unit/extension/support/fake-memento.js';
import { english } from '../unit/extension/support/language.js';
import { experimentView, MIB, podView } from '../unit/extension/support/views.js';
import { NO_RUNS } from './support/no-runs.js';

const MANIFEST = `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata: {name: mem-stress, namespace: chaos-mesh}
spec:
  mode: all
  selector: {namespaces: [hello-kubernetes]}
  stressors:
    memory: {workers: 4, size: 50MiB}
  duration: 1h
`;

const FAILED = {
  phase: 'failed',
  failure: 'unreachable',
  detail: 'ECONNREFUSED',
  context: 'sandbox',
} as const;

const log = vscode.window.createOutputChannel('Podstress tests', { log: true });

/** A session whose labs are the test's own, kept in the order in which they were opened. */
class Stage {
  readonly labs: FakeLab[] = [];
  readonly session: Session;
  readonly chosen: ChosenConnection;

  constructor(prepare: (lab: FakeLab) => void = () => {}) {
    const connect = () => {
      const lab = new FakeLab();
      prepare(lab);
      this.labs.push(lab);
      return lab;
    };
    const listContexts = async () => ({ files: ['/config'], current: null, contexts: [] });
    this.chosen = new ChosenConnection(new FakeMemento(), log);
    this.session = new Session(async () => ({ connect, listContexts }), log, this.chosen);
  }

  get lab(): FakeLab {
    return this.labs.at(-1) ?? assert.fail('no lab was opened');
  }

  dispose(): void {
    this.session.dispose();
    this.chosen.dispose();
  }
}

function onceChanged(provider: StressLensProvider): Promise<void> {
  return new Promise((resolve) => {
    const listening = provider.onDidChangeCodeLenses(() => {
      listening.dispose();
      resolve();
    });
  });
}

after(() => log.dispose());

describe('the session', () => {
  let stage: Stage;

  afterEach(() => stage.dispose());

  it('opens one lab, however many ask at once, and none by itself', async () => {
    stage = new Stage();
    assert.equal(stage.session.state.phase, 'none');
    await Promise.all([stage.session.open(), stage.session.open(), stage.session.ready()]);
    assert.equal(stage.labs.length, 1);
    assert.equal(stage.session.state.phase, 'live');
  });

  it('who follows gets each lab with a scope that ends with it', async () => {
    stage = new Stage();
    const seen: Lab[] = [];
    let ended = 0;
    stage.session.follow((lab, scope) => {
      seen.push(lab);
      scope.defer(() => {
        ended++;
      });
    });
    await stage.session.open();
    const [first] = stage.labs;
    await stage.session.restart();
    assert.deepEqual(seen, stage.labs);
    assert.equal(ended, 1);
    assert.equal(first?.disposed, true);
    assert.equal(first?.pods.listeners, 0);
  });

  it('another kubeconfig in the settings ends the connection whole and opens a new one', async () => {
    stage = new Stage();
    await stage.session.open();
    const settings = vscode.workspace.getConfiguration();
    try {
      await settings.update(Settings.kubeconfig, '/somewhere/else', vscode.ConfigurationTarget.Global);
      await waitFor('a second lab', () => stage.labs[1] ?? null, { timeoutMs: 10_000 });
      assert.equal(stage.labs[0]?.disposed, true);
    } finally {
      await settings.update(Settings.kubeconfig, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is ready with nothing where the connection failed, and says why', async () => {
    stage = new Stage((lab) => lab.connection.set(FAILED));
    assert.equal(await stage.session.ready(), null);
    assert.deepEqual(stage.session.state, FAILED);
  });

  it('a lab that loads after the end is not opened', async () => {
    stage = new Stage();
    const opening = stage.session.open();
    stage.session.dispose();
    await opening;
    assert.equal(stage.labs.length, 0);
  });
});

describe('lenses that follow the cluster', () => {
  it('are drawn again when what they say changed, and only then', async () => {
    const stage = new Stage((lab) => lab.pods.set([podView({ name: 'a' })]));
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: MANIFEST });
    await vscode.window.showTextDocument(document);
    let looks = 0;
    const provider = new StressLensProvider({
      session: stage.session,
      language: english,
      documents: (each) => {
        looks++;
        return parseManifests(each.getText());
      },
    });
    const titles = () => provider.provideCodeLenses(document).map(({ command }) => command?.title);
    try {
      assert.match(titles()[0] ?? '', /Inject…/);
      const connected = onceChanged(provider);
      await stage.session.open();
      await connected;
      assert.match(titles()[0] ?? '', /Inject into sandbox · 1 Pod$/);

      let drawn = 0;
      provider.onDidChangeCodeLenses(() => drawn++);
      const before = looks;
      stage.lab.pods.set([podView({ name: 'a', restarts: 1 })]);
      await waitFor('a look at the lenses', () => (looks > before ? true : null), { timeoutMs: 10_000 });
      assert.equal(drawn, 0, 'a restart changes no lens');
      const changed = onceChanged(provider);
      stage.lab.pods.set([podView({ name: 'a', used: 88 * MIB })]);
      await changed;
      assert.match(titles().at(-1) ?? '', /88 → 138 of 500 MiB/);
    } finally {
      provider.dispose();
      stage.dispose();
    }
  });
});

describe('lenses of a busy window', () => {
  it('are not called changed again before VS Code has asked: each call would make it wait anew', async () => {
    const stage = new Stage((lab) => lab.pods.set([podView({ name: 'a' })]));
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: MANIFEST });
    await vscode.window.showTextDocument(document);
    const provider = new StressLensProvider({
      session: stage.session,
      language: english,
      documents: (each) => parseManifests(each.getText()),
    });
    let calls = 0;
    provider.onDidChangeCodeLenses(() => calls++);
    try {
      provider.provideCodeLenses(document);
      const connected = onceChanged(provider);
      await stage.session.open();
      await connected;
      for (let used = 40; used < 80; used++) {
        stage.lab.pods.set([podView({ name: 'a', used: used * MIB })]);
        await new Promise((resolve) => setTimeout(resolve, 75));
      }
      assert.equal(calls, 1);
      const again = onceChanged(provider);
      provider.provideCodeLenses(document);
      stage.lab.pods.set([podView({ name: 'a', used: 90 * MIB })]);
      await again;
      assert.equal(calls, 2);
    } finally {
      provider.dispose();
      stage.dispose();
    }
  });
});

describe('lenses of several files at once', () => {
  it('each acts on its own file, and on its own document there', async () => {
    const stage = new Stage((lab) => {
      lab.pods.set([podView({ name: 'a' })]);
      lab.experiments.set([experimentView({ key: 'chaos-mesh/second' })]);
    });
    const second = MANIFEST.replace('mem-stress', 'second');
    const contents = [`${MANIFEST}---\n${second}`, second];
    const documents = await Promise.all(
      contents.map((content) => vscode.workspace.openTextDocument({ language: 'yaml', content })),
    );
    const provider = new StressLensProvider({
      session: stage.session,
      language: english,
      documents: (each) => parseManifests(each.getText()),
    });
    try {
      await stage.session.open();
      const of = (command: string) =>
        documents.map((document) =>
          provider
            .provideCodeLenses(document)
            .flatMap((lens) => (lens.command?.command === command ? [lens.command.arguments?.[0]] : [])),
        );
      const place = (file: number, index: number) => ({ uri: documents[file]?.uri.toString(), index });
      assert.deepEqual(of(Commands.previewTargets), [[place(0, 0), place(0, 1)], [place(1, 0)]]);
      assert.deepEqual(of(Commands.pause), [['chaos-mesh/second'], ['chaos-mesh/second']]);
    } finally {
      provider.dispose();
      stage.dispose();
    }
  });
});

describe('experiments that were started here, when VS Code closes', () => {
  let stage: Stage;
  let own: OwnExperiments;
  const settings = () => vscode.workspace.getConfiguration();

  beforeEach(async () => {
    stage = new Stage();
    own = new OwnExperiments(stage.session, new FakeMemento(), log);
    await stage.session.open();
    stage.lab.experiments.set([experimentView(), experimentView({ key: 'other/one' })]);
    own.started(stage.lab, 'chaos-mesh/mem-stress');
  });

  afterEach(async () => {
    own.dispose();
    stage.dispose();
    await settings().update(Settings.onExit, undefined, vscode.ConfigurationTarget.Global);
  });

  it('are stopped where that is wanted, and nobody else’s are', async () => {
    await settings().update(Settings.onExit, 'stop', vscode.ConfigurationTarget.Global);
    await own.leave();
    assert.deepEqual(stage.lab.stopped, ['chaos-mesh/mem-stress']);
  });

  it('go on by default', async () => {
    await own.leave();
    assert.deepEqual(stage.lab.stopped, []);
  });

  it('a stop that hangs does not keep VS Code from closing', async () => {
    await settings().update(Settings.onExit, 'stop', vscode.ConfigurationTarget.Global);
    stage.lab.stop = () => new Promise(() => {});
    await own.leave();
  });
});

describe('commands', () => {
  let stage: Stage;
  let host: CommandHost;
  let watched: string[];
  let started: string[];
  let revealed: number;
  let argument: { readonly uri: string; readonly index: number };

  beforeEach(async () => {
    stage = new Stage((lab) => lab.pods.set([podView({ name: 'a' }), podView({ name: 'b' })]));
    watched = [];
    started = [];
    revealed = 0;
    const { session } = stage;
    const manifests = openManifests({ session, log, language: english });
    host = {
      session,
      log,
      language: english,
      pods: {
        pod: () => podView({ name: 'a', experiments: ['chaos-mesh/mem-stress'] }),
        selection: [],
        reveal: async () => {},
        highlight: async () => {},
      },
      own: { started: (_lab, key) => started.push(key) },
      arrangement: {
        grouping: 'namespace',
        sorting: 'name',
        filter: null,
        group: () => {},
        sort: () => {},
        narrow: () => {},
      },
      pins: { pin: () => true, unpin: () => {}, pinned: () => [], ids: new Set() },
      panel: {
        watchOwn: (key) => watched.push(key),
        reveal: async () => {
          revealed++;
        },
        pin: async () => {},
        openInEditor: () => {},
      },
      runs: async () => NO_RUNS,
      manifests: async () => manifests,
    };
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: MANIFEST });
    argument = { uri: document.uri.toString(), index: 0 };
    const settings = vscode.workspace.getConfiguration();
    await settings.update(Settings.injectConfirm, 'never', vscode.ConfigurationTarget.Global);
  });

  afterEach(async () => {
    (await host.manifests()).dispose();
    stage.dispose();
    const settings = vscode.workspace.getConfiguration();
    await settings.update(Settings.injectConfirm, undefined, vscode.ConfigurationTarget.Global);
  });

  it('Inject connects and sends what the manifest says now', async () => {
    await inject(host, argument);
    const [sent] = stage.lab.injected;
    assert.equal(sent?.object.metadata.name, 'mem-stress');
    assert.equal(sent?.object.spec.stressors?.memory?.size, '50MiB');
    assert.equal(sent?.replace, false);
    assert.deepEqual(watched, ['chaos-mesh/mem-stress']);
    assert.deepEqual(started, ['chaos-mesh/mem-stress']);
    assert.equal(revealed, 0, 'nothing will be killed');
  });

  it('Inject again replaces, and shows the kills where the limit will be passed', async () => {
    await stage.session.open();
    stage.lab.experiments.set([experimentView()]);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri, true));
    const at = document.positionAt(MANIFEST.indexOf('50MiB'));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(at, at.translate(0, '50MiB'.length)), '3000MiB');
    await vscode.workspace.applyEdit(edit);
    await inject(host, argument);
    assert.equal(stage.lab.injected[0]?.object.spec.stressors?.memory?.size, '3000MiB');
    assert.equal(stage.lab.injected[0]?.replace, true);
    assert.equal(revealed, 1);
  });

  it('Stop ends the experiment that the lens names, or those of the Pod that was clicked', async () => {
    await stage.session.open();
    stage.lab.experiments.set([experimentView(), experimentView({ key: 'other/one' })]);
    await stop(host, 'chaos-mesh/mem-stress', undefined);
    await stop(host, { kind: 'pod', id: 'pod/hello-kubernetes/a' }, undefined);
    await stop(host, { kind: 'experiment', id: 'other/one', experiment: 'other/one' }, undefined);
    assert.deepEqual(stage.lab.stopped, ['chaos-mesh/mem-stress', 'chaos-mesh/mem-stress', 'other/one']);
  });

  it('Pause and Resume act on the experiment that the lens names, or on the rows selected in the view', async () => {
    await stage.session.open();
    stage.lab.experiments.set([
      experimentView(),
      experimentView({ key: 'other/one', phase: 'paused' }),
      experimentView({ key: 'other/two', phase: 'paused' }),
    ]);
    const node = (experiment: string) => ({ kind: 'experiment', id: experiment, experiment });
    await pause(host, 'chaos-mesh/mem-stress', undefined);
    await resume(host, node('other/one'), [node('other/one'), node('other/two')]);
    assert.deepEqual(stage.lab.acted, [
      'pause chaos-mesh/mem-stress',
      'resume other/one',
      'resume other/two',
    ]);
  });

  it('Dry run sends what is written, mistakes and all, and marks where the server’s words belong until the next edit', async () => {
    await stage.session.open();
    stage.lab.verdict = {
      accepted: false,
      status: 403,
      message:
        'admission webhook "vstresschaos.kb.io" denied the request: Spec.Stressors.MemoryStressor.Size: Invalid value: "50Mi": incorrect bytes format: invalid suffix: \'mi\'',
    };
    const uri = vscode.Uri.parse(argument.uri, true);
    const document = await vscode.workspace.openTextDocument(uri);
    const write = (from: string, to: string) => {
      const at = document.getText().indexOf(from);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(document.positionAt(at), document.positionAt(at + from.length)), to);
      return vscode.workspace.applyEdit(edit);
    };
    const marks = () =>
      vscode.languages.getDiagnostics(uri).filter(({ source }) => source === DRY_RUN_SOURCE);
    await write('50MiB', '50Mi');
    // Its notification stays open: nobody answers here.
    const told = dryRun(host, argument);
    const [mark] = await waitFor('a mark', () => (marks().length > 0 ? marks() : null), {
      timeoutMs: 10_000,
    });
    assert.equal(mark === undefined ? '' : document.getText(mark.range), '50Mi');
    assert.match(mark?.message ?? '', /invalid suffix: 'mi'/);
    const spec = stage.lab.tried[0]?.['spec'] as { readonly stressors: unknown } | undefined;
    assert.deepEqual(spec?.stressors, { memory: { workers: 4, size: '50Mi' } });
    await vscode.commands.executeCommand('notifications.clearAll');
    await told;
    await write('50Mi', '50MB');
    await waitFor('no mark', () => (marks().length === 0 ? true : null), { timeoutMs: 10_000 });
  });
});
