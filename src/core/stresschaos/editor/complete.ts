import { DURATION_UNITS } from '../../units/duration.js';
import type { CheckOptions } from '../check/checker.js';
import type { TextRange } from '../finding.js';
import type { Locale } from '../locale.js';
import { API_VERSION } from '../spec/documents.js';
import { CHAOS_FIELDS, FLOW_TEMPLATES } from '../spec/embedding.js';
import { shapeOf } from '../spec/index.js';
import { OPERATORS, PHASES, POD_FIELDS } from '../spec/selector.js';
import type { Field, Format } from '../spec/types.js';
import { holdsIn, versionNumber } from '../version.js';
import { entryOf, seqOf, type YamlMap } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';
import type { ClusterNames } from './cluster-names.js';
import { type Cursor, cursorAt } from './cursor.js';
import { fieldDocumentation } from './documentation.js';

export interface LanguageOptions extends Pick<CheckOptions, 'chaosMeshVersion'> {
  readonly locale: Locale;
  /** Names of the connected cluster; null: not connected. */
  readonly cluster?: ClusterNames | null;
}

export interface Completion {
  readonly label: string;
  readonly kind: 'field' | 'value' | 'unit' | 'name';
  /** What replaces `range`. */
  readonly insertText: string;
  readonly range: TextRange;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** Whether the next word should be offered at once. */
  readonly more: boolean;
}

/** What may stand at the cursor: keys of the block, values of the field, units after a number, names of the cluster. */
export function complete(text: string, offset: number, options: LanguageOptions): Completion[] {
  const cursor = cursorAt(text, offset);
  if (cursor === null) return [];
  return cursor.place.role === 'key' ? keys(cursor, options) : values(cursor, options);
}

function keys(cursor: Cursor, options: LanguageOptions): Completion[] {
  const { type, maps } = cursor.place;
  const present = new Set(maps.at(-1)?.entries.map((entry) => entry.key.text));
  if (type.type === 'map') {
    return mapKeys(type.key, cursor, options)
      .filter((name) => !present.has(name))
      .map((name) => ({
        label: name,
        kind: 'name',
        insertText: cursor.hasColon ? quotedKey(name) : `${quotedKey(name)}: `,
        range: cursor.word,
        more: true,
      }));
  }
  if (type.type !== 'object') return [];
  const version = versionNumber(options.chaosMeshVersion ?? null);
  return shapeOf(type.shape)
    .fields.filter((field) => holdsIn(field, version) && !present.has(field.name))
    .map((field) => fieldCompletion(field, cursor, options));
}

function fieldCompletion(field: Field, cursor: Cursor, options: LanguageOptions): Completion {
  return {
    label: field.name,
    kind: 'field',
    insertText: field.name + (cursor.hasColon ? '' : afterKey(field, cursor)),
    range: cursor.word,
    detail: typeName(field),
    documentation: fieldDocumentation(field, options.locale),
    more: true,
  };
}

/** What follows a key: the start of its value, on a new line where it is a block. */
function afterKey(field: Field, cursor: Cursor): string {
  if (cursor.flow) return ': ';
  const inner = `\n${' '.repeat(cursor.indent + 2)}`;
  switch (field.type.type) {
    case 'object':
    case 'map':
      return `:${inner}`;
    case 'list':
      return `:${inner}- `;
    default:
      return ': ';
  }
}

function typeName(field: Field): string {
  const { type } = field;
  return type.type === 'list' ? `${type.of.type}[]` : type.type;
}

function quotedKey(name: string): string {
  return /^[A-Za-z][\w./-]*$/.test(name) ? name : `'${name}'`;
}

