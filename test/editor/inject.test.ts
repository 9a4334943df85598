import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_SAFETY_RULES } from '../../src/core/experiment/safety.js';
import { parseManifests } from '../../src/core/stresschaos/parse.js';
import type { CommandHost, Runs } from '../../src/extension/commands/host.js';
import { inject } from '../../src/extension/commands/inject.js';
import { injectCpu, injectMemory, injectStress } from '../../src/extension/commands/inject-stress.js';
import { ChosenConnection } from '../../src/extension/connection/source.js';
import { Settings } from '../../src/extension/contributions.js';
import { openManifests } from '../../src/extension/manifests.js';
import { Session } from '../../src/extension/session.js';
import { confirmInject, injectionRules } from '../../src/extension/settings.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { FakeMemento } from '../unit/extension/support/fake-memento.js';
import { english } from '../unit/extension/support/language.js';
import { experimentView, MIB, podView } from '../unit/extension/support/views.js';
import { NO_RUNS } from './support/no-runs.js';
import type { FakeQuickPick, Move } from './support/quick-pick.js';
import { ScriptedUser } from './support/user.js';

const log = vscode.window.createOutputChannel('Podstress inject tests', { log: true });
const POD = { kind: 'pod', id: 'pod/hello-kubernetes/a' };
const enter: Move = (pick) => pick.enter();
const choose =
  (label: string): Move =>
  (pick) =>
    pick.choose(label);
const type =
  (text: string): Move =>
  (pick) => {
    pick.type(text);
    pick.enter();
  };
const back: Move = (pick) => pick.back();

function manifest(name: string, namespace = 'hello-kubernetes'): string {
  return `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata: {name: ${name}, namespace: chaos-mesh}
spec:
  mode: all
  selector: {namespaces: [${namespace}]}
  stressors:
    memory: {workers: 1, size: 20MiB}
  duration: 1m
`;
}

