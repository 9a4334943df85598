import * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import type { InjectArgument } from '../commands/inject.js';
import { Commands } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { listen, type Session } from '../session.js';
import { type Lens, lensesOf } from './model.js';
import { worldOf } from './world.js';

/** Changes of the cluster redraw lenses at most this often, ms. */
const REDRAW_MS = 500;

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

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(host: LensHost) {
    this.#host = host;
    this.#scope.add(this.#changed);
    this.#scope.defer(() => clearTimeout(this.#timer ?? undefined));
    this.#scope.add(host.session.onDidChange(() => this.#schedule()));
    this.#scope.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#drawn.delete(uri.toString())));
    this.#scope.add(
      host.session.follow((lab, scope) => {
        for (const store of [lab.pods, lab.agents, lab.experiments])
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
    return lenses.map(({ lens, index }) => {
      const position = document.positionAt(lens.at);
      return new vscode.CodeLens(new vscode.Range(position, position), commandOf(lens, uri, index));
    });
  }

  #lenses(document: vscode.TextDocument): readonly { readonly lens: Lens; readonly index: number }[] {
    const world = worldOf(this.#host.session);
    return this.#host
      .documents(document)
      .flatMap((manifest, index) =>
        lensesOf(manifest, world, this.#host.language).map((lens) => ({ lens, index })),
      );
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const stale = vscode.window.visibleTextEditors.some(({ document }) => {
        const drawn = this.#drawn.get(document.uri.toString());
        return drawn !== undefined && drawn !== signature(this.#lenses(document));
      });
      if (stale) this.#changed.fire();
    }, REDRAW_MS);
  }
}

function signature(lenses: readonly { readonly lens: Lens }[]): string {
  return lenses.map(({ lens }) => `${lens.at} ${lens.title}`).join('\n');
}

function commandOf({ title, tooltip, action }: Lens, uri: string, index: number): vscode.Command {
  switch (action?.kind) {
    case 'inject': {
      const argument: InjectArgument = { uri, index };
      return { title, tooltip, command: Commands.inject, arguments: [argument] };
    }
    case 'stop':
      return { title, tooltip, command: Commands.stop, arguments: [action.experiment] };
    case 'show-kills':
      return { title, tooltip, command: Commands.showKills };
    case undefined:
      return { title, tooltip, command: '' };
  }
}
