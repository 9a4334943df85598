import * as vscode from 'vscode';
import type { AgentLevel, AgentPlan } from '../../lab/types.js';

/** Scheme of the read-only documents that show what an install would apply. */
const SCHEME = 'podstress-agent';

/** Shows manifests as documents that nobody can change: what is read is what is applied. */
export class AgentManifests implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #registration: vscode.Disposable;
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();

  readonly onDidChange = this.#changed.event;

  constructor(extension: vscode.Uri) {
    this.#extension = extension;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? '';
  }

  /** The manifests as the build has rendered them from deploy/. Throws where the installation is damaged. */
  async read(level: AgentLevel): Promise<string> {
    const file = vscode.Uri.joinPath(this.#extension, 'dist', 'manifests', `${level}.yaml`);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  }

  /** Shows what the plan applies, below lines that explain it. */
  async show({ level, text }: AgentPlan, explanation: readonly string[]): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/podstress-agent-${level}.yaml` });
    this.#texts.set(uri.path, `${explanation.map(comment).join('')}${text}`);
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

/** Columns after which a line of a comment is broken at the next blank. */
const WIDTH = 90;

/** The text as a YAML comment. */
function comment(text: string): string {
  const lines = text.match(new RegExp(`[^\\n]{1,${WIDTH}}\\S*`, 'g')) ?? [];
  return lines.map((line) => `# ${line.trim()}\n`).join('');
}
