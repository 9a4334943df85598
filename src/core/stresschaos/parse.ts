import type { StressChaos, StressChaosSpec } from '../kubernetes/objects.js';
import type { CheckOptions } from './check/checker.js';
import { analyseDocument, type DocumentAnalysis, mayConcernUs } from './check/document.js';
import type { ObjectModel, StressModel } from './check/model.js';
import type { TextRange } from './finding.js';
import type { Carrier, ManifestDocument, MemoryAsk } from './manifest.js';
import { runtimeSize, webhookSize } from './size.js';
import { API_VERSION } from './spec/documents.js';
import { type VersionNumber, versionNumber } from './version.js';
import { entryOf } from './yaml/node.js';
import { toPlain } from './yaml/plain.js';
import { integerOf, stringOf } from './yaml/scalar.js';
import { splitDocuments } from './yaml/split.js';

/** Documents remembered before the older half is forgotten. */
const GENERATION = 1500;
/** The longest name of an experiment: it becomes a label's value in Chaos Mesh's own objects. */
const MAX_NAME = 63;
const ONCE = '-once';

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

export interface ParseOptions extends Pick<CheckOptions, 'chaosMeshVersion'> {
  /** Also the specs inside Schedules and Workflows. */
  readonly embedded?: boolean;
}

/**
 * The StressChaos objects of a text (documents, and items of a List), as far as they can be read. Never throws.
 * `object` is null while an error stands in its document, and in a template. Documents that did not change since
 * the last call are not read again.
 */
export function parseManifests(text: string, options: ParseOptions = {}): ManifestDocument[] {
  if (!mayConcernUs(text)) return [];
  const template = text.includes('{{');
  const version = versionNumber(options.chaosMeshVersion ?? null);
  return splitDocuments(text)
    .filter((chunk) => mayConcernUs(chunk.text))
    .flatMap((chunk) =>
      memory
        .get(`${version}:${chunk.text}`, () => manifestsOf(chunk.text, version))
        .filter(({ carrier }) => carrier === null || options.embedded === true)
        .map((manifest) => moved(manifest, chunk.start, template)),
    );
}

function manifestsOf(text: string, version: VersionNumber): ManifestDocument[] {
  const analysis = analyseDocument(text, { version, disabled: new Set() });
  return analysis.objects.flatMap((object) =>
    object.kind === 'StressChaos'
      ? [standing(object, text, analysis)]
      : analysis.stresses
          .filter((stress) => stress.object === object && !stress.spec.aliased)
          .map((stress) => embedded(stress, object.kind === 'Schedule' ? 'Schedule' : 'Workflow', analysis)),
  );
}

function standing(object: ObjectModel, text: string, analysis: DocumentAnalysis): ManifestDocument {
  const single = analysis.objects.length === 1 && analysis.tree.root === object.map;
  const stress = analysis.stresses.find((each) => each.object === object);
  return {
    range: single ? { start: 0, end: text.length } : { start: object.map.start, end: object.map.end },
    head: headOf(object),
    name: object.name,
    namespace: object.namespace,
    memory: stress === undefined ? null : memoryAsk(stress),
    object: isSendable(object, analysis) ? plainObject(object) : null,
    raw: rawOf(object, analysis),
    carrier: null,
  };
}

function embedded(stress: StressModel, kind: Carrier['kind'], analysis: DocumentAnalysis): ManifestDocument {
  const { object, spec, specKey } = stress;
  const range = { start: specKey.start, end: Math.max(specKey.end, spec.end) };
  const name = onceName(stress);
  return {
    range,
    head: { start: specKey.start, end: specKey.end },
    name,
    namespace: object.namespace,
    memory: memoryAsk(stress),
    object: name !== null && isSound(range, analysis) ? once(stress, name) : null,
    raw: rawOf(object, analysis),
    carrier: { kind, name: object.name, head: headOf(object) },
  };
}

/** `NAME-once`, of a Workflow's step `NAME-STEP-once`. */
function onceName({ object, template }: StressModel): string | null {
  if (object.name === null) return null;
  const step = template === undefined ? null : stringOf(entryOf(template, 'name')?.value);
  const whole = step === null ? object.name : `${object.name}-${step}`;
  return `${whole.slice(0, MAX_NAME - ONCE.length).replace(/[^a-z0-9]+$/, '')}${ONCE}`;
}

/** An embedded spec as an object of its own; a step's deadline is its duration. */
function once({ object, spec, template }: StressModel, name: string): StressChaos | null {
  const plain = toPlain(spec);
  if (plain === null) return null;
  const deadline = template === undefined ? null : stringOf(entryOf(template, 'deadline')?.value);
  return {
    apiVersion: API_VERSION,
    kind: 'StressChaos',
    metadata: { name, ...(object.namespace !== null && { namespace: object.namespace }) },
    // No error stands in it: the checks have held it against the very shape of the spec.
    spec: {
      ...(plain as unknown as StressChaosSpec),
      ...(deadline !== null && deadline !== '' && { duration: deadline }),
    },
  };
}

function headOf(object: ObjectModel): TextRange {
  const head = object.apiVersion?.key ?? object.kindEntry.key;
  return { start: head.start, end: head.end };
}

function rawOf(object: ObjectModel, { tree }: DocumentAnalysis): ManifestDocument['raw'] {
  if (tree.problems.length > 0) return null;
  const plain = toPlain(object.map);
  return plain as Readonly<Record<string, unknown>> | null;
}

function isSendable(object: ObjectModel, analysis: DocumentAnalysis): boolean {
  const kind = stringOf(object.kindEntry.value);
  return (
    isSound(object.map, analysis) &&
    kind === 'StressChaos' &&
    stringOf(object.apiVersion?.value) === API_VERSION
  );
}

/** Whether no error stands in a part of the document. */
function isSound({ start, end }: TextRange, { tree, findings }: DocumentAnalysis): boolean {
  return (
    tree.problems.length === 0 &&
    !findings.some(({ severity, range }) => severity === 'error' && range.start >= start && range.end <= end)
  );
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
    raw: template ? null : manifest.raw,
    carrier:
      manifest.carrier === null ? null : { ...manifest.carrier, head: shifted(manifest.carrier.head, by) },
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
