import * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import { serverProblems } from '../../core/stresschaos/server-errors.js';
import { isSingular } from '../../core/units/plural.js';
import type { DryRunResult } from '../../lab/types.js';
import { plain } from '../present/plain.js';
import { withAbort } from './abort.js';
import { connected, tellFailure } from './failures.js';
import type { CommandHost } from './host.js';
import { chooseManifest, type ManifestChoice, tellErrors } from './manifest-choice.js';

/** Asks the API server and all webhooks what they say of a manifest as it is written; what is wrong is marked where it stands. */
export async function dryRun(host: CommandHost, argument: unknown): Promise<void> {
  const choice = await chooseManifest(host, argument);
  if (choice === null) return;
  const lab = await connected(host);
  if (lab === null) return;
  const manifest = choice.read();
  const raw = manifest?.raw ?? null;
  if (manifest === null || raw === null) return tellErrors(choice);
  const { version } = choice.document;
  const label = plain(manifest.carrier?.name ?? choice.label);
  let result: DryRunResult;
  try {
    result = await withAbort(vscode.l10n.t('Podstress: dry run of {0}', label), (signal) =>
      lab.dryRun(raw, signal),
    );
  } catch (error) {
    if (isAbort(error)) return;
    return tellFailure(host, vscode.l10n.t('{0} could not be tried', label), error);
  }
  const manifests = await host.manifests();
  if (result.accepted) {
    manifests.markServerProblems(choice.document, manifest, []);
    await tellAccepted(host, label, result.warnings);
  } else if (result.status === 404 && !/\bnot found$/.test(result.message)) {
    await vscode.window.showErrorMessage(
      vscode.l10n.t('Chaos Mesh is not installed in this cluster: nobody there knows this kind.'),
    );
  } else {
    const current = choice.document.version === version ? manifest : null;
    await tellRefused(host, { ...choice, label }, current, result.message);
  }
}

async function tellAccepted(host: CommandHost, label: string, warnings: readonly string[]): Promise<void> {
  host.log.info(`Dry run of ${label}: accepted`);
  const accepted = vscode.l10n.t(
    '{0}: accepted by the API server and Chaos Mesh’s webhooks. Nothing was created.',
    label,
  );
  if (warnings.length === 0) await vscode.window.showInformationMessage(accepted);
  else await vscode.window.showWarningMessage([accepted, ...warnings.map(plain)].join(' '));
}

/** @param manifest null: it was edited meanwhile, and places do not hold any more. */
async function tellRefused(
  host: CommandHost,
  { document, label }: ManifestChoice,
  manifest: ManifestDocument | null,
  message: string,
): Promise<void> {
  host.log.info(`Dry run of ${label}: ${message}`);
  const problems = serverProblems(message);
  const [first] = problems;
  if (first === undefined) return;
  const others = problems.length - 1;
  const field = first.path.length === 0 ? '' : `${first.path.join('.')}: `;
  const { locale } = host.language;
  const text = vscode.l10n.t('{0} would be refused: {1}', label, plain(`${field}${first.message}`));
  const more = isSingular(others, locale)
    ? vscode.l10n.t('({0} more problem)', others)
    : vscode.l10n.t('({0} more problems)', others);
  const marks =
    manifest === null ? [] : (await host.manifests()).markServerProblems(document, manifest, problems);
  const goTo = vscode.l10n.t('Go to');
  const chosen = await vscode.window.showErrorMessage(
    others > 0 ? `${text} ${more}` : text,
    ...(marks.length > 0 ? [goTo] : []),
  );
  const [place] = marks;
  if (chosen !== goTo || place === undefined) return;
  await vscode.window.showTextDocument(document, { selection: place });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
