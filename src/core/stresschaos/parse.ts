import type { StressChaos } from '../kubernetes/objects.js';
import type { CheckOptions } from './check/checker.js';
import { analyseDocument, type DocumentAnalysis, mayConcernUs } from './check/document.js';
import type { ObjectModel, StressModel } from './check/model.js';
import type { TextRange } from './finding.js';
import type { ManifestDocument, MemoryAsk } from './manifest.js';
import { runtimeSize, webhookSize } from './size.js';
import { API_VERSION } from './spec/documents.js';
import { type VersionNumber, versionNumber } from './version.js';
import { entryOf } from './yaml/node.js';
import { toPlain } from './yaml/plain.js';
import { integerOf, stringOf } from './yaml/scalar.js';
import { splitDocuments } from './yaml/split.js';

/** Documents remembered before the older half is forgotten. */
const GENERATION = 1500;

/** Results per document text, so that an edit re-reads one document of a thousand. Two generations: the old one dies. */
class Memory {
  #young = new Map<string, readonly ManifestDocument[]>();
  #old: ReadonlyMap<string, readonly ManifestDocument[]> = new Map();

  get(key: string, make: () => readonly ManifestDocument[]): readonly ManifestDocument[] {
    const known = this.#young.get(key) ?? this.#old.get(key) ?? make();
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, known);
    return known;
  }
}

const memory = new Memory();

/**
 * The StressChaos objects of a text (documents, and items of a List), as far as they can be read. Never throws.
 * `object` is null while an error stands in its document, and in a template. Documents that did not change since
 * the last call are not read again.
 */
export function parseManifests(
  text: string,
  options: Pick<CheckOptions, 'chaosMeshVersion'> = {},
): ManifestDocument[] {
  if (!mayConcernUs(text)) return [];
  const template = text.includes('{{');
  const version = versionNumber(options.chaosMeshVersion ?? null);
  return splitDocuments(text)
    .filter((chunk) => mayConcernUs(chunk.text))
    .flatMap((chunk) =>
      memory
        .get(`${version}:${chunk.text}`, () => manifestsOf(chunk.text, version))
        .map((manifest) => moved(manifest, chunk.start, template)),
    );
}

function manifestsOf(text: string, version: VersionNumber): ManifestDocument[] {
  const analysis = analyseDocument(text, { version, disabled: new Set() });
  return analysis.objects
    .filter((object) => object.kind === 'StressChaos')
    .map((object) => {
      const single = analysis.objects.length === 1 && analysis.tree.root === object.map;
      const stress = analysis.stresses.find((each) => each.object === object);
      const head = object.apiVersion?.key ?? object.kindEntry.key;
      return {
        range: single ? { start: 0, end: text.length } : { start: object.map.start, end: object.map.end },
        head: { start: head.start, end: head.end },
        name: object.name,
        namespace: object.namespace,
        memory: stress === undefined ? null : memoryAsk(stress),
        object: isSendable(object, analysis) ? plainObject(object) : null,
      };
    });
}

function isSendable(object: ObjectModel, analysis: DocumentAnalysis): boolean {
  if (analysis.tree.problems.length > 0) return false;
  const { start, end } = object.map;
  const broken = analysis.findings.some(
    ({ severity, range }) => severity === 'error' && range.start >= start && range.end <= end,
  );
  const kind = stringOf(object.kindEntry.value);
  return !broken && kind === 'StressChaos' && stringOf(object.apiVersion?.value) === API_VERSION;
}

function shifted(range: TextRange, by: number): TextRange {
  return { start: range.start + by, end: range.end + by };
}

function moved(manifest: ManifestDocument, by: number, template: boolean): ManifestDocument {
  return {
    ...manifest,
    range: shifted(manifest.range, by),
    head: shifted(manifest.head, by),
    memory:
      manifest.memory === null ? null : { ...manifest.memory, range: shifted(manifest.memory.range, by) },
    object: template ? null : manifest.object,
  };
}

function plainObject(object: ObjectModel): StressChaos | null {
  const plain = toPlain(object.map);
  // No error stands in it: the checks have held it against the very shape of StressChaos.
  return plain === null ? null : (plain as unknown as StressChaos);
}

/** What a memory stressor asks for; null where there is none, or its workers are no number. */
export function memoryAsk(stress: StressModel): MemoryAsk | null {
  if (stress.memory === undefined) return null;
  const { map, key } = stress.memory;
  const workers = integerOf(entryOf(map, 'workers')?.value);
  if (workers === null) return null;
  const text = stringOf(entryOf(map, 'size')?.value) ?? '';
  const accepted = text !== '' && webhookSize(text, stress.version).kind !== 'error';
  const size = accepted ? runtimeSize(text, stress.version) : null;
  return {
    workers,
    totalBytes: size?.kind === 'bytes' ? size.bytes : null,
    nodePercent: size?.kind === 'percent' ? size.percent : null,
    range: { start: key.start, end: key.end },
  };
}
