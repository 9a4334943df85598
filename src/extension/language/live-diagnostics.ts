import * as vscode from 'vscode';
import type { Finding } from '../../core/stresschaos/finding.js';
import { checkLive, type LiveDocument, LiveDocuments, wantedBy } from '../../core/stresschaos/live/check.js';
import type { LivePod, LiveWorld } from '../../core/stresschaos/live/world.js';
import { isManifestFile } from './documents.js';
import type { LanguageHost, LiveHost } from './host.js';
import { effectiveVersion, LanguageSettings, liveDiagnosticsEnabled } from './settings.js';
import { toDiagnostic } from './to-diagnostic.js';

/** Later than the static findings, so that typing is theirs. */
const TYPING_MS = 150;
/** Changes of the cluster are followed at most this often, ms. */
const WORLD_MS = 500;
/** After a long look at a large cluster the next one waits so many times as long as it took. */
const REST = 20;
/** So long at most the extension host is kept from other things, ms. */
const SLICE_MS = 8;

interface Shown {
  readonly version: number;
  readonly findings: readonly Finding[];
  /** What VS Code was given, so that only a change is given again. */
  readonly text: string;
}

interface Reader {
  readonly chaosMesh: string | null;
  readonly documents: LiveDocuments;
}

/** Publishes what live rules say of the manifests that are seen, while a cluster is connected. */
export class LiveDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('podstress-live');
  readonly #host: LanguageHost;
  readonly #live: LiveHost;
  readonly #readers = new Map<string, Reader>();
  readonly #shown = new Map<string, Shown>();
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | null = null;
  #due = Number.POSITIVE_INFINITY;
  #lastEnd = Number.NEGATIVE_INFINITY;
  #pauseMs = WORLD_MS;
  #running = false;
  #disposed = false;

  constructor(host: LanguageHost, live: LiveHost) {
    this.#host = host;
    this.#live = live;
    this.#subscriptions = [
      live.onDidChange(() => this.#schedule(Math.max(0, this.#lastEnd + this.#pauseMs - performance.now()))),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isManifestFile(document)) this.#schedule(TYPING_MS);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#schedule(0)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        const ours = [LanguageSettings.liveDiagnostics, LanguageSettings.version];
        if (ours.some((setting) => change.affectsConfiguration(setting))) this.#schedule(0);
      }),
    ];
    this.#schedule(0);
  }

  /** The findings of a document as it stands now; none where they are of an earlier text. */
  findings(document: vscode.TextDocument): readonly Finding[] {
    const shown = this.#shown.get(document.uri.toString());
    return shown?.version === document.version ? shown.findings : [];
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer ?? undefined);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.dispose();
  }

  /** The earliest of what was asked for counts. */
  #schedule(delayMs: number): void {
    const due = performance.now() + delayMs;
    if (this.#disposed || due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#due = Number.POSITIVE_INFINITY;
      // What is asked for while it runs is asked for again at its end.
      if (this.#running) this.#schedule(TYPING_MS);
      else void this.#run();
    }, delayMs);
  }

  async #run(): Promise<void> {
    this.#running = true;
    const start = performance.now();
    try {
      const visible = vscode.window.visibleTextEditors.map(({ document }) => document).filter(isManifestFile);
      const world = visible.length > 0 && liveDiagnosticsEnabled() ? this.#live.world() : null;
      const seen = world === null ? [] : [...new Set(visible)];
      // What nobody sees is not followed, and would be wrong before long.
      for (const key of this.#shown.keys()) {
        if (!seen.some(({ uri }) => uri.toString() === key)) this.#hide(vscode.Uri.parse(key));
      }
      if (world === null) this.#live.lookAway();
      else await this.#checkAll(seen, world);
    } finally {
      this.#lastEnd = performance.now();
      this.#pauseMs = Math.max(WORLD_MS, (this.#lastEnd - start) * REST);
      this.#running = false;
    }
  }

  async #checkAll(seen: readonly vscode.TextDocument[], world: LiveWorld): Promise<void> {
    const pause = new Slices();
    const documents: LiveDocument[] = [];
    const pods = new Set<LivePod>();
    for (const document of seen) {
      const { version } = document;
      const findings: Finding[] = [];
      let isWhole = true;
      for (const each of this.#reader(document).read(document.getText())) {
        const result = checkLive(each, world);
        documents.push(each);
        findings.push(...result.findings);
        for (const pod of result.pods) pods.add(pod);
        await pause.turn();
        if (this.#disposed) return;
        // The text goes on changing: its next version is scheduled already.
        isWhole = !document.isClosed && document.version === version;
        if (!isWhole) break;
      }
      if (!isWhole) return;
      this.#publish(document, findings);
    }
    this.#live.look(wantedBy(documents, [...pods], world.namespace), [...pods]);
  }

  #reader({ uri }: vscode.TextDocument): LiveDocuments {
    const chaosMesh = effectiveVersion(this.#host);
    const known = this.#readers.get(uri.toString());
    if (known?.chaosMesh === chaosMesh) return known.documents;
    const documents = new LiveDocuments({ chaosMeshVersion: chaosMesh });
    this.#readers.set(uri.toString(), { chaosMesh, documents });
    return documents;
  }

  #publish(document: vscode.TextDocument, findings: readonly Finding[]): void {
    const key = document.uri.toString();
    const diagnostics = findings.map((finding) => toDiagnostic(finding, document));
    const text = diagnostics
      .map(({ message, severity, range: { start, end } }) =>
        [severity, start.line, start.character, end.line, end.character, message].join(' '),
      )
      .join('\n');
    const same = this.#shown.get(key)?.text === text;
    this.#shown.set(key, { version: document.version, findings, text });
    if (same) return;
    if (diagnostics.length === 0) this.#collection.delete(document.uri);
    else this.#collection.set(document.uri, diagnostics);
  }

  #hide(uri: vscode.Uri): void {
    this.#shown.delete(uri.toString());
    this.#collection.delete(uri);
  }

  #forget(uri: vscode.Uri): void {
    this.#readers.delete(uri.toString());
    this.#hide(uri);
    this.#schedule(0);
  }
}

/** Lets others run now and then. */
class Slices {
  #end = performance.now() + SLICE_MS;

  async turn(): Promise<void> {
    if (performance.now() < this.#end) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#end = performance.now() + SLICE_MS;
  }
}
