import type { SelectionNode } from '../core/selection/select.js';
import type { NodeView } from './types.js';

/** The nodes as a selection needs them; null where the labels of one are not known. */
export function selectionNodes(nodes: readonly NodeView[]): readonly SelectionNode[] | null {
  const known = nodes.flatMap(({ name, facts }) => (facts === null ? [] : [{ name, labels: facts.labels }]));
  return nodes.length > 0 && known.length === nodes.length ? known : null;
}
