/**
 * `node out/tools/test/editor-process.js [TEXT]`: mocha inside the extension host of a real VS Code that has the VSIX
 * installed. Where VS Code wants the folder of an extension under development stands a stand-in for the Kubernetes
 * extension, for the tests of what follows it.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { vsixPath } from '../build/vsix.js';
import { ROOT } from '../root.js';
import { ensureCodeServer } from '../setup/code-server.js';
import { withCleanup } from '../system/cleanup.js';
import { followFile } from '../system/follow.js';
import { makeRunFolder } from '../system/run-folder.js';
import { workbenchAddress } from '../vscode/address.js';
import { startBrowser } from '../vscode/browser.js';
import { startVsCode } from '../vscode/server.js';
import { bundleEditorTests } from './editor-bundle.js';
import { resultsFile, testSources } from './test-files.js';

/** From the page's load to the end of the last test, ms. */
const TIMEOUT_MS = 300_000;

const only = process.argv[2] ?? '';

process.exitCode = await withCleanup(async (cleanup, signal) => {
  const sources = testSources('editor').filter((source) => source.includes(only));
  const index = await bundleEditorTests(sources);
  const runFolder = makeRunFolder(cleanup);
  const extensionFolder = join(ROOT, 'test/editor/kubernetes-extension-stand-in');
  const report = join(runFolder, 'report.txt');
  cleanup.defer(followFile(report, (text) => process.stdout.write(text)));
  const folder = join(runFolder, 'workspace');
  mkdirSync(folder);
  const server = await startVsCode({
    install: await ensureCodeServer(),
    runFolder,
    cleanup,
    signal,
    vsix: vsixPath(),
    testDriver: true,
    env: { PODSTRESS_TEST_RESULTS: resultsFile('editor'), PODSTRESS_TEST_REPORT: report },
  });
  const context = await startBrowser(runFolder, cleanup);
  const page = context.pages()[0] ?? (await context.newPage());
  const ended = new Promise<number>((resolve, reject) => {
    setTimeout(
      () => reject(new Error(`the tests did not end within ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    ).unref();
    void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  });
  // The workbench's own log comes this way too, and it is loud: kept for the case that the tests do not even start.
  const log: string[] = [];
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
    log.push(format(...args)),
  );
  await page.goto(workbenchAddress(server, { folder, tests: { extensionFolder, index } }));
  const code = await ended;
  if (!existsSync(resultsFile('editor'))) console.error(log.join('\n'));
  return code;
});