function mapKeys(format: Format | undefined, cursor: Cursor, options: LanguageOptions): readonly string[] {
  const { cluster } = options;
  switch (format) {
    case 'fieldKey':
      return POD_FIELDS;
    case 'pauseKey':
      return ['experiment.chaos-mesh.org/pause'];
    case 'namespace':
      return cluster?.namespaces() ?? [];
    case 'labelKey':
      return unique(podsInReach(cursor, options).flatMap((pod) => Object.keys(pod.labels)));
    case 'annotationKey':
      return unique(podsInReach(cursor, options).flatMap((pod) => Object.keys(pod.annotations)));
    case 'nodeLabelKey':
      return unique((cluster?.nodes() ?? []).flatMap((node) => Object.keys(node.labels)));
    default:
      return [];
  }
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** The selector around the cursor, or beside it in the same spec. */
function selectorMap(cursor: Cursor): YamlMap | undefined {
  for (const map of cursor.place.maps.toReversed()) {
    const selector = entryOf(map, 'selector')?.value;
    if (selector?.kind === 'map') return selector;
  }
  return undefined;
}

/** The Pods that the namespaces written so far leave to choose from. */
function podsInReach(cursor: Cursor, { cluster }: LanguageOptions) {
  const namespaces = (seqOf(selectorMap(cursor), 'namespaces')?.items ?? []).flatMap(
    (item) => stringOf(item) ?? [],
  );
  if (cluster == null) return [];
  return namespaces.length === 0 ? cluster.pods(null) : namespaces.flatMap((name) => cluster.pods(name));
}

function values(cursor: Cursor, options: LanguageOptions): Completion[] {
  const { type, entry } = cursor.place;
  if (type.type === 'boolean') return plain(['true', 'false'], cursor);
  if (type.type === 'integer') return plain(cursor.place.field?.suggest ?? [], cursor);
  if (type.type !== 'string') return [];
  const names = clusterValues(type.format, cursor, options);
  const fixed = type.values ?? formatValues(type.format, cursor);
  const suggested = fixed.length > 0 ? fixed : (cursor.place.field?.suggest ?? []);
  const units = unitValues(type.format, cursor.typed);
  const key = entry?.key.text;
  const kinds =
    key === 'kind' ? ['StressChaos', 'Schedule', 'Workflow'] : key === 'apiVersion' ? [API_VERSION] : [];
  return [
    ...units.map((label) => value(label, 'unit', cursor)),
    ...names.map((label) => value(quotedValue(label), 'name', cursor)),
    ...(units.length > 0 ? [] : plain(kinds.length > 0 ? kinds : suggested, cursor)),
  ];
}

function plain(labels: readonly string[], cursor: Cursor): Completion[] {
  return [...new Set(labels)].map((label) => value(label, 'value', cursor));
}

function value(text: string, kind: Completion['kind'], cursor: Cursor): Completion {
  const label = text.replace(/^'(.*)'$/, '$1');
  return { label, kind, insertText: text, range: cursor.word, more: false };
}

/** Text that YAML 1.1 would read as something else, quoted. */
function quotedValue(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : `'${text}'`;
}

function formatValues(format: Format | undefined, cursor: Cursor): readonly string[] {
  switch (format) {
    case 'operator':
      return OPERATORS;
    case 'phase':
      return PHASES;
    case 'templateType':
      return [...FLOW_TEMPLATES, ...CHAOS_FIELDS.keys()];
    case 'chaosKind':
      return CHAOS_FIELDS.has('StressChaos') ? ['StressChaos', ...CHAOS_FIELDS.keys()] : [];
    case 'templateName':
      return templateNames(cursor);
    case 'stressOption':
      return ['--time', '--size', '--workers'];
    default:
      return [];
  }
}

function templateNames(cursor: Cursor): string[] {
  const templates = cursor.place.maps.map((map) => seqOf(map, 'templates')).find((seq) => seq !== undefined);
  return (templates?.items ?? []).flatMap((item) =>
    item.kind === 'map' ? (stringOf(entryOf(item, 'name')?.value) ?? []) : [],
  );
}

/** After a number: the units that make it a size or a duration. */
function unitValues(format: Format | undefined, typed: string): string[] {
  const number = /^[0-9]+(?:\.[0-9]+)?/.exec(typed)?.[0];
  if (number === undefined) return [];
  if (format === 'size') {
    const percent = /^(?:100|[1-9][0-9]?)$/.test(number) ? [`${number}%`] : [];
    return [...['MiB', 'GiB', 'KiB', 'TiB', 'MB', 'GB'].map((unit) => number + unit), ...percent];
  }
  return format === 'duration' ? DURATION_UNITS.slice(0, 4).map((unit) => `'${number}${unit}'`) : [];
}

function clusterValues(
  format: Format | undefined,
  cursor: Cursor,
  options: LanguageOptions,
): readonly string[] {
  const { cluster } = options;
  if (cluster == null) return [];
  const key = cursor.place.entry?.key.text ?? '';
  switch (format) {
    case 'namespace':
      return cluster.namespaces();
    case 'pod':
      return cluster.pods(key).map((pod) => pod.name);
    case 'node':
      return cluster.nodes().map((node) => node.name);
    case 'container':
      return unique(podsInReach(cursor, options).flatMap((pod) => pod.containers));
    case 'labelKey':
      return unique(podsInReach(cursor, options).flatMap((pod) => Object.keys(pod.labels)));
    case 'labelValue': {
      const nodes = cursor.place.field?.name === 'nodeSelectors';
      const labelled = nodes ? cluster.nodes() : podsInReach(cursor, options);
      return unique(labelled.flatMap((each) => each.labels[key] ?? []));
    }
    default:
      return [];
  }
}
