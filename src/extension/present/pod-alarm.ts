import { NEAR_PERCENT } from '../../core/memory/forecast.js';
import type { ContainerView, PodView } from '../../lab/types.js';
import { oomKillsText, silentKillsText } from './count.js';
import type { Language } from './localizer.js';

/** `calm`; `near` from NEAR_PERCENT of the limit on; `killed` where the OOM killer has just acted. */
export type Alarm = 'calm' | 'near' | 'killed';

const LOUDEST_FIRST: readonly Alarm[] = ['killed', 'near', 'calm'];

/** The alarm of one container. A stale number raises none. */
export function containerAlarm(container: ContainerView): Alarm {
  if (container.justKilled) return 'killed';
  return isNear(container) ? 'near' : 'calm';
}

/** The loudest alarm of its containers: the kernel acts on each limit alone. */
export function podAlarm(pod: PodView): Alarm {
  const alarms = pod.containers.map(containerAlarm);
  return LOUDEST_FIRST.find((alarm) => alarms.includes(alarm)) ?? 'calm';
}

/** Whether the working set of now has reached NEAR_PERCENT of the container's own limit. */
export function isNear({ memory, limitBytes }: ContainerView): boolean {
  if (memory === null || memory.stale || limitBytes === null) return false;
  return memory.workingSetBytes * 100 >= limitBytes * NEAR_PERCENT;
}

/** Kills seen in a Pod since the connection was made. */
export function podKills(pod: PodView): number {
  return pod.containers.reduce((sum, { oomKills }) => sum + oomKills, 0);
}

export function podSilentKills(pod: PodView): number {
  return pod.containers.reduce((sum, { silentKills }) => sum + silentKills, 0);
}

/** Everything about a container that should worry, each as a few words. */
export function containerWorries(container: ContainerView, language: Language): readonly string[] {
  const { l10n } = language;
  const { oomKills, silentKills, memory, limitBytes, state } = container;
  return [
    ...(isNear(container) ? [l10n.t('near the limit')] : []),
    ...(oomKills > 0 ? [oomKillsText(oomKills, language)] : []),
    ...(silentKills > 0
      ? [
          l10n.t(
            '{0}: the container lived on and Kubernetes shows nothing',
            silentKillsText(silentKills, language),
          ),
        ]
      : []),
    ...(limitBytes === null && state === 'Running' ? [l10n.t('no limit of its own')] : []),
    ...(memory?.stale === true ? [l10n.t('the number is out of date')] : []),
  ];
}

/** The same of a Pod; a container is named where there are several. */
export function podWorries(pod: PodView, language: Language): readonly string[] {
  const named = pod.containers.length > 1;
  return pod.containers.flatMap((container) =>
    containerWorries(container, language).map((worry) => (named ? `${container.name}: ${worry}` : worry)),
  );
}
