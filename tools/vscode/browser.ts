import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM } from '../setup/debian.js';
import { SetupError } from '../setup/error.js';
import type { Cleanup } from '../system/cleanup.js';
import { findProgram } from '../system/command.js';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless Chromium with a profile in the run's folder, closed by the cleanup. */
export async function startBrowser(runFolder: string, cleanup: Cleanup): Promise<BrowserContext> {
  const executablePath = findProgram(...CHROMIUM.names);
  if (executablePath === null) throw new SetupError('neither Chromium nor Chrome is on PATH');
  const context = await chromium.launchPersistentContext(join(runFolder, 'browser'), {
    executablePath,
    headless: true,
    args: ARGUMENTS,
    // Nothing moves, so that a picture shows a state and not a passage.
    reducedMotion: 'reduce',
    viewport: { width: 1500, height: 900 },
    env: { ...definedEnv(), HOME: join(runFolder, 'home') },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  cleanup.defer(() => context.close());
  // What VS Code puts on the clipboard can be read again.
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return context;
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
