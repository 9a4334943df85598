import type { ObjectMeta } from '../core/kubernetes/objects.js';
import type { ExperimentOrigin } from './types.js';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const PODSTRESS = 'podstress';
const USER = 'podstress.dev/user';
const FILE = 'podstress.dev/file';

/** The labels and annotations with what says who injects, and from which file. A manager that is named already stays. */
export function withOrigin(
  { labels, annotations }: Pick<ObjectMeta, 'labels' | 'annotations'>,
  { user, file }: ExperimentOrigin,
): Required<Pick<ObjectMeta, 'labels' | 'annotations'>> {
  const { [USER]: _user, [FILE]: _file, ...others } = annotations ?? {};
  return {
    labels: { [MANAGED_BY]: PODSTRESS, ...labels },
    annotations: {
      ...others,
      ...(user !== null && { [USER]: user }),
      ...(file !== null && { [FILE]: file }),
    },
  };
}

/** Who made the object with Podstress; null: it was not made so. */
export function originOf({ labels, annotations }: ObjectMeta): ExperimentOrigin | null {
  const user = annotations?.[USER] ?? null;
  const file = annotations?.[FILE] ?? null;
  return labels?.[MANAGED_BY] === PODSTRESS || user !== null ? { user, file } : null;
}
