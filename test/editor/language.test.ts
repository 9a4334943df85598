import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from '../../tools/system/wait.js';

const FAULTY = `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata:
  name: mem-stress
  namespace: chaos-mesh
spec:
  mode: all
  selector:
    namespaces: [shop]
    labelSelectors: { app: web }
  stressors:
    memory:
      workers: 4
      size: 50Mi
      oomScore: 500
  duration: 10min
`;

async function open(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
  await vscode.window.showTextDocument(document);
  return document;
}

function ours(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'stresschaos');
}

function codes(document: vscode.TextDocument): string[] {
  return ours(document)
    .map(({ code }) => (typeof code === 'object' ? String(code.value) : ''))
    .sort();
}

async function until(what: string, condition: () => boolean): Promise<void> {
  await waitFor(what, () => (condition() ? true : null), { timeoutMs: 15_000 });
}

function positionOf(document: vscode.TextDocument, text: string): vscode.Position {
  return document.positionAt(document.getText().indexOf(text) + text.length);
}

describe('the StressChaos language in the editor', () => {
  let document: vscode.TextDocument;

  beforeEach(async () => {
    document = await open(FAULTY);
    await until('diagnostics', () => codes(document).length > 0);
  });

  it('names each mistake where it stands, with a link to its rule', async () => {
    assert.deepEqual(codes(document), ['MS001', 'MS003', 'MS011', 'MS041']);
    const size = ours(document).find(({ range }) => document.getText(range) === '50Mi');
    assert.ok(size !== undefined && typeof size.code === 'object');
    assert.equal(size.severity, vscode.DiagnosticSeverity.Error);
    const page = await vscode.workspace.openTextDocument(size.code.target);
    assert.match(page.getText(), /MS011[\s\S]*50MiB/);
  });

  it('follows typing', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, positionOf(document, 'size: 50Mi'), 'B');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('the mistake to go', () => !codes(document).includes('MS011'));
    assert.ok(codes(document).includes('MS021'));
  });

  it('mends one mistake, or all of them', async () => {
    const at = positionOf(document, 'size: 50Mi');
    const preferred = async (): Promise<vscode.CodeAction | null> => {
      const quick = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(at, at),
        vscode.CodeActionKind.QuickFix.value,
      );
      return quick.find((action) => action.isPreferred === true) ?? null;
    };
    // A busy VS Code gives up on a request for actions and answers the next one, as its light bulb does.
    const fix = await waitFor('a preferred quick fix', preferred, { timeoutMs: 15_000 });
    assert.ok(fix.edit);
    assert.match(fix.title, /50MiB/);
    const everything = new vscode.Range(0, 0, document.lineCount, 0);
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      everything,
      'source.fixAll.podstress',
    );
    const [fixAll] = all;
    assert.ok(fixAll?.edit, 'no Fix All');
    assert.ok(await vscode.workspace.applyEdit(fixAll.edit));
    assert.equal(
      document.getText(),
      FAULTY.replace('50Mi', '50MiB').replace('oomScore:', 'oomScoreAdj:').replace('10min', '10m'),
    );
  });

  it('completes keys and values', async () => {
    const complete = async (after: string) => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        positionOf(document, after),
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    assert.ok((await complete('mode: ')).includes('fixed-percent'));
    assert.ok((await complete('size: 50')).includes('50MiB'));
    assert.ok((await complete('oomSc')).includes('oomScoreAdj'));
  });

  it('explains, hints, and outlines', async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      positionOf(document, 'work'),
    );
    const text = hovers
      .flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value))
      .join('\n');
    assert.match(text, /\*\*workers\*\*/);
    const sound = await open(FAULTY.replace('50Mi', '50MiB').replace('10min', '10m'));
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      sound.uri,
      new vscode.Range(0, 0, sound.lineCount, 0),
    );
    const labels = hints.map(({ label }) => String(label));
    assert.ok(
      labels.some((label) => label.includes('12.5 MiB')),
      labels.join(),
    );
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.equal(symbols[0]?.name, 'mem-stress');
  });

  it('checks by the version in the settings', async () => {
    const configuration = vscode.workspace.getConfiguration('podstress.chaosMesh');
    await configuration.update('version', '2.5', vscode.ConfigurationTarget.Global);
    try {
      await until('2.5 takes 50Mi', () => !codes(document).includes('MS011'));
    } finally {
      await configuration.update('version', undefined, vscode.ConfigurationTarget.Global);
    }
    await until('the latest does not', () => codes(document).includes('MS011'));
  });

  it('leaves other YAML alone', async () => {
    const pod = await open(`apiVersion: v1\nkind: Pod\nspec: {mode: nonsense}\n---\n${FAULTY}`);
    await until('diagnostics', () => codes(pod).length > 0);
    for (const { range } of ours(pod)) assert.ok(range.start.line > 3);
  });
});
