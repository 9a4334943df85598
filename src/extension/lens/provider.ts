import * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import type { ManifestArgument } from '../commands/manifest-choice.js';
import { Commands, Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { listen, type Session } from '../session.js';
import { fileLenses, type Lens, type LensAction } from './model.js';
import { worldOf } from './world.js';

/** Lenses are drawn again at most this often, ms: what is read must not flicker. */
const REDRAW_MS = 1000;
/** What changes together is drawn together, ms. */
const GATHER_MS = 50;
/**
 * VS Code waits before it asks for lenses, the longer the slower the machine, and each of our events makes it wait anew: the
 * next comes only when it has asked, or after this, ms.
 */
const ASKED_WITHIN_MS = 8000;

export interface LensHost {
  readonly session: Session;
  readonly language: Language;
  documents(document: vscode.TextDocument): readonly ManifestDocument[];
}

/** The lenses above StressChaos documents; they follow the cluster once something has connected to it. */
export class StressLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #host: LensHost;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #scope = new DisposableList();
  /** What was drawn last, by document, so that only a change redraws. */
  readonly #drawn = new Map<string, string>();
  #timer: NodeJS.Timeout | null = null;
  #nextAt = 0;
  /** When VS Code was told that lenses changed and has not asked for them yet. */
  #toldAt: number | null = null;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(host: LensHost) {
    this.#host = host;
    this.#scope.add(this.#changed);
    this.#scope.defer(() => clearTimeout(this.#timer ?? undefined));
    this.#scope.add(host.session.onDidChange(() => this.#schedule()));
    this.#scope.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#drawn.delete(uri.toString())));
    this.#scope.add(
      host.session.follow((lab, scope) => {
        for (const store of [lab.pods, lab.agents, lab.experiments, lab.engine])
          listen<unknown>(scope, store, () => this.#schedule());
        const clock = setInterval(() => lab.experiments.get().length > 0 && this.#schedule(), 1000);
        scope.defer(() => clearInterval(clock));
      }),
    );
  }

  dispose(): void {
    this.#scope.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const uri = document.uri.toString();
    const lenses = this.#lenses(document);
    this.#drawn.set(uri, signature(lenses));
    if (this.#toldAt !== null) {
      const now = Date.now();
      // Other editors are asked for about as late as this one.
      this.#nextAt = now + Math.max(REDRAW_MS, now - this.#toldAt);
      this.#toldAt = null;
      if (this.#timer !== null) {
        clearTimeout(this.#timer);
        this.#timer = null;
        this.#schedule();
      }
    }
    return lenses.map(({ lens, index }) => {
      const position = document.positionAt(lens.at);
      return new vscode.CodeLens(new vscode.Range(position, position), commandOf(lens, uri, index));
    });
  }

  #lenses(document: vscode.TextDocument): readonly { readonly lens: Lens; readonly index: number }[] {
    const { session, language, documents } = this.#host;
    return fileLenses(documents(document), worldOf(session), language);
  }

  #schedule(): void {
    const wait = Math.max(GATHER_MS, this.#nextAt - Date.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const stale = vscode.window.visibleTextEditors.some(({ document }) => {
        const drawn = this.#drawn.get(document.uri.toString());
        return drawn !== undefined && drawn !== signature(this.#lenses(document));
      });
      if (!stale) return;
      this.#toldAt = Date.now();
      this.#nextAt = this.#toldAt + ASKED_WITHIN_MS;
      this.#changed.fire();
    }, wait);
  }
}

function signature(lenses: readonly { readonly lens: Lens }[]): string {
  return lenses.map(({ lens }) => `${lens.at} ${lens.title} ${lens.tooltip}`).join('\n');
}

function commandOf({ title, tooltip, action }: Lens, uri: string, index: number): vscode.Command {
  if (action === null) return { title, tooltip, command: '' };
  if (action.kind === 'show-kills') return { title, tooltip, command: Commands.showKills };
  if (action.kind === 'show-experiments') return { title, tooltip, command: `${Views.experiments}.focus` };
  const argument: ManifestArgument | string = 'experiment' in action ? action.experiment : { uri, index };
  return { title, tooltip, command: COMMANDS[action.kind], arguments: [argument] };
}

const COMMANDS: Readonly<Record<Exclude<LensAction['kind'], 'show-kills' | 'show-experiments'>, string>> = {
  inject: Commands.inject,
  preview: Commands.previewTargets,
  'dry-run': Commands.dryRun,
  panel: Commands.openMemoryPanel,
  pause: Commands.pause,
  resume: Commands.resume,
  stop: Commands.stop,
  'explain-hang': Commands.explainHang,
};
