import type { StressChaos } from '../core/kubernetes/objects.js';
import { isInjected } from './experiments.js';
import type { ChaosMeshInstallation, ExperimentHang, ForceStep } from './types.js';

/** How long a deletion may take: usually a round trip to each node's daemon. */
export interface DeletionTiming {
  /** After this it is explained, and given up where something is known to be wrong, ms. */
  readonly hangsAfterMs: number;
  /** After this it is given up anyway, ms. */
  readonly goneWithinMs: number;
}

export const DELETION: DeletionTiming = { hangsAfterMs: 10_000, goneWithinMs: 60_000 };

/** What a deletion waits for. */
export interface HangFacts {
  /** Null: not read. */
  readonly installation: ChaosMeshInstallation | null;
  /** The node of a Pod (`namespace/name`); null: not known. */
  readonly nodeOf: (podKey: string) => string | null;
}

/** What a deletion that takes too long waits for, and what can be done. */
export function experimentHang(
  { metadata, status }: StressChaos,
  { installation, nodeOf }: HangFacts,
): ExperimentHang {
  const controllerReady = installation?.controllerReady ?? null;
  const daemonNodes = installation?.daemonNodes ?? null;
  const records = (status?.experiment?.containerRecords ?? []).map((record) => {
    const node = nodeOf(record.id.split('/').slice(0, 2).join('/'));
    const last = record.events?.at(-1);
    const failed = last?.type === 'Failed' && last.operation === 'Recover';
    return {
      id: record.id,
      phase: record.phase,
      error: failed && isInjected(record) ? (last.message ?? 'it could not be recovered') : null,
      node,
      daemonReady: node === null || daemonNodes === null ? null : daemonNodes.includes(node),
    };
  });
  return {
    since: metadata.deletionTimestamp ?? '',
    finalizers: metadata.finalizers ?? [],
    records,
    controllerReady,
    steps: stepsFor(metadata.finalizers ?? [], controllerReady),
  };
}

/** What Chaos Mesh itself is to do needs its controller, and helps only against its own finalizers. */
function stepsFor(finalizers: readonly string[], controllerReady: boolean | null): readonly ForceStep[] {
  const byController = controllerReady !== false && finalizers.some((one) => one.startsWith('chaos-mesh/'));
  return [
    ...(byController ? (['retry-recovery', 'clean-finalizer'] as const) : []),
    ...(finalizers.length > 0 ? (['remove-finalizers'] as const) : []),
  ];
}

/** What a deletion hangs on, in words; null where nothing is known to be wrong: it may only be slow. */
export function hangCause(hang: ExperimentHang): string | null {
  const causes = [
    ...(hang.controllerReady === false ? ["Chaos Mesh's controller is not ready"] : []),
    ...hang.records.filter((one) => one.phase !== 'Not Injected').flatMap(causeOf),
    ...hang.finalizers
      .filter((one) => !one.startsWith('chaos-mesh/'))
      .map((one) => `the finalizer ${one} is not Chaos Mesh's`),
  ];
  return causes.length === 0 ? null : causes.join('; ');
}

function causeOf({ id, error, node, daemonReady }: ExperimentHang['records'][number]): string[] {
  const daemon = daemonReady === false ? [`no chaos-daemon is ready on ${node}`] : [];
  const why = [...(error === null ? [] : [error]), ...daemon];
  return why.length === 0 ? [] : [`${id} is not recovered (${why.join(', ')})`];
}
