import type { AccessRight } from '../cluster/manage.js';
import type { StressChaos } from '../core/kubernetes/objects.js';

const VERBS = ['create', 'get', 'list', 'watch', 'delete', 'patch'];

/**
 * What one needs to inject by Chaos Mesh: the object in its own namespace and, where Chaos Mesh asks for it
 * (vauth.kb.io), the right to create one in every namespace that is selected. Its webhook first fills an empty list of
 * namespaces with the experiment's own, so that a selection by Pods alone needs that one, too.
 *
 * @param namespace the experiment's own
 * @param checksRights null: not known, so it may
 */
export function chaosMeshRights(
  { spec }: Pick<StressChaos, 'spec'>,
  namespace: string,
  checksRights: boolean | null,
): readonly AccessRight[] {
  const { namespaces = [], pods = {} } = spec.selector;
  const listed = namespaces.length > 0 ? namespaces : [namespace];
  const selected = checksRights === false ? [] : [...listed, ...Object.keys(pods)];
  const others = [...new Set(selected)].filter((one) => one !== namespace).sort();
  const right = (verb: string, place: string): AccessRight => ({
    verb,
    group: 'chaos-mesh.org',
    resource: 'stresschaos',
    subresource: null,
    namespace: place,
  });
  return [...VERBS.map((verb) => right(verb, namespace)), ...others.map((one) => right('create', one))];
}

/** What one needs to inject by the agents in this namespace: a way to them. */
export function agentRights(namespace: string): readonly AccessRight[] {
  return [{ verb: 'create', group: '', resource: 'pods', subresource: 'portforward', namespace }];
}
