import type { Workbench } from '../vscode/workbench.js';

/** A Pod as its row in the tree says it. */
export interface PodSeen {
  readonly name: string;
  readonly workingSetMiB: number;
  readonly limitMiB: number;
  readonly qosClass: string;
}

const SIZE = String.raw`([\d.,]+) (KiB|MiB|GiB)`;
const ROW = new RegExp(`^Pod (\\S+), working set ${SIZE} of ${SIZE}, .*QoS class (\\w+)`);
const MIB: Readonly<Record<string, number>> = { KiB: 1 / 1024, MiB: 1, GiB: 1024 };

/** The demo's Pods whose memory the tree shows now, by name. */
export async function podsSeen(workbench: Workbench): Promise<PodSeen[]> {
  const rows = await workbench.treeRows();
  return rows
    .flatMap(({ label }) => podOfRow(label) ?? [])
    .filter(({ name }) => name.startsWith('hello-kubernetes-'));
}

/** Reads the sentence of a Pod's row; null where it says no memory or is no Pod. */
export function podOfRow(label: string): PodSeen | null {
  const [, name, used, usedUnit, limit, limitUnit, qosClass] = ROW.exec(label) ?? [];
  if (name === undefined || qosClass === undefined) return null;
  return { name, workingSetMiB: mebibytes(used, usedUnit), limitMiB: mebibytes(limit, limitUnit), qosClass };
}

function mebibytes(number = '', unit = ''): number {
  return Number(number.replaceAll(',', '')) * (MIB[unit] ?? Number.NaN);
}
