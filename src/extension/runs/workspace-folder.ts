import * as vscode from 'vscode';
import type { Folder } from './run-files.js';

/** A folder of the extension's own storage, made when it is first written to. */
export function workspaceFolder(uri: vscode.Uri): Folder {
  const { fs } = vscode.workspace;
  const at = (name: string): vscode.Uri => vscode.Uri.joinPath(uri, name);
  return {
    list: async () => {
      let entries: readonly [string, vscode.FileType][];
      try {
        entries = await fs.readDirectory(uri);
      } catch {
        // Nothing was kept yet.
        return [];
      }
      const files = entries.filter(([, type]) => type === vscode.FileType.File);
      return Promise.all(files.map(async ([name]) => ({ name, size: (await fs.stat(at(name))).size })));
    },
    read: async (name) => new TextDecoder().decode(await fs.readFile(at(name))),
    write: async (name, text) => {
      await fs.createDirectory(uri);
      await fs.writeFile(at(name), new TextEncoder().encode(text));
    },
    delete: async (name) => fs.delete(at(name)),
  };
}
