import type { PodsNode } from '../views/pods-model.js';
import type { CommandHost } from './host.js';

/**
 * What an action of the Pods tree acts on: all that is selected where the clicked row is among it, else the clicked row; with
 * neither (the palette, the keyboard) what is selected in the tree.
 */
export function nodesOf(host: CommandHost, clicked: unknown, selected: unknown): readonly PodsNode[] {
  const many = Array.isArray(selected) ? selected.filter(isPodsNode) : [];
  if (many.length > 0) return many;
  return isPodsNode(clicked) ? [clicked] : host.pods.selection;
}

const KINDS: ReadonlySet<unknown> = new Set<PodsNode['kind']>([
  'group',
  'pod',
  'container',
  'process',
  'more',
]);

function isPodsNode(value: unknown): value is PodsNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    KINDS.has(value.kind) &&
    'id' in value &&
    typeof value.id === 'string'
  );
}
