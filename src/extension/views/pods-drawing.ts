import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Details } from '../present/pod-details.js';
import type { RowIcon } from '../present/pods.js';

/**
 * The icons of the tree. The vessels go out as data: URIs, as a file would be fetched when a row changes and leave its place
 * empty until it has come.
 */
export class PodIcons {
  readonly #folder: vscode.Uri;
  readonly #made = new Map<string, vscode.IconPath>();

  constructor(extensionUri: vscode.Uri) {
    this.#folder = vscode.Uri.joinPath(extensionUri, 'media', 'fill');
  }

  icon(icon: RowIcon): vscode.IconPath {
    const key = icon.kind === 'vessel' ? `${icon.alarm}-${icon.fill}` : `${icon.id} ${icon.colour}`;
    let made = this.#made.get(key);
    if (made === undefined) {
      made =
        icon.kind === 'vessel'
          ? { light: this.#picture('light', key), dark: this.#picture('dark', key) }
          : new vscode.ThemeIcon(
              icon.id,
              icon.colour === null ? undefined : new vscode.ThemeColor(icon.colour),
            );
      this.#made.set(key, made);
    }
    return made;
  }

  #picture(theme: 'light' | 'dark', name: string): vscode.Uri {
    const svg = readFileSync(vscode.Uri.joinPath(this.#folder, theme, `${name}.svg`).fsPath);
    return vscode.Uri.parse(`data:image/svg+xml;base64,${svg.toString('base64')}`, true);
  }
}

/** Every value is text from a cluster: appended as text, never as Markdown. */
export function detailsMarkdown(details: Details): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  markdown.appendMarkdown('**');
  markdown.appendText(oneLine(details.title));
  markdown.appendMarkdown('**  \n');
  markdown.appendText(oneLine(details.subtitle));
  markdown.appendMarkdown('\n\n');
  for (const worry of details.worries) {
    markdown.appendMarkdown('⚠ ');
    markdown.appendText(oneLine(worry));
    markdown.appendMarkdown('  \n');
  }
  markdown.appendMarkdown('\n| | | |\n|:--|:--|:--|\n');
  for (const { label, value, from } of details.rows) {
    for (const text of [label, value, from]) {
      markdown.appendMarkdown('| ');
      markdown.appendText(oneCell(text));
      markdown.appendMarkdown('&nbsp;&nbsp; ');
    }
    markdown.appendMarkdown('|\n');
  }
  markdown.appendMarkdown('\n');
  markdown.appendText(oneLine(details.note));
  return markdown;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** A line break would end the table's row, and a bar its cell. */
function oneCell(value: string): string {
  return oneLine(value).replaceAll('|', '¦');
}
