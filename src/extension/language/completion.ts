import * as vscode from 'vscode';
import { type Completion, complete } from '../../core/stresschaos/editor/complete.js';
import { isManifestFile, SELECTOR, toRange } from './documents.js';
import type { LanguageHost } from './host.js';
import { languageOptions } from './options.js';
import type { YamlExtension } from './yaml-extension.js';

const KINDS: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  field: vscode.CompletionItemKind.Field,
  value: vscode.CompletionItemKind.EnumMember,
  unit: vscode.CompletionItemKind.Unit,
  name: vscode.CompletionItemKind.Reference,
};

/** Completion at any depth. Keys are left to the YAML extension where it has our schema. */
export function registerCompletion(host: LanguageHost, yaml: YamlExtension): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    SELECTOR,
    {
      provideCompletionItems(document, position) {
        if (!isManifestFile(document)) return [];
        const items = complete(document.getText(), document.offsetAt(position), languageOptions(host));
        const keysElsewhere = yaml.explains(document);
        return items
          .filter((item) => !(keysElsewhere && item.kind === 'field'))
          .map((item, index) => toItem(item, index, document));
      },
    },
    ...[' ', ':', '-', '[', '{', ',', '"', "'", '\n'],
  );
}

function toItem(item: Completion, index: number, document: vscode.TextDocument): vscode.CompletionItem {
  const result = new vscode.CompletionItem(item.label, KINDS[item.kind]);
  const range = toRange(document, item.range);
  result.range = range;
  // What is filtered is the word in the document, which may begin with a quote.
  const word = document.getText(range);
  result.filterText = /^["']/.test(word) ? `${word[0]}${item.label}` : item.label;
  result.insertText = item.insertText;
  result.sortText = String(index).padStart(4, '0');
  // The inserted lines bring their own indentation.
  result.keepWhitespace = true;
  if (item.detail !== undefined) result.detail = item.detail;
  if (item.documentation !== undefined) result.documentation = new vscode.MarkdownString(item.documentation);
  if (item.more) result.command = { command: 'editor.action.triggerSuggest', title: '' };
  return result;
}