describe('what injects', () => {
  let lab: FakeLab;
  let session: Session;
  let chosen: ChosenConnection;
  let host: CommandHost;
  let user: ScriptedUser;
  let folder: string;

  beforeEach(async () => {
    lab = new FakeLab();
    lab.pods.set([
      podView({ name: 'a' }),
      podView({ name: 'b' }),
      podView({ name: 'dns', namespace: 'kube-system' }),
    ]);
    chosen = new ChosenConnection(new FakeMemento(), log);
    const listContexts = async () => ({ files: [], current: null, contexts: [] });
    session = new Session(async () => ({ connect: () => lab, listContexts }), log, chosen);
    const manifests = openManifests({ session, log, language: english });
    host = {
      session,
      log,
      language: english,
      pods: {
        pod: ({ id }: { readonly id: string }) =>
          lab.pods.get().find(({ key }) => id === `pod/${key}`) ?? lab.pods.get()[0],
        selection: [],
      },
      panel: { watchOwn: () => {}, reveal: async () => {} },
      own: { started: () => {} },
      runs: async () => NO_RUNS,
      manifests: async () => manifests,
    } as unknown as CommandHost;
    user = new ScriptedUser();
    folder = mkdtempSync(join(tmpdir(), 'podstress-inject-'));
    await set(Settings.injectConfirm, 'never');
  });

  afterEach(async () => {
    user.dispose();
    (await host.manifests()).dispose();
    session.dispose();
    chosen.dispose();
    rmSync(folder, { recursive: true });
    const changed = [Settings.injectConfirm, Settings.maxTargets, Settings.protectedContexts];
    for (const setting of changed) await set(setting, undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => log.dispose());

  function set(setting: string, value: unknown): Thenable<void> {
    return vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
  }

  function plays(...moves: Move[]): void {
    user.dispose();
    user = new ScriptedUser(...moves);
  }

  function file(name: string, text: string): vscode.Uri {
    const path = join(folder, name);
    writeFileSync(path, text);
    return vscode.Uri.file(path);
  }

  const sent = () => lab.injected.map(({ object }) => object.metadata.name);

  describe('step by step', () => {
    it('takes what is offered by Enter alone', async () => {
      plays(enter, enter, enter, enter, enter);
      await injectMemory(host, POD, undefined);
      const [{ object, replace } = assert.fail('nothing was sent')] = lab.injected;
      assert.deepEqual(object.spec.stressors, { memory: { workers: 1, size: '231MiB' } });
      assert.deepEqual(object.spec.selector, { pods: { 'hello-kubernetes': ['a'] } });
      assert.equal(object.spec.duration, '5m');
      assert.equal(replace, false);
      assert.deepEqual(
        user.shown,
        [1, 2, 3, 4, 5].map((step) => `Memory stress for a ${step}/5`),
      );
    });

    it('takes what is typed, keeps it on the way back, and refuses what means nothing', async () => {
      const wrong: Move = (pick) => {
        pick.type('50Mi');
        pick.enter();
        assert.match(pick.activeItems[0]?.label ?? '', /^\$\(error\) 50Mi$/);
        pick.type('60MiB');
        pick.enter();
      };
      const still =
        (label: string): Move =>
        (pick) => {
          assert.equal(pick.activeItems[0]?.label, label);
          pick.enter();
        };
      plays(wrong, type('3'), type('90s'), back, back, still('3'), still('90s'), choose('30s'), enter);
      await injectMemory(host, POD, undefined);
      assert.deepEqual(lab.injected[0]?.object.spec.stressors, {
        memory: { workers: 3, size: '60MiB', options: ['--time', '30s'] },
      });
      assert.equal(lab.injected[0]?.object.spec.duration, '90s');
    });

    it('asks for Pod and kind where nothing was clicked', async () => {
      plays(choose('b'), choose('CPU'), type('2'), type('50'), enter, enter);
      await injectStress(host, undefined, undefined, null);
      assert.deepEqual(lab.injected[0]?.object.spec.stressors, { cpu: { workers: 2, load: 50 } });
      assert.deepEqual(lab.injected[0]?.object.spec.selector, { pods: { 'hello-kubernetes': ['b'] } });
    });

    it('changes one answer from the review and is back there', async () => {
      plays(enter, enter, enter, enter, choose('Memory'), type('70MiB'), choose('Inject Now'));
      await injectMemory(host, POD, undefined);
      assert.equal(lab.injected[0]?.object.spec.stressors?.memory?.size, '70MiB');
    });

    it('opens a manifest under a name that is free, and injects nothing', async () => {
      lab.experiments.set([experimentView({ key: 'hello-kubernetes/cpu-a-hello-kubernetes' })]);
      plays(enter, enter, enter, choose('Open as Manifest'));
      await injectCpu(host, POD, undefined);
      const document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.languageId, 'yaml');
      assert.ok(document?.isUntitled);
      const [read] = parseManifests(document.getText());
      assert.equal(read?.object?.metadata.name, 'cpu-a-hello-kubernetes-2');
      assert.deepEqual(sent(), []);
    });

    it('copies the command, and injects nothing', async () => {
      plays(enter, enter, enter, choose('Copy kubectl Command'));
      await injectCpu(host, POD, undefined);
      assert.match(await vscode.env.clipboard.readText(), /^kubectl --context sandbox apply -f - <<'EOF'\n/);
      assert.deepEqual(sent(), []);
    });

    it('injects nothing after Escape, or where another cluster was chosen meanwhile', async () => {
      plays(enter, (pick: FakeQuickPick) => pick.escape());
      await injectMemory(host, POD, undefined);
      const elsewhere: Move = (pick) => {
        const first = lab;
        lab = new FakeLab();
        void session.restart().then(() => {
          assert.ok(first.disposed);
          pick.enter();
        });
      };
      const first = lab;
      plays(enter, enter, enter, elsewhere, enter);
      await injectCpu(host, POD, undefined);
      assert.deepEqual(first.injected, []);
      assert.deepEqual(sent(), []);
      assert.match(user.told.join(), /Another cluster was chosen meanwhile/);
    });
  });

  describe('is guarded', () => {
    it('against a workspace that is not trusted, whoever opened the connection', async () => {
      await session.open();
      user.distrust();
      await inject(host, file('a.yaml', manifest('one')));
      assert.deepEqual(sent(), []);
      assert.match(user.told.join(), /not trusted/);
    });

    it('by the name of a protected namespace, to be typed', async () => {
      const uri = file('a.yaml', manifest('one', 'kube-system'));
      await inject(host, uri);
      user.typed.push('kube-syste');
      await inject(host, uri);
      assert.deepEqual(sent(), []);
      assert.match(user.told.join(), /namespace kube-system is protected/);
      user.typed.push('kube-system');
      await inject(host, uri);
      assert.deepEqual(sent(), ['one']);
    });

    it('by the name of a protected context, to be typed', async () => {
      await set(Settings.protectedContexts, ['sand*']);
      const uri = file('a.yaml', manifest('one'));
      await inject(host, uri);
      assert.deepEqual(sent(), []);
      user.typed.push('sandbox');
      await inject(host, uri);
      assert.deepEqual(sent(), ['one']);
    });

    it('by the number of Pods', async () => {
      await set(Settings.maxTargets, 1);
      await inject(host, file('a.yaml', manifest('one')));
      assert.deepEqual(sent(), []);
      assert.match(user.told.join(), /would stress 2 Pods, and podstress\.maxTargets allows 1/);
      await set(Settings.maxTargets, 0);
      await inject(host, file('b.yaml', manifest('one')));
      assert.deepEqual(sent(), ['one']);
    });

    it('by the rights that are missing, with the command that grants them', async () => {
      lab.missingRights = {
        rights: [{ verb: 'create', resource: 'stresschaos.chaos-mesh.org', namespace: 'chaos-mesh' }],
        commands: ['kubectl create clusterrole x'],
      };
      user.button = 'Copy Commands';
      await inject(host, file('a.yaml', manifest('one')));
      assert.deepEqual(sent(), []);
      assert.match(user.told.join(), /create stresschaos\.chaos-mesh\.org in the namespace chaos-mesh/);
      assert.equal(await vscode.env.clipboard.readText(), 'kubectl create clusterrole x\n');
    });

    it('by the user’s own settings, which a workspace only makes stricter', async () => {
      const workspace = (setting: string, value: unknown) =>
        vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Workspace);
      const guards = [Settings.protectedNamespaces, Settings.maxTargets, Settings.injectConfirm];
      try {
        await workspace(Settings.protectedNamespaces, ['shop']);
        await workspace(Settings.maxTargets, 0);
        await workspace(Settings.injectConfirm, 'outsideSandbox');
        assert.deepEqual(injectionRules(), {
          ...DEFAULT_SAFETY_RULES,
          protectedNamespaces: [...DEFAULT_SAFETY_RULES.protectedNamespaces, 'shop'],
        });
        assert.equal(confirmInject(), 'outsideSandbox', 'the user’s is never');
        await set(Settings.injectConfirm, 'always');
        await workspace(Settings.maxTargets, 3);
        assert.equal(injectionRules().maxTargets, 3);
        assert.equal(confirmInject(), 'always');
      } finally {
        for (const setting of guards) await workspace(setting, undefined);
      }
    });

    it('by a question where the settings want one', async () => {
      await set(Settings.injectConfirm, 'always');
      const uri = file('a.yaml', manifest('one'));
      plays((pick) => pick.escape());
      await inject(host, uri);
      assert.deepEqual(sent(), []);
      assert.match(user.shown[0] ?? '', /^Inject one into sandbox\?/);
      plays(choose('Inject Now'));
      await inject(host, uri);
      assert.deepEqual(sent(), ['one']);
    });
  });

  describe('from files', () => {
    it('injects the only one, or those that are picked, of several files at once', async () => {
      const one = file('one.yaml', manifest('one'));
      const two = file('two.yaml', [manifest('two'), manifest('three')].join('---\n'));
      await inject(host, one, [one]);
      assert.deepEqual(sent(), ['one']);
      user.picks = ['one', 'three'];
      await inject(host, two, [one, two]);
      assert.deepEqual(sent(), ['one', 'one', 'three']);
      assert.deepEqual(
        lab.injected.map(({ file: path }) => path),
        [null, null, null],
        'they are in no folder of the workspace',
      );
    });

    it('says which file of the workspace it was', async () => {
      const root = vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail('no workspace');
      const uri = vscode.Uri.joinPath(root, 'deep', 'one.yaml');
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(manifest('one')));
      await inject(host, uri);
      assert.equal(lab.injected[0]?.file, 'deep/one.yaml');
    });

    it('records the document as it is written', async () => {
      const recorded: unknown[] = [];
      const begin: Runs['begin'] = (of, injection) => {
        recorded.push(injection.text);
        return NO_RUNS.begin(of, injection);
      };
      const two = `# the second\n${manifest('two')}`;
      const uri = file('both.yaml', [manifest('one'), two].join('---\n'));
      user.picks = ['two'];
      await inject({ ...host, runs: async () => ({ ...NO_RUNS, begin, dispose: () => {} }) }, uri, [uri]);
      assert.deepEqual(recorded, [two]);
    });

    it('says what keeps it from injecting', async () => {
      const none = file('none.yaml', 'kind: Pod\n');
      const twice = file('twice.yaml', [manifest('one'), manifest('one')].join('---\n'));
      const broken = file('broken.yaml', manifest('one').replace('20MiB', 'lots'));
      await inject(host, none, [none]);
      user.picks = ['one'];
      await inject(host, twice, [twice]);
      await inject(host, broken, [broken]);
      assert.deepEqual(sent(), []);
      for (const text of [/holds no StressChaos/, /one is there twice/, /one has errors/])
        assert.match(user.told.join('\n'), text);
    });
  });

  it('shows the kills where a limit will be passed', async () => {
    let shown = 0;
    host = { ...host, panel: { ...host.panel, reveal: async () => void shown++ } };
    lab.pods.set([podView({ name: 'a', used: 490 * MIB })]);
    await inject(host, file('a.yaml', manifest('one')));
    assert.equal(shown, 1);
  });
});
