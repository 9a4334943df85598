/** The chunk that loads at the first injection, or when runs are looked at: records of runs and their reports. */
import * as vscode from 'vscode';
import type { Runs, TalkingHost } from './commands/host.js';
import { reportText } from './runs/run-documents.js';
import { RunFiles } from './runs/run-files.js';
import { RunRecordings } from './runs/run-recordings.js';
import { showRuns } from './runs/show-runs.js';
import { workspaceFolder } from './runs/workspace-folder.js';

/** What of the extension's context concerns records. */
export type RunsContext = Pick<vscode.ExtensionContext, 'storageUri' | 'globalStorageUri' | 'extension'>;

/** Records stay with the workspace that the runs were made in. */
export function openRuns(host: TalkingHost, context: RunsContext): Runs {
  const folder = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'runs');
  const warn = (message: string): void => host.log.warn(message);
  const files = new RunFiles(workspaceFolder(folder), warn);
  const recordings = new RunRecordings(files, versionOf(context), warn);
  const following = host.session.follow((lab, connection) =>
    connection.defer(() => host.session.hold(recordings.endOf(lab))),
  );
  return {
    begin: (lab, injection) => recordings.begin(lab, injection),
    show: () => showRuns(files, host.language),
    text: (uri) => reportText(uri, files),
    dispose: () => following.dispose(),
  };
}

function versionOf({ extension }: RunsContext): string {
  const { version }: { readonly version?: unknown } = extension.packageJSON;
  return typeof version === 'string' ? version : '';
}
