import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { AgentManifests } from '../../src/extension/commands/agent-manifest.js';
import type { TalkingHost } from '../../src/extension/commands/host.js';
import { installAgent } from '../../src/extension/commands/install-agent.js';
import { removeAgent } from '../../src/extension/commands/remove-agent.js';
import { ChosenConnection } from '../../src/extension/connection/source.js';
import { Settings } from '../../src/extension/contributions.js';
import { Session } from '../../src/extension/session.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { FakeMemento } from '../unit/extension/support/fake-memento.js';
import { english } from '../unit/extension/support/language.js';

const extension = vscode.extensions.getExtension('podstress.podstress')?.extensionUri;
const IMAGE = 'registry.example/podstress-agent:9';

/** What the user is asked, and what the test answers in the user's place: the text of a choice, or what is typed. */
class User {
  readonly asked: string[] = [];
  readonly #answers: string[];
  readonly #restore: (() => void)[] = [];

  constructor(...answers: string[]) {
    this.#answers = answers;
    const choose = (title: string, choices: readonly { readonly label: string }[]): unknown => {
      this.asked.push(title);
      const wanted = this.#answers.shift();
      return choices.find(({ label }) => label === wanted);
    };
    this.#replace('showQuickPick', async (items, options) => choose(options.title, items));
    this.#replace('showInputBox', async (options) => {
      this.asked.push(options.title);
      const typed = this.#answers.shift() ?? '';
      return (await options.validateInput(typed)) === null ? typed : undefined;
    });
    for (const name of ['showErrorMessage', 'showWarningMessage', 'showInformationMessage'] as const) {
      this.#replace(name, async (message, ...rest) => {
        const texts = rest.filter((one) => typeof one === 'string').map((label) => ({ label }));
        const modal = rest.find((one) => typeof one === 'object' && 'detail' in one);
        const said = modal === undefined ? message : `${message} ${modal.detail}`;
        const chosen = choose(said, texts) as { label: string } | undefined;
        return chosen?.label;
      });
    }
  }

  dispose(): void {
    for (const restore of this.#restore) restore();
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signatures that are replaced are overloaded
  #replace(name: keyof typeof vscode.window, by: (...args: any[]) => Promise<unknown>): void {
    const before = vscode.window[name];
    Object.defineProperty(vscode.window, name, { value: by, configurable: true, writable: true });
    this.#restore.push(() => {
      Object.defineProperty(vscode.window, name, { value: before, configurable: true, writable: true });
    });
  }
}

