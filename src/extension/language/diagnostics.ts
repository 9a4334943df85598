import * as vscode from 'vscode';
import { Checker } from '../../core/stresschaos/check/checker.js';
import type { Finding } from '../../core/stresschaos/finding.js';
import { isManifestFile, toRange, yamlExtensionIsActive } from './documents.js';
import type { LanguageHost } from './host.js';
import { effectiveVersion, LanguageSettings } from './settings.js';
import { toDiagnostic } from './to-diagnostic.js';

/** Long enough to skip the keys of a word, short enough to feel immediate. */
const DEBOUNCE_MS = 60;

/** What a schema can say as well: left to redhat.vscode-yaml where it has said it. */
const STRUCTURAL: ReadonlySet<string> = new Set([
  ...['MS001', 'MS002', 'MS006', 'MS009', 'MS012', 'MS030', 'MS038', 'MS039'],
  ...['MS045', 'MS046', 'MS047', 'MS048', 'MS049'],
]);

/** Publishes the findings of every open manifest, and holds them for code actions. */
export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('podstress');
  readonly #host: LanguageHost;
  readonly #checkers = new Map<string, Checker>();
  /** How many findings of each document are shown. */
  readonly #published = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #findings = new Map<string, { readonly version: number; readonly findings: readonly Finding[] }>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(host: LanguageHost) {
    this.#host = host;
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, DEBOUNCE_MS)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(LanguageSettings.version)) this.refresh();
      }),
      ...(host.onDidChangeChaosMeshVersion === undefined
        ? []
        : [host.onDidChangeChaosMeshVersion(() => this.refresh())]),
      vscode.extensions.onDidChange(() => this.refresh()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => this.#othersSpoke(uris)),
    ];
    this.refresh();
  }

  /** The findings of a document as it stands now. */
  findings(document: vscode.TextDocument): readonly Finding[] {
    const known = this.#findings.get(document.uri.toString());
    return known?.version === document.version ? known.findings : this.#check(document);
  }

  /** Checks every open document anew, by the version that holds now. */
  refresh(): void {
    this.#checkers.clear();
    for (const document of vscode.workspace.textDocuments) this.#schedule(document, 0);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.dispose();
  }

  #schedule(document: vscode.TextDocument, delayMs: number): void {
    if (!isManifestFile(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      if (!document.isClosed) this.#publish(document);
    }, delayMs);
    this.#timers.set(key, timer);
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#checkers.delete(key);
    this.#findings.delete(key);
    this.#published.delete(key);
    this.#collection.delete(document.uri);
  }

  #check(document: vscode.TextDocument): readonly Finding[] {
    const key = document.uri.toString();
    let checker = this.#checkers.get(key);
    if (checker === undefined) {
      checker = new Checker({ chaosMeshVersion: effectiveVersion(this.#host) });
      this.#checkers.set(key, checker);
    }
    const findings = checker.check(document.getText());
    this.#findings.set(key, { version: document.version, findings });
    return findings;
  }

  #publish(document: vscode.TextDocument): void {
    const findings = this.#check(document);
    if (findings.length === 0) {
      this.#published.delete(document.uri.toString());
      this.#collection.delete(document.uri);
      return;
    }
    const own = this.#unsaid(findings, document);
    this.#published.set(document.uri.toString(), own.length);
    this.#collection.set(
      document.uri,
      own.map((finding) => toDiagnostic(finding, document)),
    );
  }

  /** The YAML extension answers later than we do: what it has said by then is taken back here. */
  #othersSpoke(uris: readonly vscode.Uri[]): void {
    if (!yamlExtensionIsActive()) return;
    for (const uri of uris) {
      const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
      const known = this.#findings.get(uri.toString());
      if (document === undefined || known?.version !== document.version) continue;
      // Our own publishing comes by here as well: it changes nothing, and the circle ends.
      if (this.#unsaid(known.findings, document).length !== this.#published.get(uri.toString()))
        this.#publish(document);
    }
  }

  #unsaid(findings: readonly Finding[], document: vscode.TextDocument): readonly Finding[] {
    if (!yamlExtensionIsActive()) return findings;
    const others = this.#others(document);
    return findings.filter((finding) => !this.#isSaid(finding, document, others));
  }

  #others(document: vscode.TextDocument): readonly vscode.Diagnostic[] {
    return vscode.languages
      .getDiagnostics(document.uri)
      .filter((diagnostic) => diagnostic.source?.startsWith('yaml-schema') === true);
  }

  /** One voice: YAML's own errors are the YAML extension's, and what its schema has already said is not said again. */
  #isSaid(finding: Finding, document: vscode.TextDocument, others: readonly vscode.Diagnostic[]): boolean {
    if (finding.code === 'MS051') return true;
    if (!STRUCTURAL.has(finding.code)) return false;
    const range = toRange(document, finding.range);
    return others.some(
      (other) => other.range.start.line === range.start.line && other.range.intersection(range),
    );
  }
}
