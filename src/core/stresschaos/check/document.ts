import type { Finding, TextRange } from '../finding.js';
import { OBJECT_RULES, RULE_BY_CODE, SCHEDULE_RULES, STRESS_RULES, WORKFLOW_RULES } from '../rules/index.js';
import type { Params, ReportExtra, Rule } from '../rules/rule.js';
import type { ShapeName } from '../spec/types.js';
import { holdsIn, type VersionNumber } from '../version.js';
import { entryOf, mapOf, type YamlEntry, type YamlMap, type YamlNode, type YamlTree } from '../yaml/node.js';
import { readYaml } from '../yaml/read.js';
import { stringOf } from '../yaml/scalar.js';
import type { HostKind, ObjectModel, ScheduleModel, StressModel, StressorModel } from './model.js';
import { Source } from './source.js';
import { checkObject, type Say } from './structure.js';

/** What is known of one chunk. Offsets count from its start, so that it stays true wherever the chunk moves. */
export interface DocumentAnalysis {
  readonly findings: readonly Finding[];
  readonly objects: readonly ObjectModel[];
  readonly stresses: readonly StressModel[];
  readonly tree: YamlTree;
}

export interface CheckSettings {
  readonly version: VersionNumber;
  /** Codes of rules that keep silent. */
  readonly disabled: ReadonlySet<string>;
}

