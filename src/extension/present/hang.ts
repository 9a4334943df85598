import type { ExperimentHang, ForceStep } from '../../lab/types.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';

/** Why a deletion hangs, in a few words: `chaos-daemon on node-1 does not answer`. */
export function hangReason(hang: ExperimentHang, { l10n }: Language): string {
  const held = hang.records.filter(isHeld);
  const silent = [...new Set(held.filter(isSilent).map(({ node }) => node))];
  if (hang.controllerReady === false) return l10n.t('Chaos Mesh’s controller does not run');
  if (silent.length === 1 && typeof silent[0] === 'string') {
    return l10n.t('chaos-daemon on {0} does not answer', plain(silent[0]));
  }
  if (silent.length > 0) return l10n.t('chaos-daemon does not answer on {0} nodes', silent.length);
  const error = held.find((record) => record.error !== null)?.error;
  if (typeof error === 'string') return plain(error);
  if (held.length > 0) {
    return l10n.t('{0} of {1} containers not recovered yet', held.length, hang.records.length);
  }
  if (hang.finalizers.length > 0) return l10n.t('held by {0}', hang.finalizers.map(plain).join(', '));
  return l10n.t('the API server has not removed it yet');
}

/** What gRPC and Chaos Mesh's controller say of a daemon that cannot be reached. */
const UNREACHABLE = /code = (?:DeadlineExceeded|Unavailable)\b|connection refused|cannot find daemonIP/;

/** Whether the daemon of the record's node is not ready, or did not answer when it was last asked. */
function isSilent({ node, daemonReady, error }: ExperimentHang['records'][number]): boolean {
  return daemonReady === false || (node !== null && error !== null && UNREACHABLE.test(error));
}

/** Whether a record's stress has not been taken back. */
export function isHeld({ phase }: ExperimentHang['records'][number]): boolean {
  return phase !== 'Not Injected' && !phase.startsWith('Not Injected/');
}

/** One record of a hanging deletion, as a row shows it. */
export interface HangRow {
  readonly held: boolean;
  /** `namespace/pod/container`. */
  readonly target: string;
  /** `Injected · node-1: chaos-daemon is not ready · rpc error: …`. */
  readonly state: string;
}

/** The records of a hanging deletion, those that hold it first. */
export function hangRows({ records }: ExperimentHang, { l10n }: Language): readonly HangRow[] {
  return records
    .toSorted((a, b) => Number(isHeld(b)) - Number(isHeld(a)) || (a.id < b.id ? -1 : 1))
    .map((record) => {
      const node = record.node === null ? l10n.t('node not known') : plain(record.node);
      const daemon = {
        true: l10n.t('{0}: chaos-daemon is ready', node),
        false: l10n.t('{0}: chaos-daemon is not ready', node),
        null: node,
      }[`${record.daemonReady}`];
      return {
        held: isHeld(record),
        target: plain(record.id),
        state: [plain(record.phase), daemon, ...(record.error === null ? [] : [plain(record.error)])].join(
          ' · ',
        ),
      };
    });
}

/** What a step out of a hanging deletion does and what it risks. */
export interface ForceStepText {
  readonly title: string;
  /** In one line of a list. */
  readonly brief: string;
  readonly risk: string;
  /** Whether something may stay behind that nobody takes away any more. */
  readonly harmful: boolean;
}

export function forceStepText(step: ForceStep, { l10n }: Language): ForceStepText {
  switch (step) {
    case 'retry-recovery':
      return {
        title: l10n.t('Try the recovery again'),
        brief: l10n.t('Risks nothing'),
        risk: l10n.t('Risks nothing: Chaos Mesh is asked to recover the containers once more.'),
        harmful: false,
      };
    case 'clean-finalizer':
      return {
        title: l10n.t('Give up the recovery'),
        brief: l10n.t('A stressor that still runs goes on until its container restarts'),
        risk: l10n.t(
          'Chaos Mesh removes the experiment without recovery. A stressor that still runs goes on until its container restarts.',
        ),
        harmful: true,
      };
    case 'remove-finalizers':
      return {
        title: l10n.t('Remove all finalizers'),
        brief: l10n.t('The same without Chaos Mesh, and nothing tells of the stressor any more'),
        risk: l10n.t(
          'The object goes at once, without Chaos Mesh. A stressor that still runs goes on until its container restarts, and nothing in the cluster tells of it any more.',
        ),
        harmful: true,
      };
  }
}
