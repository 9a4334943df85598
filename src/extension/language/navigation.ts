import * as vscode from 'vscode';
import { anchorAt, renameAnchor } from '../../core/stresschaos/editor/anchors.js';
import { documentSymbols, type OutlineSymbol } from '../../core/stresschaos/editor/symbols.js';
import { ruleCodes } from '../../core/stresschaos/rule-page.js';
import { isManifestFile, SELECTOR, toRange, yamlExtensionIsActive } from './documents.js';
import { rulePageUri } from './rule-pages.js';

const KINDS: Readonly<Record<OutlineSymbol['kind'], vscode.SymbolKind>> = {
  object: vscode.SymbolKind.Class,
  block: vscode.SymbolKind.Module,
  value: vscode.SymbolKind.Property,
};

function toSymbol(symbol: OutlineSymbol, document: vscode.TextDocument): vscode.DocumentSymbol {
  const result = new vscode.DocumentSymbol(
    symbol.name,
    symbol.detail,
    KINDS[symbol.kind],
    toRange(document, symbol.range),
    toRange(document, symbol.selection),
  );
  result.children = symbol.children.map((child) => toSymbol(child, document));
  return result;
}

/** The outline; the YAML extension has one of its own. */
function registerSymbols(): vscode.Disposable {
  return vscode.languages.registerDocumentSymbolProvider(
    SELECTOR,
    {
      provideDocumentSymbols(document) {
        if (!isManifestFile(document) || yamlExtensionIsActive()) return [];
        return documentSymbols(document.getText()).map((each) => toSymbol(each, document));
      },
    },
    { label: 'StressChaos' },
  );
}

/** A rule's code in a comment leads to its page. */
function registerLinks(): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(SELECTOR, {
    provideDocumentLinks(document) {
      if (!isManifestFile(document)) return [];
      const known = new Set(ruleCodes());
      return [...document.getText().matchAll(/#[^\n]*/g)].flatMap((comment) =>
        [...comment[0].matchAll(/\bMS[0-9]{3}\b/g)]
          .filter(([code]) => known.has(code))
          .map((match) => {
            const start = comment.index + match.index;
            const range = toRange(document, { start, end: start + match[0].length });
            return new vscode.DocumentLink(range, rulePageUri(match[0]));
          }),
      );
    },
  });
}

/** F2 on an anchor or alias renames both. */
function registerRename(): vscode.Disposable {
  return vscode.languages.registerRenameProvider(SELECTOR, {
    prepareRename(document, position) {
      const anchor = anchorAt(document.getText(), document.offsetAt(position));
      if (anchor === null) throw new Error(vscode.l10n.t('There is no anchor or alias here.'));
      return { range: toRange(document, anchor.range), placeholder: anchor.name };
    },
    provideRenameEdits(document, position, newName) {
      const rename = renameAnchor(document.getText(), document.offsetAt(position), newName);
      if (rename === null) return null;
      if ('refused' in rename) {
        throw new Error(
          rename.refused === 'taken'
            ? vscode.l10n.t('Another anchor is called {0}.', newName)
            : vscode.l10n.t('{0} is not a name for an anchor: no blanks, commas or brackets.', newName),
        );
      }
      const edit = new vscode.WorkspaceEdit();
      for (const each of rename.edits)
        edit.replace(document.uri, toRange(document, each.range), each.newText);
      return edit;
    },
  });
}

/** Outline, links to the rule pages, and renaming of anchors. */
export function registerNavigation(): vscode.Disposable {
  return vscode.Disposable.from(registerSymbols(), registerLinks(), registerRename());
}
