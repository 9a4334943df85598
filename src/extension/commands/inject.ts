import * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import { experimentNamespace, experimentOf, forecastOf, targetsOf } from '../lens/model.js';
import { worldOf } from '../lens/world.js';
import type { Injection } from '../present/review.js';
import { chooseManifests, filesOf } from './choose-manifests.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { chooseManifest, type ManifestChoice, tellErrors } from './manifest-choice.js';
import { perform } from './perform.js';

/**
 * Injects experiments of manifests: the lens's; of the files that a menu was opened on the only one or those picked; else the one
 * at the cursor, or the one picked from a list.
 */
export async function inject(host: CommandHost, argument: unknown, selected?: unknown): Promise<void> {
  const choices = await choose(host, filesOf(argument, selected), argument);
  if (choices === null) return;
  const lab = await connected(host);
  if (lab === null) return;
  const world = worldOf(host.session);
  const injections: Injection[] = [];
  for (const choice of choices) {
    const now = choice.read();
    if (now === null || now.object === null) return tellErrors(choice);
    injections.push({
      object: now.object,
      namespace: experimentNamespace(now, world.connection),
      targets: targetsOf(now, world),
      forecast: forecastOf(now, world),
      replaces: experimentOf(now, world) !== undefined,
      file: pathInWorkspace(choice.document.uri),
      text: now.carrier === null ? textOf(choice.document, now) : null,
    });
  }
  const twice = duplicateOf(injections);
  if (twice !== null) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} is there twice: one would replace the other. Choose one of them.', twice),
    );
    return;
  }
  await perform(host, lab, injections, false);
}

async function choose(
  host: CommandHost,
  files: readonly vscode.Uri[],
  argument: unknown,
): Promise<readonly ManifestChoice[] | null> {
  if (files.length > 0) return chooseManifests(host, files);
  const choice = await chooseManifest(host, argument);
  return choice === null ? null : [choice];
}

/** `namespace/name` of the first that has the same as one before. */
function duplicateOf(injections: readonly Injection[]): string | null {
  const keys = injections.map(({ namespace, object }) => `${namespace}/${object.metadata.name}`);
  return keys.find((key, index) => keys.indexOf(key) < index) ?? null;
}

/** The document as it is written, without the mark that divides it from the one before. */
function textOf(document: vscode.TextDocument, { range }: ManifestDocument): string {
  return document
    .getText()
    .slice(range.start, range.end)
    .replace(/^---[ \t]*\r?\n/, '');
}

/** Null: it is in no folder of the workspace. */
function pathInWorkspace(uri: vscode.Uri): string | null {
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return null;
  return vscode.workspace.asRelativePath(uri);
}
