import type { Container, Pod, SecurityContext } from '../../core/kubernetes/objects.js';

/** A container's own security context over its Pod's. */
export function securityContextOf(pod: Pod, container: Container): SecurityContext {
  return { ...pod.spec.securityContext, ...container.securityContext };
}

/** Arguments of setpriv that give a process the container's user and take what its security context takes. */
export function credentialArguments(context: SecurityContext): string[] {
  const { runAsUser = 0, runAsGroup = 0, capabilities, allowPrivilegeEscalation } = context;
  const user =
    runAsUser === 0 && runAsGroup === 0
      ? []
      : [`--reuid=${runAsUser}`, `--regid=${runAsGroup}`, '--clear-groups'];
  const dropped = (capabilities?.drop ?? []).map((name) => `-${capabilityName(name)}`).join(',');
  const drop = dropped === '' ? [] : [`--bounding-set=${dropped}`, `--inh-caps=${dropped}`];
  return [...user, ...drop, ...(allowPrivilegeEscalation === false ? ['--no-new-privs'] : [])];
}

/** `ALL`, `NET_RAW` or `CAP_NET_RAW` as setpriv names it. */
function capabilityName(name: string): string {
  return name.replace(/^CAP_/, '').toLowerCase();
}

/** What a container asks for and the sandbox leaves out, for an Event that says so; null: nothing. */
export function leftOut({ seccompProfile, appArmorProfile }: SecurityContext): string | null {
  const parts = [
    seccompProfile !== undefined && seccompProfile.type !== 'Unconfined' ? 'seccompProfile' : null,
    appArmorProfile !== undefined && appArmorProfile.type !== 'Unconfined' ? 'appArmorProfile' : null,
  ].filter((part) => part !== null);
  return parts.length === 0
    ? null
    : `The Podstress sandbox does not apply ${parts.join(' and ')}: the container runs without`;
}
