import { repairDuration } from '../../units/duration.js';
import type { TextRange } from '../finding.js';
import type { Params, ReportExtra } from '../rules/rule.js';
import { fieldOf, SHAPES, shapeOf } from '../spec/index.js';
import type { Field, FieldType, ShapeName } from '../spec/types.js';
import { holdsIn, type VersionNumber } from '../version.js';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../yaml/node.js';
import { integerOf, isNull, resolveScalar } from '../yaml/scalar.js';
import { nearest } from './nearest.js';
import type { Source } from './source.js';

export type Say = (code: string, range: TextRange, params?: Params, extra?: ReportExtra) => void;

export interface StructureContext {
  readonly say: Say;
  readonly source: Source;
  readonly version: VersionNumber;
  /** Whether so much was said of this document that more would help nobody. */
  readonly full: () => boolean;
  /** Called for each block before its fields are looked at, with the blocks around it from the root down. */
  readonly visit: (shape: ShapeName, map: YamlMap, key: TextRange, parents: readonly YamlMap[]) => void;
}

/** Holds an object against its shape: unknown and missing fields, types, ranges, enumerations, duplicates. */
export function checkObject(
  shape: ShapeName,
  map: YamlMap,
  key: TextRange,
  context: StructureContext,
  parents: readonly YamlMap[] = [],
): void {
  context.visit(shape, map, key, parents);
  const within = [...parents, map];
  const present = new Set(map.entries.map((entry) => entry.key.text));
  reportDuplicates(map, context);
  for (const entry of map.entries) {
    if (context.full()) return;
    const field = fieldOf(shape, entry.key.text);
    if (field === undefined) reportUnknown(shape, map, entry, present, context);
    else if (!holdsIn(field, context.version)) {
      const params = {
        field: field.name,
        variant: 'version',
        since: field.since ?? '',
        until: field.until ?? '',
      };
      context.say('MS001', entry.key, params, { fix: context.source.removeEntry(map, entry) });
    } else checkField(field, entry, context, within);
  }
  for (const field of shapeOf(shape).fields) {
    if (field.required !== true || !holdsIn(field, context.version)) continue;
    if (present.has(field.name)) continue;
    reportMissing(field, map, key, context);
  }
}

function reportMissing(field: Field, map: YamlMap, key: TextRange, context: StructureContext): void {
  const line = field.codes?.missing === 'MS006' ? 'workers: 1' : undefined;
  const fix = line === undefined ? undefined : context.source.addEntry(map, line);
  context.say(field.codes?.missing ?? 'MS046', key, { field: field.name }, { missing: true, fix });
}

function reportDuplicates(map: YamlMap, context: StructureContext): void {
  const seen = new Set<string>();
  for (const entry of map.entries) {
    if (entry.merged) continue;
    if (context.full()) return;
    if (seen.has(entry.key.text)) context.say('MS049', entry.key, { field: entry.key.text });
    seen.add(entry.key.text);
  }
}

function reportUnknown(
  shape: ShapeName,
  map: YamlMap,
  entry: YamlEntry,
  present: ReadonlySet<string>,
  context: StructureContext,
): void {
  const name = entry.key.text;
  const retired = shapeOf(shape).retired?.find((each) => each.name === name);
  if (retired !== undefined) {
    context.say(
      retired.code,
      entry.key,
      { field: name, ...valueParam(entry) },
      retiredFix(retired.code, map, entry, context),
    );
    return;
  }
  const free = shapeOf(shape)
    .fields.filter((field) => holdsIn(field, context.version))
    .map((field) => field.name)
    .filter((field) => !present.has(field));
  const near = nearest(name, free);
  if (near !== null) {
    const fix = context.source.renameKey(entry, near);
    context.say('MS001', entry.key, { field: name, variant: 'nearest', nearest: near }, { fix });
    return;
  }
  const home = SHAPES.find(
    (other) => other.name !== shape && STRESS_SHAPES.has(other.name) && fieldOf(other.name, name),
  );
  if (home !== undefined && STRESS_SHAPES.has(shape)) {
    context.say('MS001', entry.key, {
      field: name,
      variant: 'misplaced',
      place: PLACES.get(home.name) ?? '',
    });
    return;
  }
  context.say('MS001', entry.key, { field: name });
}

const PLACES: ReadonlyMap<ShapeName, string> = new Map<ShapeName, string>([
  ['StressChaosSpec', 'spec'],
  ['Stressors', 'spec.stressors'],
  ['MemoryStressor', 'spec.stressors.memory'],
  ['CpuStressor', 'spec.stressors.cpu'],
  ['PodSelectorSpec', 'spec.selector'],
]);
const STRESS_SHAPES: ReadonlySet<ShapeName> = new Set(PLACES.keys());

function valueParam(entry: YamlEntry): Params {
  if (entry.value.kind !== 'scalar') return {};
  const { text } = entry.value;
  return { value: entry.key.text === 'time' ? workingTime(text) : text };
}

/** The documentation's own example of `time`, 10min, is no duration: what works instead. */
function workingTime(text: string): string {
  return repairDuration(text) ?? text;
}

