import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import { explorerTarget } from '../../src/extension/connection/explorer-target.js';
import { explorerPod } from '../../src/extension/connection/kubernetes-extension.js';
import { ChosenConnection, type ConnectionChoice } from '../../src/extension/connection/source.js';
import { Settings } from '../../src/extension/contributions.js';
import { type LabModule, Session } from '../../src/extension/session.js';
import type { LabOptions } from '../../src/lab/types.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { FakeMemento } from '../unit/extension/support/fake-memento.js';
import { podView } from '../unit/extension/support/views.js';

const log = vscode.window.createOutputChannel('Podstress connection tests', { log: true });

after(() => log.dispose());

/** Tells the stand-in for the Kubernetes extension what its user has chosen. */
async function kubernetesExtension(choice: {
  path?: object;
  context?: string | null;
  pods?: readonly { name: string; namespace?: string; uid?: string }[];
}): Promise<unknown[]> {
  return vscode.commands.executeCommand<unknown[]>('kubernetesStandIn.use', choice);
}

async function set(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
}

function told(choice: ConnectionChoice) {
  const { kubeconfigPath, env, context, origin, namespaces } = choice;
  return { kubeconfigPath, kubeconfig: env['KUBECONFIG'], context, origin, namespaces };
}

describe('which context is used', () => {
  let memory: FakeMemento;
  let chosen: ChosenConnection;
  let changes: number;

  beforeEach(async () => {
    await set(Settings.kubeconfig, '/one');
    memory = new FakeMemento();
    chosen = new ChosenConnection(memory, log);
    changes = 0;
    chosen.onDidChange(() => changes++);
  });

  afterEach(async () => {
    chosen.dispose();
    for (const setting of [Settings.kubeconfig, Settings.followKubernetesExtension, Settings.namespaces]) {
      await set(setting, undefined);
    }
  });

  it('is the kubeconfig’s own unless another was chosen, and again when that is taken back', async () => {
    assert.equal((await chosen.get()).context, null);
    await chosen.choose('prod');
    assert.equal(changes, 1);
    const choice = await chosen.get();
    assert.deepEqual([choice.context, choice.origin], ['prod', 'podstress']);
    await chosen.choose(null);
    assert.deepEqual([(await chosen.get()).context, memory.keys()], [null, []]);
  });

  it('is remembered for the workspace, but not for another kubeconfig', async () => {
    await chosen.choose('prod');
    const again = new ChosenConnection(memory, log);
    assert.equal((await again.get()).context, 'prod');
    again.dispose();
    await set(Settings.kubeconfig, '/two');
    assert.equal((await chosen.get()).context, null);
    await set(Settings.kubeconfig, '/one');
    assert.equal((await chosen.get()).context, 'prod');
  });

  it('comes with the namespaces of the settings, as far as they are names of namespaces', async () => {
    await set(Settings.namespaces, ['shop', '../secrets', 7]);
    assert.deepEqual((await chosen.get()).namespaces, ['shop']);
  });

  it('another choice ends the connection whole and opens a new one', async () => {
    const labs: { readonly lab: FakeLab; readonly options: LabOptions }[] = [];
    const module: LabModule = {
      connect: (options) => {
        const lab = new FakeLab();
        labs.push({ lab, options });
        return lab;
      },
      listContexts: async ({ path }) => ({ files: [path ?? ''], current: null, contexts: [] }),
    };
    const session = new Session(async () => module, log, chosen);
    try {
      assert.deepEqual((await session.contexts()).files, ['/one']);
      assert.equal(labs.length, 0, 'looking connects to nothing');
      await session.open();
      assert.equal(labs[0]?.options.context, undefined);
      const opened = new Promise<void>((resolve) => {
        session.follow(() => labs.length === 2 && resolve());
      });
      await chosen.choose('prod');
      await opened;
      assert.equal(labs[0]?.lab.disposed, true);
      assert.equal(labs[1]?.options.context, 'prod');
      assert.equal(session.choice?.origin, 'podstress');
    } finally {
      session.dispose();
    }
  });

  describe('with the Kubernetes extension (a stand-in)', () => {
    beforeEach(async () => {
      await kubernetesExtension({ path: { pathType: 'host', hostPath: '/theirs' } });
    });

    it('is not asked unless it shall be followed', async () => {
      assert.equal((await chosen.get()).kubeconfigPath, '/one');
    });

    it('gives kubeconfig and context, and changes with it', async () => {
      await set(Settings.followKubernetesExtension, true);
      assert.deepEqual(told(await chosen.get()), {
        kubeconfigPath: null,
        kubeconfig: '/theirs',
        context: null,
        origin: 'kubernetes-extension',
        namespaces: [],
      });
      const before = changes;
      await kubernetesExtension({ context: 'dev' });
      assert.equal(changes, before + 1);
      assert.equal((await chosen.get()).context, 'dev');
      const list = ['/a', '/b'].join(delimiter);
      await kubernetesExtension({ path: { pathType: 'host', hostPath: list } });
      const { kubeconfig, context } = told(await chosen.get());
      assert.deepEqual([kubeconfig, context], [list, null], 'the context of another kubeconfig is not kept');
      await set(Settings.followKubernetesExtension, false);
      assert.equal((await chosen.get()).kubeconfigPath, '/one');
      const after = changes;
      await kubernetesExtension({ context: 'other' });
      assert.equal(changes, after, 'it is no longer listened to');
    });

    it('comes after what was chosen in Podstress', async () => {
      await set(Settings.followKubernetesExtension, true);
      await chosen.get();
      await chosen.choose('mine');
      await kubernetesExtension({ context: 'dev' });
      assert.deepEqual([(await chosen.get()).context, (await chosen.get()).origin], ['mine', 'podstress']);
      await chosen.choose(null);
      assert.deepEqual(
        [(await chosen.get()).context, (await chosen.get()).origin],
        ['dev', 'kubernetes-extension'],
      );
    });

    for (const [what, path, why] of [
      [
        'inside WSL',
        { pathType: 'wsl', wslPath: '/home/jane/.kube/config' },
        /inside WSL.*followKubernetesExtension/,
      ],
      [
        'of an unknown type',
        { pathType: 'moon' },
        /cannot be asked: it gave a kubeconfig path of an unknown type/,
      ],
    ] as const) {
      it(`a kubeconfig ${what} is said, and no other cluster is taken in its place`, async () => {
        await kubernetesExtension({ path });
        await set(Settings.followKubernetesExtension, true);
        const load = async (): Promise<LabModule> => ({
          connect: () => assert.fail('connected'),
          listContexts: () => assert.fail('read'),
        });
        const session = new Session(load, log, chosen);
        assert.equal(await session.ready(), null);
        const { state } = session;
        assert.ok(state.phase === 'failed' && state.failure === 'cannot-follow');
        assert.match(state.detail, why);
        session.dispose();
      });
    }
  });
});

