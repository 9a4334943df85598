import * as vscode from 'vscode';
import { pickLocale } from '../../core/stresschaos/format.js';
import { rulePage } from '../../core/stresschaos/rule-page.js';

const SCHEME = 'podstress-rule';

/** Where a diagnostic's code leads: the rule's page, in the language of the editor. */
export function rulePageUri(code: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` });
}

/** Serves the pages of the rules as read-only documents. */
export function registerRulePages(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent(uri) {
      const code = /MS[0-9]{3}/.exec(uri.path)?.[0] ?? '';
      return rulePage(code, pickLocale(vscode.env.language));
    },
  });
}
