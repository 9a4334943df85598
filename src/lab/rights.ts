import { type AccessRight, mayDo } from '../cluster/manage.js';
import type { Transport } from '../cluster/transport.js';
import type { MissingRights } from './types.js';

/**
 * Which of these rights the user lacks, with the commands that grant them; null where nothing is missing.
 *
 * @param prefix how the roles that the commands make are called. Throws ClusterError.
 */
export async function missingRights(
  transport: Transport,
  needed: readonly AccessRight[],
  prefix: string,
  signal: AbortSignal,
): Promise<MissingRights | null> {
  const allowed = await Promise.all(needed.map((right) => mayDo(transport, right, signal)));
  const missing = needed.filter((_, index) => allowed[index] === false);
  if (missing.length === 0) return null;
  const rights = missing.map((right) => ({
    verb: right.verb,
    resource: resourceText(right),
    namespace: right.namespace,
  }));
  return { rights, commands: grantCommands(missing, prefix) };
}

/** Commands with which an administrator grants what is missing. */
export function grantCommands(missing: readonly AccessRight[], prefix: string): string[] {
  const groups = new Map<string, AccessRight[]>();
  for (const one of missing) {
    const key = `${one.namespace ?? ''} ${resourceText(one)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const grants = [...groups.values()].map((rights, i) => ({ rights, name: `${prefix}-${i + 1}` }));
  return grants.flatMap(({ rights, name }) => {
    const [first] = rights;
    if (first === undefined) return [];
    const verbs = rights.map(({ verb }) => verb).join(',');
    const binding =
      first.namespace === null
        ? `kubectl create clusterrolebinding ${name} --clusterrole=${name} --user=USER`
        : `kubectl create rolebinding ${name} --clusterrole=${name} --user=USER --namespace=${first.namespace}`;
    return [`kubectl create clusterrole ${name} --verb=${verbs} --resource=${resourceText(first)}`, binding];
  });
}

/** `daemonsets.apps`, `pods/portforward`. */
function resourceText({ group, resource, subresource }: AccessRight): string {
  return `${resource}${group === '' ? '' : `.${group}`}${subresource === null ? '' : `/${subresource}`}`;
}