describe('a Pod of the Kubernetes extension’s tree (a stand-in)', () => {
  it('is known by its API, and nothing else is', async () => {
    const [row] = await kubernetesExtension({ pods: [{ name: 'a', namespace: 'shop', uid: 'uid-a' }] });
    assert.deepEqual(await explorerPod(row), { name: 'a', namespace: 'shop', uid: 'uid-a' });
    assert.equal(await explorerPod({ kind: 'pod', id: 'pod/shop/a' }), null);
    assert.equal(await explorerPod(undefined), null);
  });

  it('is stressed where our connection has the same Pod', async () => {
    const lab = new FakeLab();
    lab.pods.set([podView({ namespace: 'shop', name: 'a' })]);
    const [row, without] = await kubernetesExtension({
      pods: [
        { name: 'a', namespace: 'shop', uid: 'uid-a' },
        { name: 'a', namespace: 'shop' },
      ],
    });
    assert.equal(await explorerTarget(lab, row), lab.pods.get()[0]);
    assert.equal(await explorerTarget(lab, without), lab.pods.get()[0]);
  });

  it('is not where it lives in another cluster, though it has the same name', async () => {
    const lab = new FakeLab();
    lab.pods.set([podView({ namespace: 'shop', name: 'a' })]);
    const [row] = await kubernetesExtension({ pods: [{ name: 'a', namespace: 'shop', uid: 'another' }] });
    assert.equal(await explorerTarget(lab, row), 'elsewhere');
  });
});
