import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Manifests } from '../../src/extension/commands/host.js';
import { ChosenConnection } from '../../src/extension/connection/source.js';
import { LanguageSettings } from '../../src/extension/language/setting-names.js';
import { openManifests } from '../../src/extension/manifests.js';
import { Session } from '../../src/extension/session.js';
import { waitFor } from '../../tools/system/wait.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { FakeMemento } from '../unit/extension/support/fake-memento.js';
import { english } from '../unit/extension/support/language.js';
import { podView } from '../unit/extension/support/views.js';

const MANIFEST = `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata: {name: mem-stress, namespace: chaos-mesh}
spec:
  mode: all
  selector: {namespaces: [hello-kubernetes]}
  stressors:
    memory: {workers: 4, size: 3000MiB}
  duration: 1h
`;

function live(document: vscode.TextDocument): readonly string[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ code }) => typeof code === 'object' && /^MS1\d\d$/.test(String(code.value)))
    .map(({ code, message }) => `${typeof code === 'object' ? code.value : ''} ${message}`);
}

async function until(
  what: string,
  document: vscode.TextDocument,
  holds: (said: readonly string[]) => boolean,
) {
  const tell = () => `${what}; said: ${live(document).join(' | ')}`;
  await waitFor(what, () => (holds(live(document)) ? true : null), { timeoutMs: 20_000 }).catch(() =>
    assert.fail(tell()),
  );
}

describe('live rules in the editor', () => {
  const log = vscode.window.createOutputChannel('Podstress live rules', { log: true });
  const lab = new FakeLab();
  const chosen = new ChosenConnection(new FakeMemento(), log);
  const listContexts = async () => ({ files: ['/config'], current: null, contexts: [] });
  const session = new Session(async () => ({ connect: () => lab, listContexts }), log, chosen);
  let manifests: Manifests;
  let document: vscode.TextDocument;
  const passes = (said: readonly string[]) =>
    said.some(
      (one) => one.startsWith('MS107') && one.includes('working set 38 MiB + 3000 MiB > limit 500 MiB'),
    );
  const silent = (said: readonly string[]) => said.length === 0;

  before(async () => {
    // Not earlier: every other test file would have its lenses and findings twice.
    manifests = openManifests({ session, language: english, log });
    lab.pods.set([podView({ name: 'a' }), podView({ name: 'b' })]);
    document = await vscode.workspace.openTextDocument({ language: 'yaml', content: MANIFEST });
    await vscode.window.showTextDocument(document);
  });
  after(() => {
    manifests.dispose();
    session.dispose();
    chosen.dispose();
    log.dispose();
  });

  it('say nothing before a cluster is connected, and then the reason with its numbers', async () => {
    assert.deepEqual(live(document), []);
    assert.equal(lab.wanted.size, 0);
    await session.open();
    await until('the limit is passed', document, passes);
    const wanted = await waitFor('the surroundings to be wanted', () => [...lab.wanted.values()][0] ?? null, {
      timeoutMs: 10_000,
    });
    assert.deepEqual([...wanted.namespaces].sort(), ['chaos-mesh', 'hello-kubernetes']);
    assert.ok(
      [...lab.looked].some(({ pods }) => pods.length === 2),
      'the memory of its targets is looked at',
    );
  });

  it('offer what they suggest', async () => {
    const at = document.positionAt(document.getText().indexOf('3000MiB') + 2);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(at, at),
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.ok(
      actions.some(({ title }) => title.includes('411MiB')),
      actions.map(({ title }) => title).join(),
    );
  });

  it('follow the cluster, and go when it is lost', async () => {
    lab.pods.set([podView({ name: 'a', limit: 5000 * 1024 ** 2 })]);
    await until('it fits', document, (said) => said.length > 0 && !passes(said));
    lab.connection.set({
      phase: 'stale',
      context: 'sandbox',
      server: 'https://127.0.0.1:6443',
      since: '2026-11-20T20:00:00Z',
      detail: 'timeout',
    });
    await until('silence', document, silent);
    assert.equal(lab.wanted.size, 0, 'nothing is asked for any more');
    lab.connection.set({ phase: 'live', context: 'sandbox', server: 'https://127.0.0.1:6443' });
    await until('they are back', document, (said) => !silent(said));
  });

  it('can be switched off, and give way to static errors', async () => {
    const settings = vscode.workspace.getConfiguration();
    const name = LanguageSettings.liveDiagnostics;
    await settings.update(name, false, vscode.ConfigurationTarget.Global);
    await until('silence', document, silent);
    await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    await until('they are back', document, (said) => !silent(said));
    const edit = new vscode.WorkspaceEdit();
    const start = document.getText().indexOf('3000MiB');
    edit.replace(
      document.uri,
      new vscode.Range(document.positionAt(start), document.positionAt(start + 7)),
      '3000Mi',
    );
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('silence', document, silent);
  });
});
