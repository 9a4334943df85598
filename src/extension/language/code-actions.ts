import * as vscode from 'vscode';
import { codeActions } from '../../core/stresschaos/editor/actions.js';
import type { TextEdit } from '../../core/stresschaos/finding.js';
import { compatibleFixes } from '../../core/stresschaos/fix.js';
import { pickLocale } from '../../core/stresschaos/format.js';
import type { Diagnostics } from './diagnostics.js';
import { isManifestFile, SELECTOR, toRange } from './documents.js';
import type { LiveDiagnostics } from './live-diagnostics.js';
import { DIAGNOSTIC_SOURCE } from './to-diagnostic.js';

/** For `editor.codeActionsOnSave`: mends everything that is sure to be mended. */
export const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('podstress');

const FIX_ALL_TITLES = {
  en: 'Podstress: mend everything that is sure',
  'zh-cn': 'Podstress：修复所有确定的问题',
  ja: 'Podstress：確実なものをすべて修正',
  fr: 'Podstress : corriger tout ce qui est sûr',
} as const;

/** Offers the fixes and suggestions of all findings; Fix All applies what static rules are sure of. */
export function registerCodeActions(
  diagnostics: Diagnostics,
  live: LiveDiagnostics | null,
): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions(document, range, context) {
      if (!isManifestFile(document)) return [];
      const findings = [...diagnostics.findings(document), ...(live?.findings(document) ?? [])];
      if (findings.length === 0) return [];
      const only = context.only;
      const actions: vscode.CodeAction[] = [];
      if (only === undefined || only.contains(vscode.CodeActionKind.QuickFix)) {
        const offsets = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
        const locale = pickLocale(vscode.env.language);
        for (const each of codeActions(document.getText(), offsets, findings, locale)) {
          const action = new vscode.CodeAction(each.title, vscode.CodeActionKind.QuickFix);
          action.edit = workspaceEdit(document, each.edits);
          action.isPreferred = each.preferred;
          action.diagnostics = context.diagnostics.filter(
            ({ source, code }) =>
              source === DIAGNOSTIC_SOURCE && typeof code === 'object' && code.value === each.finding.code,
          );
          actions.push(action);
        }
      }
      if (only?.contains(FIX_ALL) === true) actions.push(...fixAll(document));
      return actions;
    },
  };

  function fixAll(document: vscode.TextDocument): vscode.CodeAction[] {
    const edits = compatibleFixes(diagnostics.findings(document));
    if (edits.length === 0) return [];
    const action = new vscode.CodeAction(FIX_ALL_TITLES[pickLocale(vscode.env.language)], FIX_ALL);
    action.edit = workspaceEdit(document, edits);
    return [action];
  }

  return vscode.languages.registerCodeActionsProvider(SELECTOR, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL],
  });
}

function workspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) edit.replace(document.uri, toRange(document, range), newText);
  return edit;
}
