import * as vscode from 'vscode';
import { Commands } from '../contributions.js';
import { workspaceCandidates } from '../present/origin-file.js';
import { chooseExperiment } from './experiment-choice.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';

/** Opens the file that an experiment was made from where this workspace has it, else the object's YAML. */
export async function openManifest(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const key = await chooseExperiment(host, lab, argument, selected);
  if (key === null) return;
  const experiment = lab.experiments.get().find((one) => one.key === key);
  const uri = await find(experiment?.origin?.file ?? null);
  if (uri === null) {
    await vscode.commands.executeCommand(Commands.showExperimentYaml, key);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const manifests = (await host.manifests()).documents(document);
  const name = experiment?.object.metadata.name;
  const own = manifests.find((one) => one.name === name) ?? manifests[0];
  const at = document.positionAt(own?.head.start ?? 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}

/** The file in this workspace; null where it is not, or leads out of it: anybody may write that annotation. */
async function find(file: string | null): Promise<vscode.Uri | null> {
  if (file === null) return null;
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (const path of workspaceCandidates(file, folder.name)) {
      const uri = vscode.Uri.joinPath(folder.uri, path);
      const found = await vscode.workspace.fs.stat(uri).then(
        ({ type }) => (type & vscode.FileType.File) !== 0,
        () => false,
      );
      if (found) return uri;
    }
  }
  return null;
}
