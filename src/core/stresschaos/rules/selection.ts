import type { StressModel } from '../check/model.js';
import { entryOf, mapOf, type YamlMap, type YamlNode } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';

/** The mode as written, where it is text. */
export function modeOf(model: StressModel): { readonly mode: string; readonly node: YamlNode } | null {
  const node = entryOf(model.spec, 'mode')?.value;
  const mode = stringOf(node);
  return node === undefined || mode === null ? null : { mode, node };
}

/** The selector, where it is a map. */
export function selectorOf(model: StressModel): YamlMap | undefined {
  return mapOf(model.spec, 'selector');
}

/** Whether a selector is there and picks something out. */
export function narrows(selector: YamlMap | undefined, names: readonly string[]): boolean {
  return names.some((name) => {
    const value = selector === undefined ? undefined : entryOf(selector, name)?.value;
    if (value?.kind === 'map') return value.entries.length > 0;
    return value?.kind === 'seq' && value.items.length > 0;
  });
}

/** Whether no selector stands in it that picks anything out. */
export function isEmpty(selector: YamlMap): boolean {
  return !narrows(
    selector,
    selector.entries.map((entry) => entry.key.text),
  );
}
