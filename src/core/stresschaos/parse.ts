import type { StressChaos } from '../kubernetes/objects.js';
import { type CheckOptions, readDocuments } from './check/checker.js';
import type { ObjectModel, StressModel } from './check/model.js';
import type { TextRange } from './finding.js';
import type { ManifestDocument, MemoryAsk } from './manifest.js';
import { runtimeSize, webhookSize } from './size.js';
import { API_VERSION } from './spec/documents.js';
import { entryOf } from './yaml/node.js';
import { toPlain } from './yaml/plain.js';
import { integerOf, stringOf } from './yaml/scalar.js';

/**
 * The StressChaos objects of a text (documents, and items of a List), as far as they can be read. Never throws.
 * `object` is null while an error stands in its document, and in a template.
 */
export function parseManifests(text: string, options: CheckOptions = {}): ManifestDocument[] {
  const template = text.includes('{{');
  return readDocuments(text, options).flatMap(({ chunk, analysis }) =>
    analysis.objects
      .filter((object) => object.kind === 'StressChaos')
      .map((object) => {
        const own = shifted({ start: object.map.start, end: object.map.end }, chunk.start);
        const single = analysis.objects.length === 1 && analysis.tree.root === object.map;
        const broken =
          analysis.tree.problems.length > 0 ||
          analysis.findings.some((each) => each.severity === 'error' && within(each.range, object));
        const stress = analysis.stresses.find((each) => each.object === object);
        return {
          range: single ? { start: chunk.start, end: chunk.start + chunk.text.length } : own,
          head: shifted(object.apiVersion?.key ?? object.kindEntry.key, chunk.start),
          name: object.name,
          namespace: object.namespace,
          memory: stress === undefined ? null : memoryAsk(stress, chunk.start),
          object: broken || template || !isCurrent(object) ? null : plainObject(object),
        };
      }),
  );
}

function within(range: TextRange, object: ObjectModel): boolean {
  return range.start >= object.map.start && range.end <= object.map.end;
}

function shifted(range: TextRange, by: number): TextRange {
  return { start: range.start + by, end: range.end + by };
}

function isCurrent(object: ObjectModel): boolean {
  const kind = stringOf(object.kindEntry.value);
  return kind === 'StressChaos' && stringOf(object.apiVersion?.value) === API_VERSION;
}

function plainObject(object: ObjectModel): StressChaos | null {
  const plain = toPlain(object.map);
  // No error stands in it: the checks have held it against the very shape of StressChaos.
  return plain === null ? null : (plain as unknown as StressChaos);
}

/** What a memory stressor asks for; null where there is none, or its workers are no number. */
export function memoryAsk(stress: StressModel, base = 0): MemoryAsk | null {
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
    range: shifted(key, base),
  };
}
