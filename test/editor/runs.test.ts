import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Runs } from '../../src/extension/commands/host.js';
import { ChosenConnection } from '../../src/extension/connection/source.js';
import { reportText, reportUri, showReport } from '../../src/extension/runs/run-documents.js';
import { RunFiles } from '../../src/extension/runs/run-files.js';
import { workspaceFolder } from '../../src/extension/runs/workspace-folder.js';
import { openRuns } from '../../src/extension/runs.js';
import { Session } from '../../src/extension/session.js';
import { waitFor } from '../../tools/system/wait.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { FakeMemento } from '../unit/extension/support/fake-memento.js';
import { english } from '../unit/extension/support/language.js';
import { experimentView, podView } from '../unit/extension/support/views.js';
import { record, storm } from '../unit/lab/runs/sample.js';

const log = vscode.window.createOutputChannel('Podstress tests', { log: true });

describe('runs in the real editor', () => {
  let folder: string;
  let uri: vscode.Uri;
  let files: RunFiles;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-runs-'));
    uri = vscode.Uri.file(join(folder, 'runs'));
    files = new RunFiles(workspaceFolder(uri), (message) => log.warn(message));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  it('are kept as files when they end, and come back', async () => {
    const lab = new FakeLab();
    lab.pods.set([podView({ name: 'hello-a' })]);
    const listContexts = async () => ({ files: [], current: null, contexts: [] });
    const chosen = new ChosenConnection(new FakeMemento(), log);
    const session = new Session(async () => ({ connect: () => lab, listContexts }), log, chosen);
    const extension = { packageJSON: { version: '9.9.9' } } as unknown as vscode.Extension<unknown>;
    const storageUri = vscode.Uri.file(folder);
    const context = { storageUri, globalStorageUri: storageUri, extension };
    const runs: Runs = openRuns({ session, log, language: english }, context);
    assert.deepEqual(await files.all(), []);
    await session.open();
    const { object } = experimentView();
    runs.begin(lab, { object, namespace: 'chaos-mesh' }).injected();
    lab.experiments.set([experimentView({ endsAt: null })]);
    session.dispose();
    await session.ended();
    const [kept] = await files.all();
    assert.equal(kept?.key, 'chaos-mesh/mem-stress');
    assert.equal(kept?.end, 'connection-lost');
    assert.equal(kept?.podstressVersion, '9.9.9');
    assert.equal(readdirSync(uri.fsPath).length, 1);
    runs.dispose();
    chosen.dispose();
  });

  it('open as VS Code shows Markdown, one and two', async () => {
    const [first, second] = [record(), storm()];
    await files.save(first);
    await files.save(second);
    assert.match(await reportText(reportUri(first, null), files), /^# Memory run of chaos-mesh\/mem-stress/);
    assert.match(
      await reportText(reportUri(first, second), files),
      /^# Two memory runs of chaos-mesh\/mem-stress/,
    );
    await files.delete(second.id);
    assert.match(await reportText(reportUri(first, second), files), /not kept any more/);
    await showReport(reportUri(first, null));
    const isPreview = ({ input }: vscode.Tab): boolean =>
      input instanceof vscode.TabInputWebview && input.viewType.includes('markdown.preview');
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await waitFor('the preview is open', () => (tabs().some(isPreview) ? true : null), { timeoutMs: 60_000 });
  });
});