describe('Install Agent and Remove Agent', () => {
  const log = vscode.window.createOutputChannel('Podstress agent tests', { log: true });
  let lab: FakeLab;
  let session: Session;
  let chosen: ChosenConnection;
  let manifests: AgentManifests;
  let host: TalkingHost;
  let user: User;

  beforeEach(() => {
    assert.ok(extension !== undefined);
    lab = new FakeLab();
    chosen = new ChosenConnection(new FakeMemento(), log);
    const listContexts = async () => ({ files: [], current: null, contexts: [] });
    session = new Session(async () => ({ connect: () => lab, listContexts }), log, chosen);
    manifests = new AgentManifests(extension);
    host = { session, log, language: english };
  });
  afterEach(async () => {
    user.dispose();
    manifests.dispose();
    session.dispose();
    chosen.dispose();
    await vscode.workspace
      .getConfiguration()
      .update(Settings.agentImage, undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => log.dispose());

  const LEVEL = 'Counters and kernel log';

  it('shows the manifests below what they allow, read-only, then applies them and keeps the image', async () => {
    user = new User(LEVEL, IMAGE, 'Install');
    await installAgent(host, manifests);
    assert.deepEqual(lab.agentInstaller.asked, [
      'rights install',
      `plan kernel-log ${IMAGE}`,
      `apply kernel-log ${IMAGE}`,
      'ready',
    ]);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.scheme, 'podstress-agent');
    assert.equal(editor?.document.languageId, 'yaml');
    const text = editor?.document.getText() ?? '';
    assert.match(text, /^# Counters and kernel log\n# Privileged, since a container can open/);
    assert.match(text, /kind: DaemonSet/);
    // Nobody can type into it: no file system writes it, and what is applied is the plan, not the document.
    assert.notEqual(vscode.workspace.fs.isWritableFileSystem('podstress-agent'), true);
    assert.equal(vscode.workspace.getConfiguration().get(Settings.agentImage), IMAGE);
    assert.match(user.asked.at(-1) ?? '', /^The agent runs on the node of sandbox and answers/);
  });

  it('applies nothing when the last question is answered with no, or an image is none', async () => {
    user = new User(LEVEL, IMAGE, 'Cancel');
    await installAgent(host, manifests);
    assert.deepEqual(lab.agentInstaller.asked, ['rights install', `plan kernel-log ${IMAGE}`]);
    user.dispose();
    user = new User(LEVEL, 'not an image; rm -rf /');
    await installAgent(host, manifests);
    assert.deepEqual(lab.agentInstaller.asked.slice(2), ['rights install']);
  });

  it('says which rights are missing before it asks anything else, and copies the commands', async () => {
    const right = { verb: 'patch', resource: 'daemonsets.apps', namespace: 'podstress' };
    lab.agentInstaller.missing = { rights: [right], commands: ['kubectl create clusterrole x'] };
    user = new User('Copy Commands');
    await installAgent(host, manifests);
    assert.deepEqual(lab.agentInstaller.asked, ['rights install']);
    assert.match(user.asked[0] ?? '', /• patch daemonsets\.apps in the namespace podstress/);
    assert.equal(await vscode.env.clipboard.readText(), 'kubectl create clusterrole x\n');
  });

  it('leaves an agent alone that somebody else installed', async () => {
    lab.agentInstaller.installedBy = 'other';
    user = new User();
    await installAgent(host, manifests);
    await removeAgent(host);
    assert.deepEqual(lab.agentInstaller.asked, ['rights install', 'rights remove']);
    assert.match(user.asked[0] ?? '', /an agent that Podstress did not install/);
  });

  it('takes over what others have set only when told to', async () => {
    const conflict = Object.assign(new Error('conflict with "kubectl": .spec.x'), { kind: 'already-exists' });
    lab.agentInstaller.refusal = conflict;
    user = new User(LEVEL, IMAGE, 'Install', 'Take Over');
    await installAgent(host, manifests);
    assert.deepEqual(lab.agentInstaller.asked.slice(2), [
      `apply kernel-log ${IMAGE}`,
      `apply kernel-log ${IMAGE} force`,
      'ready',
    ]);
    assert.match(user.asked[3] ?? '', /conflict with "kubectl": \.spec\.x/);
  });

  it('offers to take away what a failed install has left', async () => {
    lab.agentInstaller.refusal = Object.assign(new Error('DaemonSet: refused'), { kind: 'rejected' });
    user = new User(LEVEL, IMAGE, 'Install', 'Remove What Was Applied');
    await installAgent(host, manifests);
    assert.deepEqual(lab.agentInstaller.asked.slice(-2), [`apply kernel-log ${IMAGE}`, 'remove']);
    assert.match(user.asked[3] ?? '', /^The agent was not installed into sandbox: DaemonSet: refused/);
  });

  it('removes only when told to, and says what is left', async () => {
    lab.agentInstaller.installedBy = 'ours';
    user = new User();
    await removeAgent(host);
    assert.deepEqual(lab.agentInstaller.asked, ['rights remove']);
    user.dispose();
    user = new User('Remove Agent');
    await removeAgent(host);
    assert.deepEqual(lab.agentInstaller.asked.slice(1), ['rights remove', 'remove']);
    assert.equal(user.asked.at(-1), 'The agent was removed from sandbox; nothing of it is left.');
  });
});
