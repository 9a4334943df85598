import type { Pod, StressChaosSpec } from '../kubernetes/objects.js';
import { type SelectionNode, selectPods } from '../selection/select.js';
import { matchesGlob } from './glob.js';

/** What the user's settings forbid or guard. */
export interface SafetyRules {
  /** Patterns of contexts' names (`*`: any characters): their name must be typed. */
  readonly protectedContexts: readonly string[];
  /** Patterns of namespaces that are acted on: their name must be typed. */
  readonly protectedNamespaces: readonly string[];
  /** More Pods than this at once are refused; 0: no limit. */
  readonly maxTargets: number;
}

export const DEFAULT_SAFETY_RULES: SafetyRules = {
  protectedContexts: ['*prod*'],
  protectedNamespaces: [
    'kube-*',
    '*-system',
    'openshift',
    'openshift-*',
    'chaos-mesh',
    'chaos-testing',
    'podstress',
  ],
  maxTargets: 20,
};

/** An experiment as far as its reach goes. */
export interface PlannedExperiment {
  readonly spec: StressChaosSpec;
  /** Where its object lives: what an empty list of namespaces means. */
  readonly namespace: string;
}

/** Everything that an injection is judged by. */
export interface SafetyInput {
  /** The workspace is trusted; for a command line, always. */
  readonly trusted: boolean;
  readonly context: string;
  /** All that one gesture would inject. */
  readonly experiments: readonly PlannedExperiment[];
  /** Every Pod that the user can see. */
  readonly pods: Iterable<{ readonly pod: Pod }>;
  /** Null: not known; then selectors of nodes are taken to hit every node. */
  readonly nodes: readonly SelectionNode[] | null;
  /** Where Chaos Mesh itself runs; null: not known. */
  readonly chaosMeshNamespace: string | null;
  readonly rules: SafetyRules;
}

/** Why an injection does not happen, whatever the user says. */
export type Refusal =
  | { readonly code: 'untrusted-workspace' }
  /** It may hit what makes stress or watches it. `pods`: `namespace/name`, all of them. */
  | { readonly code: 'own-pods'; readonly of: 'chaos-mesh' | 'agent'; readonly pods: readonly string[] }
  /** `targets`: the most Pods that it may hit. */
  | { readonly code: 'too-many-targets'; readonly targets: number; readonly maxTargets: number };

/** What happens only when the user types its name. */
export type Caution =
  | { readonly code: 'protected-context'; readonly name: string; readonly pattern: string }
  /** `pattern` null: Chaos Mesh itself runs there. */
  | { readonly code: 'protected-namespace'; readonly name: string; readonly pattern: string | null }
  /** It acts in another cluster, whose Pods nobody here can see. */
  | { readonly code: 'remote-cluster'; readonly name: string };

export interface SafetyVerdict {
  readonly refusals: readonly Refusal[];
  /** Each name once, the context first. */
  readonly cautions: readonly Caution[];
}

/** Judges an injection before anything happens. With any refusal it must not happen. */
export function judgeInjection(input: SafetyInput): SafetyVerdict {
  return { refusals: refusalsOf(input), cautions: cautionsOf(input) };
}

/** Namespaces whose Pods the experiment may hit; its own only where its selector means it. */
export function reachedNamespaces({ spec, namespace }: PlannedExperiment): readonly string[] {
  const { pods = {}, namespaces = [] } = spec.selector;
  const named = Object.keys(pods);
  if (named.length > 0) return named;
  return namespaces.length > 0 ? [...new Set(namespaces)] : [namespace];
}

function refusalsOf(input: SafetyInput): Refusal[] {
  const refusals: Refusal[] = [];
  if (!input.trusted) refusals.push({ code: 'untrusted-workspace' });
  const reach = reachOf(input);
  for (const of of ['chaos-mesh', 'agent'] as const) {
    const pods = reach.candidates.filter(({ metadata }) => OWN_LABELS[of](metadata.labels ?? {})).map(keyOf);
    if (pods.length > 0) refusals.push({ code: 'own-pods', of, pods });
  }
  const { maxTargets } = input.rules;
  if (maxTargets > 0 && reach.atMost > maxTargets) {
    refusals.push({ code: 'too-many-targets', targets: reach.atMost, maxTargets });
  }
  return refusals;
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

/** Chaos Mesh 1.x has the name alone, 2.0 and later the part, too. */
const OWN_LABELS: Readonly<Record<'chaos-mesh' | 'agent', LabelTest>> = {
  'chaos-mesh': (labels) =>
    labels['app.kubernetes.io/part-of'] === 'chaos-mesh' || labels['app.kubernetes.io/name'] === 'chaos-mesh',
  agent: (labels) => labels['app.kubernetes.io/name'] === 'podstress-agent',
};

/** Every Pod that may be hit, and the most that are hit at once: of experiments that share Pods each Pod once. */
function reachOf({ experiments, pods, nodes }: SafetyInput): {
  readonly candidates: readonly Pod[];
  readonly atMost: number;
} {
  const all = [...pods];
  const candidates = new Map<string, Pod>();
  let atMost = 0;
  for (const { spec, namespace } of experiments) {
    if (spec.remoteCluster !== undefined && spec.remoteCluster !== '') continue;
    const selection = selectPods({ spec: widened(spec, nodes), namespace, pods: all, nodes });
    const hit = selection.pods.filter(({ containers }) => containers.length > 0);
    for (const { item } of hit) candidates.set(keyOf(item.pod), item.pod);
    atMost += Math.min(selection.atMost, hit.length);
  }
  return { candidates: [...candidates.values()], atMost: Math.min(atMost, candidates.size) };
}

/** The experiment without its choice of nodes, where that cannot be told: it may hit less, never more. */
function widened(spec: StressChaosSpec, nodes: readonly SelectionNode[] | null): StressChaosSpec {
  if (nodes !== null) return spec;
  return { ...spec, selector: { ...spec.selector, nodes: [], nodeSelectors: {} } };
}

function cautionsOf({ context, experiments, chaosMeshNamespace, rules }: SafetyInput): Caution[] {
  const cautions: Caution[] = [];
  const contextPattern = matching(rules.protectedContexts, context);
  if (contextPattern !== undefined) {
    cautions.push({ code: 'protected-context', name: context, pattern: contextPattern });
  }
  const local = experiments.filter(({ spec }) => (spec.remoteCluster ?? '') === '');
  for (const name of new Set(local.flatMap(reachedNamespaces))) {
    const pattern = matching(rules.protectedNamespaces, name) ?? null;
    if (pattern !== null || name === chaosMeshNamespace) {
      cautions.push({ code: 'protected-namespace', name, pattern });
    }
  }
  for (const name of new Set(experiments.map(({ spec }) => spec.remoteCluster ?? ''))) {
    if (name !== '') cautions.push({ code: 'remote-cluster', name });
  }
  return cautions;
}

function matching(patterns: readonly string[], name: string): string | undefined {
  return patterns.find((pattern) => matchesGlob(pattern, name));
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
