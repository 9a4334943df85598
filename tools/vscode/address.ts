import type { VsCodeServer } from './server.js';

export interface Opening {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Absolute path of a file shown in an editor. */
  readonly file?: string;
  /** Absolute path of an extension that is loaded from its folder beside the installed ones. */
  readonly extensionFolder?: string;
  /** Absolute paths of an extension loaded from its folder, and of the module whose `run()` tests it. */
  readonly tests?: { readonly extensionFolder: string; readonly index: string };
}

/** The address under which the server's workbench shows the folder. */
export function workbenchAddress(
  { origin, authority }: VsCodeServer,
  { folder, file, extensionFolder, tests }: Opening,
): string {
  const remote = (path: string): string => `vscode-remote://${authority}${encodeURI(path)}`;
  const payload: [string, string][] = [];
  if (file !== undefined) payload.push(['openFile', remote(file)]);
  if (extensionFolder !== undefined) payload.push(['extensionDevelopmentPath', remote(extensionFolder)]);
  if (tests !== undefined) {
    payload.push(['extensionDevelopmentPath', remote(tests.extensionFolder)]);
    payload.push(['extensionTestsPath', remote(tests.index)]);
  }
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  // A slash may stand as it is in a query, and is easier to read.
  return `${origin}/?${query.toString().replaceAll('%2F', '/')}`;
}
