import * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { explorerTarget } from '../connection/explorer-target.js';
import type { StressTarget } from '../present/container-stress.js';
import type { CommandHost } from './host.js';
import { nodesOf } from './tree-nodes.js';

export type StressTargets = readonly [StressTarget, ...StressTarget[]];

/**
 * What was clicked or selected: containers (of a Pod among several its first one, as Chaos Mesh would take), or a Pod alone, of
 * which one is still to be chosen; `none` where nothing was clicked, null where it is not there, which is said.
 */
export async function clickedTargets(
  host: CommandHost,
  lab: Lab,
  clicked: unknown,
  selected: unknown,
): Promise<StressTargets | { readonly pod: StressTarget['pod'] } | 'none' | null> {
  const theirs = await explorerTarget(lab, clicked);
  if (theirs === 'elsewhere') return null;
  if (theirs !== null) return { pod: theirs };
  const nodes = clicked === undefined ? [] : nodesOf(host, clicked, selected);
  const chosen = nodes.filter(({ kind }) => kind === 'pod' || kind === 'container');
  const [node] = chosen;
  if (node === undefined) return clicked === undefined ? 'none' : null;
  if (chosen.length === 1 && node.kind === 'pod') {
    const pod = host.pods.pod(node);
    return pod === undefined ? null : { pod };
  }
  const targets = new Map<string, StressTarget>();
  for (const one of chosen) {
    const pod = host.pods.pod(one);
    const name = one.kind === 'container' ? one.container : pod?.containers[0]?.name;
    const container = pod?.containers.find((each) => each.name === name);
    if (pod !== undefined && container !== undefined) {
      targets.set(`${pod.key}/${container.name}`, { pod, container });
    }
  }
  const [first, ...others] = targets.values();
  return first === undefined ? null : [first, ...others];
}

/** Tells that one object cannot stress what was selected without stressing more. */
export function tellNotExact(): void {
  void vscode.window.showErrorMessage(
    vscode.l10n.t(
      'One experiment has the same container names for all of its Pods, so this selection would stress more than was selected. Select containers of one name.',
    ),
  );
}
