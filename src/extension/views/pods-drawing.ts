import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
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
