import { readDocuments } from './check/checker.js';
import type { TextRange } from './finding.js';
import type { ManifestDocument } from './manifest.js';
import type { ServerProblem } from './server-errors.js';
import { entryOf, type YamlNode } from './yaml/node.js';

/**
 * Where in a file a server's problem stands: the field that it names, or the nearest one above it that is there; at the
 * object's head where nothing of the path is.
 */
export function locateProblem(
  text: string,
  document: Pick<ManifestDocument, 'head' | 'carrier'>,
  problem: Pick<ServerProblem, 'path' | 'at'>,
): TextRange {
  const head = document.carrier?.head ?? document.head;
  for (const { chunk, analysis } of readDocuments(text)) {
    const object = analysis.objects.find(({ map, apiVersion, kindEntry }) => {
      const first = apiVersion?.key ?? kindEntry.key;
      return !map.aliased && first.start + chunk.start === head.start;
    });
    if (object === undefined) continue;
    const found = fieldAt(object.map, problem);
    if (found !== null) return { start: found.start + chunk.start, end: found.end + chunk.start };
  }
  return head;
}

function fieldAt(root: YamlNode, { path, at }: Pick<ServerProblem, 'path' | 'at'>): TextRange | null {
  let node: YamlNode = root;
  let found: TextRange | null = null;
  for (const [depth, name] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (node.kind === 'map') {
      const entry = entryOf(node, name);
      if (entry === undefined || entry.merged) return found;
      node = entry.value;
      found = isLast && at === 'value' && isVisible(node) ? node : entry.key;
    } else if (node.kind === 'seq') {
      const item: YamlNode | undefined = node.items[Number(name)];
      if (item === undefined) return found;
      node = item;
      found = isVisible(node) ? node : (firstKey(node) ?? found);
    } else {
      return found;
    }
    if (node.aliased) return found;
  }
  return found;
}

function firstKey(node: YamlNode): TextRange | null {
  return node.kind === 'map' && !node.aliased ? (node.entries[0]?.key ?? null) : null;
}

/** A value in one piece; of a map or list its key says it better. */
function isVisible(node: YamlNode): boolean {
  return node.kind === 'scalar' && !node.aliased && node.end > node.start;
}
