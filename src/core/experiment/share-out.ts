import type { Stressor } from './stressors.js';

/** What one experiment asks of a container. */
export interface Claim {
  readonly id: string;
  readonly kind: 'memory' | 'cpu';
  /** Bytes; null where it is not known. */
  readonly expectedBytes: number | null;
  /** Whether a stress run is this experiment's. */
  readonly ownsRun: (run: string) => boolean;
}

/** What one experiment has in a container. */
export interface Share {
  readonly pids: readonly number[];
  readonly bytes: number;
}

/**
 * Gives each of the experiments on one container its stressors, and each byte to one of them only. Runs tell whose they
 * are; of the rest nothing does: its bytes go to the experiments without a run of their own, the oldest first up to what
 * it asked for and what is over to the last, as the youngest is the likeliest to have found no room.
 *
 * @param claims in the order of their injection
 */
export function shareOut(stressors: readonly Stressor[], claims: readonly Claim[]): readonly Share[] {
  const owners = stressors.map(({ run }) =>
    run === null ? -1 : claims.findIndex((claim) => claim.ownsRun(run)),
  );
  const ofClaim = (index: number): Stressor[] => stressors.filter((_one, at) => owners[at] === index);
  const poolOf = (claim: Claim): Stressor[] => ofClaim(-1).filter((one) => isFor(claim, one, ofClaim(-1)));
  const poor = claims.map((_claim, index) => ofClaim(index).length === 0);
  const bytes = shareOutBytes(
    ofClaim(-1).reduce((sum, one) => sum + one.bytes, 0),
    claims.filter((_claim, index) => poor[index]),
  );
  return claims.map((claim, index) => {
    const own = ofClaim(index);
    if (!poor[index]) {
      return { pids: pidsOf(own), bytes: own.reduce((sum, one) => sum + one.bytes, 0) };
    }
    return { pids: pidsOf(poolOf(claim)), bytes: bytes.get(claim.id) ?? 0 };
  });
}

/** The same of bytes that nothing attributes: the oldest first, what is over to the last. By the claims' ids. */
export function shareOutBytes(total: number, claims: readonly Claim[]): ReadonlyMap<string, number> {
  const takers = claims.filter(({ kind }) => kind === 'memory');
  const shares = new Map<string, number>();
  let rest = total;
  takers.forEach(({ id, expectedBytes }, index) => {
    const isLast = index === takers.length - 1;
    const share = isLast || expectedBytes === null ? rest : Math.min(rest, expectedBytes);
    shares.set(id, share);
    rest -= share;
  });
  return shares;
}

/** A parent alone may be anyone's; beside workers of the other kind it is theirs. */
function isFor({ kind }: Claim, stressor: Stressor, all: readonly Stressor[]): boolean {
  if (stressor.kind !== 'any') return stressor.kind === kind;
  return all.some((one) => one.kind === kind) || all.every((one) => one.kind === 'any');
}

function pidsOf(stressors: readonly Stressor[]): readonly number[] {
  return stressors.map(({ pid }) => pid);
}
