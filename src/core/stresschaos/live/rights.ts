import type { HostKind } from '../check/model.js';
import type { LiveStress } from './stress.js';

/** A right to create that an experiment takes. */
export interface NeededRight {
  /** Empty: in the whole cluster. */
  readonly namespace: string;
  readonly resource: string;
  /** Who wants it: the API server, or Chaos Mesh's webhook where it checks rights. */
  readonly by: 'server' | 'webhook';
}

/** What the API server calls the kinds, and what the webhook makes of them: it lower-cases the kind. */
const RESOURCES: Readonly<Record<HostKind, { readonly server: string; readonly webhook: string }>> = {
  StressChaos: { server: 'stresschaos', webhook: 'stresschaos' },
  Schedule: { server: 'schedules', webhook: 'schedule' },
  Workflow: { server: 'workflows', webhook: 'workflow' },
};

/**
 * What the user must be allowed to create: the object itself in its own namespace, and by Chaos Mesh's webhook one of its kind in
 * every namespace that is selected. A Schedule's selector is not completed before it is asked, so that one without namespaces takes
 * the right to the whole cluster.
 */
export function neededRights({
  model,
  namespace,
  namespaces,
  spec,
}: Pick<LiveStress, 'model' | 'namespace' | 'namespaces' | 'spec'>): readonly NeededRight[] {
  const { kind } = model.object;
  const { server, webhook } = RESOURCES[kind];
  const isOpen =
    (spec.selector.namespaces?.length ?? 0) === 0 && Object.keys(spec.selector.pods ?? {}).length === 0;
  const asked = kind !== 'StressChaos' && isOpen ? (kind === 'Schedule' ? [''] : []) : namespaces;
  // The webhook completes a StressChaos before it is asked: what names Pods alone is asked for in its own namespace too.
  const own = kind === 'StressChaos' && (spec.selector.namespaces?.length ?? 0) === 0 ? [namespace] : [];
  return [
    { namespace, resource: server, by: 'server' },
    ...[...new Set([...asked, ...own])].map((one) => ({
      namespace: one,
      resource: webhook,
      by: 'webhook' as const,
    })),
  ];
}