/** What becomes of a field that was never there (`time`) or is no more (`containerName`). */
function retiredFix(code: string, map: YamlMap, entry: YamlEntry, context: StructureContext): ReportExtra {
  const { source } = context;
  if (code === 'MS002') {
    if (
      entry.value.kind !== 'scalar' ||
      map.aliased ||
      map.entries.some((other) => other.key.text === 'options')
    )
      return {};
    if (entry.merged || entry.value.aliased) return {};
    const value = workingTime(entry.value.text).replaceAll("'", "''");
    const end = Math.max(entry.key.end, entry.value.end);
    return { fix: [{ range: { start: entry.key.start, end }, newText: `options: ['--time', '${value}']` }] };
  }
  if (entry.key.text === 'containerName' && entry.value.kind === 'scalar') {
    if (
      entry.merged ||
      entry.value.aliased ||
      map.entries.some((other) => other.key.text === 'containerNames')
    )
      return {};
    const range = { start: entry.key.start, end: Math.max(entry.key.end, entry.value.end) };
    return { fix: [{ range, newText: `containerNames: [${source.raw(entry.value)}]` }] };
  }
  return { fix: source.removeEntry(map, entry) };
}

function checkField(
  field: Field,
  entry: YamlEntry,
  context: StructureContext,
  parents: readonly YamlMap[],
): void {
  if (isNull(entry.value)) {
    const silent = field.nullable === true || field.type.type === 'any' || field.codes?.type === 'MS012';
    if (silent) return;
    const code = field.codes?.missing ?? field.codes?.type ?? 'MS045';
    context.say(code, entry.key, { field: field.name, expected: field.type.type, actual: 'null' });
    return;
  }
  checkValue(field.type, entry.value, field, entry.key, context, parents);
}

function checkValue(
  type: FieldType,
  node: YamlNode,
  field: Field,
  key: TextRange,
  context: StructureContext,
  parents: readonly YamlMap[],
): void {
  switch (type.type) {
    case 'any':
      return;
    case 'object':
      if (node.kind === 'map') checkObject(type.shape, node, key, context, parents);
      else wrongType(type, node, field, context);
      return;
    case 'list':
      if (node.kind !== 'seq') wrongType(type, node, field, context);
      else {
        for (const item of node.items) {
          const at = item.kind === 'map' ? (item.entries[0]?.key ?? item) : item;
          checkValue(type.of, item, field, at, context, parents);
        }
      }
      return;
    case 'map':
      if (node.kind !== 'map') wrongType(type, node, field, context);
      else {
        reportDuplicates(node, context);
        for (const entry of node.entries)
          checkValue(type.of, entry.value, field, entry.key, context, parents);
      }
      return;
    case 'integer':
      checkInteger(type, node, field, context);
      return;
    case 'boolean':
      if (node.kind !== 'scalar' || resolveScalar(node).type !== 'boolean')
        wrongType(type, node, field, context);
      return;
    case 'string':
      checkString(type, node, field, context);
      return;
  }
}

function checkString(
  type: FieldType & { readonly type: 'string' },
  node: YamlNode,
  field: Field,
  context: StructureContext,
): void {
  if (node.kind !== 'scalar' || resolveScalar(node).type !== 'string') {
    wrongType(type, node, field, context);
  } else if (type.values !== undefined && !type.values.includes(node.text)) {
    const near = nearest(node.text, type.values);
    const params = { field: field.name, value: node.text, allowed: type.values.join(', ') };
    if (near === null) context.say('MS047', node, params);
    else {
      const fix = context.source.replaceScalar(node, near);
      context.say('MS047', node, { ...params, variant: 'nearest', nearest: near }, { fix });
    }
  }
}

function checkInteger(
  type: FieldType & { readonly type: 'integer' },
  node: YamlNode,
  field: Field,
  context: StructureContext,
): void {
  const value = integerOf(node);
  if (value === null) {
    wrongType(type, node, field, context);
    return;
  }
  const low =
    type.minimum !== undefined && (type.exclusiveMinimum ? value <= type.minimum : value < type.minimum);
  const high = type.maximum !== undefined && value > type.maximum;
  if (!low && !high) return;
  const minimum = type.minimum === undefined ? '' : type.minimum + (type.exclusiveMinimum ? 1 : 0);
  const params = { field: field.name, value, minimum, maximum: type.maximum ?? '' };
  const variant = type.maximum === undefined ? { variant: 'minimum' } : {};
  context.say(field.codes?.range ?? 'MS048', node, { ...params, ...variant });
}

function wrongType(type: FieldType, node: YamlNode, field: Field, context: StructureContext): void {
  const params = { field: field.name, expected: type.type, actual: actualType(node) };
  context.say(field.codes?.type ?? 'MS045', node, params, { fix: typeFix(type, node, field, context) });
}

function actualType(node: YamlNode): string {
  if (node.kind === 'map') return 'object';
  return node.kind === 'seq' ? 'list' : resolveScalar(node).type;
}

function typeFix(
  type: FieldType,
  node: YamlNode,
  field: Field,
  context: StructureContext,
): ReportExtra['fix'] {
  const { source } = context;
  if (node.kind !== 'scalar' || node.aliased) return undefined;
  if (type.type === 'string') {
    if (field.codes?.type === 'MS012') return sizeFix(node, source);
    return source.quote(node);
  }
  if (type.type === 'integer' && /^[+-]?[0-9]+$/.test(node.text.trim()))
    return source.bare(node, String(Number(node.text)));
  if (type.type === 'boolean' && /^(true|false)$/i.test(node.text))
    return source.bare(node, node.text.toLowerCase());
  if (type.type === 'list' && type.of.type === 'string') return source.bare(node, `[${source.raw(node)}]`);
  return undefined;
}

/** `size: 256` most likely means 256 MiB. */
function sizeFix(node: YamlScalar, source: Source): ReportExtra['fix'] {
  const value = resolveScalar(node);
  if ((value.type !== 'integer' && value.type !== 'number') || !(value.value > 0)) return undefined;
  return source.bare(node, `${value.value}MiB`);
}
