import type { StressModel } from '../check/model.js';
import type { TextRange } from '../finding.js';
import { labelNameError } from '../names.js';
import { selectorOf } from '../rules/selection.js';
import { entryOf, mapOf, seqOf, type YamlNode } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';

/** Where the selector stands: its key, or where it is missing. */
export function selectorPlace({ spec, specKey }: StressModel): TextRange {
  return entryOf(spec, 'selector')?.key ?? specKey;
}

/** The mode's value. */
export function modePlace(model: StressModel): TextRange {
  return entryOf(model.spec, 'mode')?.value ?? model.specKey;
}

/** Where a namespace is named in which Pods are looked for; without that, where the namespace comes from. */
export function namespacePlace(model: StressModel, namespace: string): TextRange {
  const selector = selectorOf(model);
  const pods = mapOf(selector, 'pods')?.entries ?? [];
  const named = pods.find(({ key }) => key.text === namespace)?.key;
  if (named !== undefined) return named;
  const item = seqOf(selector, 'namespaces')?.items.find((one) => stringOf(one) === namespace);
  return item ?? selectorPlace(model);
}

/** The size of the memory stressor, or the stressor. */
export function sizePlace(model: StressModel): TextRange {
  return sizeNode(model) ?? memoryPlace(model);
}

export function sizeNode({ memory }: StressModel): YamlNode | undefined {
  return memory === undefined ? undefined : entryOf(memory.map, 'size')?.value;
}

/** The key of the memory stressor; where there is none, that of the spec. */
export function memoryPlace({ memory, specKey }: StressModel): TextRange {
  return memory?.key ?? specKey;
}

/** The oom_score_adj that is given, else the memory stressor. */
export function adjPlace(model: StressModel): TextRange {
  const node = model.memory === undefined ? undefined : entryOf(model.memory.map, 'oomScoreAdj')?.value;
  return node ?? memoryPlace(model);
}

const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/;

/** A name from the cluster as YAML; null: it is none that Kubernetes would take. */
export function yamlName(name: string): string | null {
  if (labelNameError(name) !== null) return null;
  return /^[a-z][-a-z0-9]*$/.test(name) && !WORDS.test(name) ? name : `'${name}'`;
}

/** A few names, and that there are more. */
export function names(all: readonly string[], most = 3): string {
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown}, +${all.length - most}` : shown;
}
