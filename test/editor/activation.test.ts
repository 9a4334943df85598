import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Commands, Settings } from '../../src/extension/contributions.js';
import { waitFor } from '../../tools/system/wait.js';

const MANIFEST = `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata:
  name: mem-stress
  namespace: chaos-mesh
spec:
  mode: all
  selector:
    namespaces:
      - hello-kubernetes
  stressors:
    memory:
      workers: 4
      size: 50MiB
  duration: '1h'
`;

const loaded = createRequire(__filename).cache;

/** The extension's own files that are loaded in this process. */
function chunks(): string[] {
  return Object.keys(loaded)
    .filter((path) => /podstress\.podstress-[^/]*\/dist\/[^/]+\.cjs$/.test(path))
    .map((path) => basename(path))
    .sort();
}

function podstress(): vscode.Extension<unknown> {
  return vscode.extensions.getExtension('podstress.podstress') ?? assert.fail('not installed');
}

async function openYaml(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
  await vscode.window.showTextDocument(document);
  return document;
}

async function edit(document: vscode.TextDocument, text: string, by: string): Promise<void> {
  const start = document.positionAt(document.getText().indexOf(text));
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, new vscode.Range(start, start.translate(0, text.length)), by);
  assert.ok(await vscode.workspace.applyEdit(change));
}

async function lenses(document: vscode.TextDocument): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    10,
  );
  return found.map(({ command }) => (command?.title ?? '').replaceAll('\u00a0', ' '));
}

const DISPATCHERS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'];

/** What a careless HTTP library replaces for every extension. */
function hostNetwork(): unknown[] {
  return [fetch, ...DISPATCHERS.map((name) => Reflect.get(globalThis, Symbol.for(name)))];
}

/** What a manifest without mistakes offers before any cluster is connected. */
const OFFERED = ['$(play) Inject…', '$(target) Preview targets', '$(check) Dry run', '$(pulse) Memory panel'];

// The order matters: each step loads a little more.
describe('the installed extension loads only what is needed', () => {
  let atStart: unknown[];

  before(async () => {
    await fetch('data:,first use makes the host’s own dispatcher');
    atStart = hostNetwork();
  });

  it('nothing while no YAML is open', () => {
    assert.equal(podstress().isActive, false);
    assert.deepEqual(chunks(), []);
  });

  it('any YAML: the entry alone, and a regular expression', async () => {
    await openYaml('apiVersion: v1\nkind: Pod\n');
    await waitFor('activation', () => (podstress().isActive ? true : null), { timeoutMs: 15_000 });
    assert.deepEqual(chunks(), ['extension.cjs']);
  });

  it('a name typed letter by letter opens the gate', async () => {
    const document = await openYaml('apiVersion: chaos-mesh.org\n');
    assert.deepEqual(chunks(), ['extension.cjs']);
    await edit(document, '.org', '.org/');
    await waitFor('the manifests chunk', () => (chunks().includes('manifests.cjs') ? true : null), {
      timeoutMs: 15_000,
    });
  });

  it('a manifest has its lenses, and no cluster was touched', async () => {
    const document = await openYaml(MANIFEST);
    const titles = await waitFor(
      'lenses',
      async () => {
        const found = await lenses(document);
        return found.length > 0 ? found : null;
      },
      { timeoutMs: 15_000 },
    );
    assert.deepEqual(titles, [...OFFERED, '4 workers share 50 MiB']);
    assert.deepEqual(chunks(), ['extension.cjs', 'manifests.cjs']);
  });

  it('lenses follow the text', async () => {
    const document = await openYaml(MANIFEST);
    await edit(document, '50MiB', '3000MiB');
    assert.deepEqual(await lenses(document), [...OFFERED, '4 workers share 3000 MiB']);
    await edit(document, 'mode: all', 'mode: most');
    assert.deepEqual(await lenses(document), ['$(check) Dry run', '4 workers share 3000 MiB']);
  });

  it('every document of a file has its own lens, with its own place', async () => {
    const document = await openYaml(`${MANIFEST}---\nkind: ConfigMap\napiVersion: v1\n---\n${MANIFEST}`);
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    const places = found
      .filter(({ command }) => command?.command === Commands.inject)
      .map(({ range, command }) => [range.start.line, command?.arguments?.[0] as unknown]);
    assert.deepEqual(places, [
      [0, { uri: document.uri.toString(), index: 0 }],
      [19, { uri: document.uri.toString(), index: 1 }],
    ]);
  });

  it('registers every command', async () => {
    const known = await vscode.commands.getCommands(true);
    for (const command of Object.values(Commands)) assert.ok(known.includes(command), command);
  });

  it('a command that needs the cluster loads the rest, and survives that there is none', async () => {
    const settings = vscode.workspace.getConfiguration();
    await settings.update(Settings.kubeconfig, '/nowhere/kubeconfig', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand(Commands.reconnect);
    await waitFor('the lab chunk', () => (chunks().includes('lab.cjs') ? true : null), {
      timeoutMs: 15_000,
    });
    assert.deepEqual(chunks(), ['extension.cjs', 'lab.cjs', 'manifests.cjs']);
    const document = await openYaml(MANIFEST);
    assert.deepEqual(await lenses(document), [...OFFERED, '4 workers share 50 MiB']);
    await settings.update(Settings.kubeconfig, undefined, vscode.ConfigurationTarget.Global);
  });

  it('the host’s own fetch stays as it was', () => {
    for (const [index, own] of hostNetwork().entries()) assert.equal(own, atStart[index]);
  });
});
