import type { Pod } from './objects.js';

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** A ReplicaSet's name ends in the hash of its Deployment's Pod template, in this alphabet. */
const HASH = /-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/;

/**
 * What a Pod belongs to, by its controller. A ReplicaSet stands for its Deployment where its name ends in the Pod template's
 * hash: the Deployment itself is not read. Null for a Pod that stands alone.
 */
export function ownerOf({ metadata }: Pod): Owner | null {
  const owners = metadata.ownerReferences ?? [];
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  if (owner === undefined) return null;
  if (owner.kind !== 'ReplicaSet') return { kind: owner.kind, name: owner.name };
  const hash = metadata.labels?.['pod-template-hash'];
  const base =
    hash !== undefined && owner.name.endsWith(`-${hash}`)
      ? owner.name.slice(0, -hash.length - 1)
      : owner.name.replace(HASH, '');
  return base === owner.name || base === ''
    ? { kind: owner.kind, name: owner.name }
    : { kind: 'Deployment', name: base };
}
