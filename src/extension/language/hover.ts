import * as vscode from 'vscode';
import { hover } from '../../core/stresschaos/editor/hover.js';
import { isManifestFile, SELECTOR, toRange } from './documents.js';
import type { LanguageHost } from './host.js';
import { languageOptions } from './options.js';
import type { YamlExtension } from './yaml-extension.js';

/** What stands under the pointer. Fields are left to the YAML extension where it has our schema; meanings are ours. */
export function registerHover(host: LanguageHost, yaml: YamlExtension): vscode.Disposable {
  return vscode.languages.registerHoverProvider(SELECTOR, {
    provideHover(document, position) {
      if (!isManifestFile(document)) return null;
      const found = hover(document.getText(), document.offsetAt(position), languageOptions(host));
      if (found === null) return null;
      const contents = yaml.explains(document) ? found.contents.slice(0, -1) : found.contents;
      if (contents.length === 0) return null;
      const markdown = contents.map((each) => new vscode.MarkdownString(each));
      return new vscode.Hover(markdown, toRange(document, found.range));
    },
  });
}
