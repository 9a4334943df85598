import type { Finding, TextRange } from '../finding.js';
import { RULE_BY_CODE } from '../rules/index.js';
import { shiftedFinding } from '../shift.js';
import { type VersionNumber, versionNumber } from '../version.js';
import { entryOf } from '../yaml/node.js';
import { type Chunk, splitDocuments } from '../yaml/split.js';
import { analyseDocument, type CheckSettings, type DocumentAnalysis, mayConcernUs } from './document.js';

export interface CheckOptions {
  /** `2.8`, `2.5.3`, ...; null or absent: the latest. */
  readonly chaosMeshVersion?: string | null;
  /** Codes of rules that keep silent. */
  readonly disabled?: ReadonlySet<string>;
}

/** One document of a stream that may concern us, with what is known of it. */
export interface CheckedDocument {
  readonly chunk: Chunk;
  readonly analysis: DocumentAnalysis;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly documents: readonly CheckedDocument[];
}

/** `{{` outside comments: a template whose text is not yet the manifest. */
const TEMPLATE = /^(?:[^\n#]|#(?<=\S#))*?\{\{/m;
/** A control line of a template makes the whole file one. */
const CONTROL = /^[ \t]*\{\{-?\s*(?:if|range|with|define|include|template|block|end|else)\b/m;

/** What analysing a chunk leaves behind for the next time: its findings, and no tree. */
interface CacheEntry {
  readonly findings: readonly Finding[];
  readonly ids: readonly ObjectId[];
}

interface ObjectId {
  readonly id: string;
  readonly range: TextRange;
}

/**
 * Checks one file over and over while it is edited: only the documents whose text changed are read again. Keeps
 * findings and names, not trees, so that its memory stays small. Never throws, whatever the text.
 */
export class Checker {
  readonly #settings: CheckSettings;
  #cache = new Map<string, CacheEntry>();

  constructor(options: CheckOptions = {}) {
    this.#settings = settingsOf(options);
  }

  /** All findings of the text in order of their place. */
  check(text: string): Finding[] {
    if (!mayConcernUs(text)) {
      this.#cache = new Map();
      return [];
    }
    const chunks = splitDocuments(text).filter((chunk) => mayConcernUs(chunk.text));
    const template = templateFinding(text, chunks, this.#settings);
    if (template !== null) return template;
    const next = new Map<string, CacheEntry>();
    const findings: Finding[] = [];
    const names = new Map<string, TextRange>();
    for (const chunk of chunks) {
      const entry =
        this.#cache.get(chunk.text) ?? next.get(chunk.text) ?? entryFor(chunk.text, this.#settings);
      next.set(chunk.text, entry);
      for (const finding of entry.findings) findings.push(shiftedFinding(finding, chunk.start));
      duplicateNames(entry.ids, chunk.start, names, this.#settings, findings);
    }
    this.#cache = next;
    return findings.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  }
}

/** All findings of a text. Pure, never throws. */
export function check(text: string, options: CheckOptions = {}): Finding[] {
  return new Checker(options).check(text);
}

/** The documents that concern us with their trees: what hover, completion and the like need. */
export function readDocuments(text: string, options: CheckOptions = {}): CheckedDocument[] {
  if (!mayConcernUs(text)) return [];
  const settings = settingsOf(options);
  return splitDocuments(text)
    .filter((chunk) => mayConcernUs(chunk.text))
    .map((chunk) => ({ chunk, analysis: analyseDocument(chunk.text, settings) }));
}

/** The one document around an offset, where it concerns us; nothing else is read. */
export function readDocumentAt(
  text: string,
  offset: number,
  options: CheckOptions = {},
): CheckedDocument | null {
  if (!mayConcernUs(text)) return null;
  const chunk = splitDocuments(text).findLast((each) => each.start <= offset);
  if (chunk === undefined || !mayConcernUs(chunk.text)) return null;
  return { chunk, analysis: analyseDocument(chunk.text, settingsOf(options)) };
}

function settingsOf(options: CheckOptions): CheckSettings {
  const version: VersionNumber = versionNumber(options.chaosMeshVersion ?? null);
  return { version, disabled: options.disabled ?? new Set() };
}

function entryFor(text: string, settings: CheckSettings): CacheEntry {
  const { findings, objects } = analyseDocument(text, settings);
  const ids = objects.flatMap((object) => {
    const node = object.metadata === undefined ? undefined : entryOf(object.metadata, 'name')?.value;
    if (object.name === null || node === undefined) return [];
    const range = { start: node.start, end: node.end };
    return [{ id: `${object.kind}/${object.namespace ?? ''}/${object.name}`, range }];
  });
  return { findings, ids };
}

/** One hint for a template, and quiet about everything else in the file. */
function templateFinding(text: string, chunks: readonly Chunk[], settings: CheckSettings): Finding[] | null {
  if (!text.includes('{{')) return null;
  const own = chunks.find((chunk) => TEMPLATE.test(chunk.text));
  const control = CONTROL.exec(text);
  if (own === undefined && (control === null || chunks.length === 0)) return null;
  const match = own === undefined ? null : TEMPLATE.exec(own.text);
  const start =
    own === undefined || match === null
      ? text.indexOf('{{', control?.index ?? 0)
      : own.start + match.index + match[0].length - 2;
  const finding: Finding = { code: 'MS057', severity: 'hint', range: { start, end: start + 2 }, params: {} };
  return settings.disabled.has('MS057') ? [] : [finding];
}

function duplicateNames(
  ids: readonly ObjectId[],
  base: number,
  names: Map<string, TextRange>,
  settings: CheckSettings,
  findings: Finding[],
): void {
  for (const { id, range } of ids) {
    const here = { start: range.start + base, end: range.end + base };
    if (!names.has(id)) {
      names.set(id, here);
      continue;
    }
    const severity = RULE_BY_CODE.get('MS042')?.severity ?? 'warning';
    const name = id.slice(id.lastIndexOf('/') + 1);
    if (!settings.disabled.has('MS042'))
      findings.push({ code: 'MS042', severity, range: here, params: { name } });
  }
}
