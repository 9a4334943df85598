import * as vscode from 'vscode';
import type { Finding, Severity } from '../../core/stresschaos/finding.js';
import { formatFinding, pickLocale } from '../../core/stresschaos/format.js';
import { toRange } from './documents.js';
import { rulePageUri } from './rule-pages.js';

export const DIAGNOSTIC_SOURCE = 'stresschaos';

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** True of nearly every sound manifest, and shown by inlay hints or lenses: no entry in the Problems view. */
const QUIET: ReadonlySet<string> = new Set(['MS021', 'MS041', 'MS102', 'MS119']);
const UNNECESSARY: ReadonlySet<string> = new Set(['MS025', 'MS031']);
const DEPRECATED: ReadonlySet<string> = new Set(['MS005', 'MS038', 'MS043']);

/** A finding as VS Code shows it, in the language of the window, with a link to its rule. */
export function toDiagnostic(finding: Finding, document: vscode.TextDocument): vscode.Diagnostic {
  const { code } = finding;
  const isQuiet = QUIET.has(code) && finding.severity === 'information';
  const severity = isQuiet ? vscode.DiagnosticSeverity.Hint : SEVERITIES[finding.severity];
  const message = formatFinding(finding, pickLocale(vscode.env.language));
  const diagnostic = new vscode.Diagnostic(toRange(document, finding.range), message, severity);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = { value: code, target: rulePageUri(code) };
  if (UNNECESSARY.has(code)) diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  if (DEPRECATED.has(code)) diagnostic.tags = [vscode.DiagnosticTag.Deprecated];
  return diagnostic;
}
