import * as vscode from 'vscode';

/** Views of a text that is not the user's to edit: nothing to squiggle there. */
const FOREIGN_SCHEMES: ReadonlySet<string> = new Set([
  'git',
  'gitlens',
  'gitfs',
  'review',
  'output',
  'podstress',
  'podstress-rule',
]);

/** The documents the language features are for. */
export const SELECTOR: vscode.DocumentSelector = [{ language: 'yaml' }];

export function isManifestFile(document: vscode.TextDocument): boolean {
  return document.languageId === 'yaml' && !FOREIGN_SCHEMES.has(document.uri.scheme);
}

export function toRange(
  document: vscode.TextDocument,
  range: { readonly start: number; readonly end: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
}

/** Whether redhat.vscode-yaml speaks in this window: it then reports YAML syntax, and completes and explains by schema. */
export function yamlExtensionIsActive(): boolean {
  return vscode.extensions.getExtension('redhat.vscode-yaml')?.isActive === true;
}