const KINDS: ReadonlyMap<string, HostKind> = new Map([
  ['stresschaos', 'StressChaos'],
  ['schedule', 'Schedule'],
  ['workflow', 'Workflow'],
]);
/** Findings of one document that are reported. */
const MAX_FINDINGS = 200;
const LISTS: ReadonlySet<string> = new Set(['List', 'StressChaosList', 'ScheduleList', 'WorkflowList']);
/** Documents that cannot concern us are not even parsed. */
const CONCERNS = /chaos-mesh\.org\/|pingcap\.com\/|kind["']?\s*:\s*["']?stress-?_?chaos/i;
const OUR_GROUPS = /^(?:chaos-mesh\.org|pingcap\.com)\//;

/** Whether a text may hold anything of ours: one regular expression, for the gate before everything else. */
export function mayConcernUs(text: string): boolean {
  return CONCERNS.test(text);
}

/** Reads and checks one chunk. Pure, never throws. */
export function analyseDocument(text: string, settings: CheckSettings): DocumentAnalysis {
  const tree = readYaml(text);
  return new Analysis(text, tree, settings).run();
}

class Analysis {
  readonly #findings: Finding[] = [];
  readonly #objects: ObjectModel[] = [];
  readonly #stresses: StressModel[] = [];
  readonly #tree: YamlTree;
  readonly #settings: CheckSettings;
  readonly #source: Source;
  readonly #seen = new Set<string>();

  constructor(text: string, tree: YamlTree, settings: CheckSettings) {
    this.#source = new Source(text);
    this.#tree = tree;
    this.#settings = settings;
  }

  run(): DocumentAnalysis {
    const { root, problems } = this.#tree;
    if (root?.kind === 'map') this.#object(root);
    // A broken document is ours where one of ours was found in it, or where so little was read that none could be.
    if (this.#objects.length > 0 || root?.kind !== 'map') {
      for (const problem of problems) {
        if (problem.code === 'TOO_DEEP') this.#say('MS058', problem, {});
        else this.#say('MS051', problem, { variant: problem.code, detail: problem.message });
      }
    }
    return {
      findings: this.#findings,
      objects: this.#objects,
      stresses: this.#stresses,
      tree: this.#tree,
    };
  }

  #say: Say = (code, range, params = {}, extra = {}) => this.#report(code, range, params, extra);

  #report(code: string, at: TextRange, params: Params, extra: ReportExtra): void {
    const range = this.#visible(at);
    const rule = RULE_BY_CODE.get(code);
    if (rule === undefined || this.#settings.disabled.has(code) || this.#full()) return;
    const broken = code !== 'MS051' && code !== 'MS058' ? this.#tree.problems : [];
    if (broken.length > 0 && extra.missing === true) return;
    if (broken.some((problem) => problem.start < range.end && range.start < problem.end)) return;
    const key = `${code}:${range.start}:${range.end}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#findings.push({
      code,
      severity: extra.severity ?? rule.severity,
      range: { start: range.start, end: range.end },
      params,
      ...(extra.fix === undefined ? {} : { fix: extra.fix }),
      ...(extra.suggestion === undefined ? {} : { suggestion: extra.suggestion }),
    });
  }

  /** A place with nothing in it (a key that is only its colon) shows as one character. */
  #visible(range: TextRange): TextRange {
    if (range.end > range.start) return range;
    const end = Math.min(range.start + 1, this.#source.text.length);
    return { start: Math.max(0, end - 1), end };
  }

  #full = (): boolean => this.#findings.length >= MAX_FINDINGS;

  #apply<Target>(rules: readonly Rule<Target>[], target: Target): void {
    for (const rule of rules) {
      if (!holdsIn(rule, this.#settings.version)) continue;
      rule.check?.(target, (range, params = {}, extra = {}) => this.#report(rule.code, range, params, extra));
    }
  }

  #object(map: YamlMap): void {
    const kindEntry = entryOf(map, 'kind');
    const kind = stringOf(kindEntry?.value);
    if (kindEntry === undefined || kind === null) return;
    const apiVersion = entryOf(map, 'apiVersion');
    if (LISTS.has(kind)) {
      this.#items(entryOf(map, 'items')?.value);
      return;
    }
    const host = KINDS.get(kind.toLowerCase().replaceAll(/[-_]/g, ''));
    if (host === undefined || !this.#isOurs(host, map, stringOf(apiVersion?.value))) return;
    const model = this.#model(host, map, kindEntry, apiVersion);
    this.#objects.push(model);
    checkObject(host, map, kindEntry.key, {
      say: this.#say,
      source: this.#source,
      version: this.#settings.version,
      full: this.#full,
      visit: (shape, block, key, parents) => this.#visit(model, shape, block, key, parents),
    });
    this.#apply(OBJECT_RULES, model);
  }

  #items(items: YamlNode | undefined): void {
    if (items?.kind !== 'seq') return;
    for (const item of items.items) if (item.kind === 'map') this.#object(item);
  }

  /** Other kinds are left alone, and so are Schedules and Workflows that hold no StressChaos. */
  #isOurs(host: HostKind, map: YamlMap, apiVersion: string | null): boolean {
    if (host === 'StressChaos')
      return apiVersion === null || OUR_GROUPS.test(apiVersion) || !apiVersion.includes('/');
    if (apiVersion === null || !OUR_GROUPS.test(apiVersion)) return false;
    const { text } = this.#source;
    return /stress-?_?chaos/i.test(map === this.#tree.root ? text : text.slice(map.start, map.end));
  }

  #model(kind: HostKind, map: YamlMap, kindEntry: YamlEntry, apiVersion: YamlEntry | undefined): ObjectModel {
    const metadata = entryOf(map, 'metadata');
    const meta = metadata?.value.kind === 'map' ? metadata.value : undefined;
    return {
      kind,
      map,
      kindEntry,
      apiVersion,
      metadata: meta,
      metadataKey: metadata?.key,
      name: meta === undefined ? null : stringOf(entryOf(meta, 'name')?.value),
      namespace: meta === undefined ? null : stringOf(entryOf(meta, 'namespace')?.value),
      source: this.#source,
      version: this.#settings.version,
    };
  }

  #visit(
    object: ObjectModel,
    shape: ShapeName,
    map: YamlMap,
    key: TextRange,
    parents: readonly YamlMap[],
  ): void {
    const base = { object, map, key, source: this.#source, version: this.#settings.version };
    if (shape === 'StressChaosSpec') {
      const model = this.#stress(object, map, key, parents);
      this.#stresses.push(model);
      this.#apply(STRESS_RULES, model);
    } else if (shape === 'ScheduleSpec' || shape === 'ChaosOnlyScheduleSpec') {
      this.#apply(SCHEDULE_RULES, base);
    } else if (shape === 'WorkflowSpec') {
      this.#apply(WORKFLOW_RULES, base);
    }
  }

  #stress(object: ObjectModel, spec: YamlMap, specKey: TextRange, parents: readonly YamlMap[]): StressModel {
    const stressors = mapOf(spec, 'stressors');
    const parent = parents.at(-1);
    const scheduleMap =
      parent !== undefined && entryOf(parent, 'schedule')?.value.kind === 'scalar' ? parent : undefined;
    const schedule: ScheduleModel | undefined =
      scheduleMap === undefined || object.kind === 'StressChaos'
        ? undefined
        : { object, map: scheduleMap, key: specKey, source: this.#source, version: this.#settings.version };
    const template = parents.findLast((map) => entryOf(map, 'templateType') !== undefined);
    return {
      object,
      spec,
      specKey,
      memory: stressorOf(stressors, 'memory'),
      cpu: stressorOf(stressors, 'cpu'),
      schedule,
      template,
      source: this.#source,
      version: this.#settings.version,
    };
  }
}

function stressorOf(stressors: YamlMap | undefined, kind: 'memory' | 'cpu'): StressorModel | undefined {
  const entry = stressors === undefined ? undefined : entryOf(stressors, kind);
  return entry?.value.kind === 'map' ? { kind, key: entry.key, entry, map: entry.value } : undefined;
}
