import { experimentNamespace, experimentOf, forecastOf, targetsOf } from '../lens/model.js';
import { worldOf } from '../lens/world.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { chooseManifest, tellErrors } from './manifest-choice.js';
import { perform } from './perform.js';

/** Injects an experiment of a manifest: the lens's, or the one at the cursor, or the one picked from a list. */
export async function inject(host: CommandHost, argument: unknown): Promise<void> {
  const choice = await chooseManifest(host, argument);
  if (choice === null) return;
  const lab = await connected(host);
  if (lab === null) return;
  const now = choice.read();
  if (now === null || now.object === null) return tellErrors(choice);
  const world = worldOf(host.session);
  await perform(host, lab, {
    object: now.object,
    namespace: experimentNamespace(now, world.connection),
    targets: targetsOf(now, world),
    forecast: forecastOf(now, world),
    replaces: experimentOf(now, world) !== undefined,
  });
}
