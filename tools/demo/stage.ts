import { setTimeout as sleep } from 'node:timers/promises';
import { buildVsix } from '../build/vsix.js';
import { ensureCodeServer } from '../setup/code-server.js';
import type { Cleanup } from '../system/cleanup.js';
import { makeRunFolder, subfolder } from '../system/run-folder.js';
import { type Opening, workbenchAddress } from '../vscode/address.js';
import { startBrowser } from '../vscode/browser.js';
import { startVsCode, type VsCodeServer } from '../vscode/server.js';
import { Workbench } from '../vscode/workbench.js';
import { writeManifest } from './manifest.js';
import { Remains } from './remains.js';
import { type DemoSandbox, startSandbox } from './sandbox.js';

/** What the demo runs for its user: a cluster, and a VS Code that looks at it. */
export interface Stage {
  readonly sandbox: DemoSandbox;
  readonly server: VsCodeServer;
  readonly opening: Opening;
  readonly remains: Remains;
}

export interface StageOptions {
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
  /** What the browser asks for; absent: nothing, for tests. */
  readonly password?: string;
  /** False: no node agent runs. */
  readonly agent?: boolean;
  /** More of what `podstress sandbox` takes. */
  readonly sandboxOptions?: readonly string[];
}

export interface StageWithBrowser extends Stage {
  readonly workbench: Workbench;
}

/** Starts sandbox and VS Code side by side, each ended by the cleanup. */
export async function startStage({
  cleanup,
  signal,
  password,
  agent = true,
  sandboxOptions = [],
}: StageOptions): Promise<Stage & { runFolder: string }> {
  const vsix = await buildVsix();
  const install = await ensureCodeServer();
  const remains = new Remains();
  const runFolder = makeRunFolder(cleanup);
  remains.addFolder(runFolder);
  const sandbox = await startSandbox(runFolder, cleanup, signal, [
    ...(agent ? [] : ['--no-agent']),
    ...sandboxOptions,
  ]);
  remains.addPort(sandbox.server);
  const folder = subfolder(runFolder, 'mem-stress');
  const opening = { folder, file: writeManifest(folder) };
  const server = await startVsCode({
    install,
    runFolder,
    cleanup,
    signal,
    vsix,
    settings: { 'podstress.kubeconfig': sandbox.kubeconfig },
    ...(password === undefined ? {} : { password }),
  });
  remains.addPort(server.origin);
  return { sandbox, server, opening, remains, runFolder };
}

/** The same with a headless browser that has the manifest open. */
export async function startStageWithBrowser(options: StageOptions): Promise<StageWithBrowser> {
  const stage = await startStage(options);
  const context = await startBrowser(stage.runFolder, options.cleanup);
  context.setDefaultTimeout(20_000);
  const page = context.pages()[0] ?? (await context.newPage());
  const workbench = new Workbench(page);
  await workbench.open(workbenchAddress(stage.server, stage.opening));
  return { ...stage, workbench };
}

/** Lets what is drawn settle, so that numbers and pictures show a state and not a passage. */
export function settle(): Promise<void> {
  return sleep(1_500);
}
