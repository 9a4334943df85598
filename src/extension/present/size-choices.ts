import { manifestSize } from '../../core/units/size.js';
import type { StressTarget } from './container-stress.js';
import { workingSetOf } from './forecast.js';
import { askOf, type Choice, exactText, type SizeWorld, sizeChoice } from './stress-choices.js';

const MIB = 1024 ** 2;

/** Stressors hold some MiB themselves, and page tables come on top: closer to the limit than this is over it, bytes. */
const KEPT_FREE = 12 * MIB;
/** Also kept free, and how far over the limit the last suggestion goes: a share of head-room and limit. */
const SMALL_SHARE = 0.05;
const OVER_SHARE = 0.1;

/** Where nothing is known to hold a size against. */
const PLAIN_SIZES = ['50MiB', '256MiB', '1GiB'];

/**
 * Sizes to choose from, held against the container that has the least room: a half and most of its head-room, just under its
 * limit, and over it. Without a limit, some common ones.
 */
export function sizeChoices(world: SizeWorld): readonly Choice<string>[] {
  const { l10n } = world.language;
  const tightest = tightestOf(world.targets);
  if (tightest === null) {
    return PLAIN_SIZES.map((size) =>
      sizeChoice(size, exactText(askOf(size, 1).totalBytes ?? 0, world), world),
    );
  }
  const { roomBytes, limitBytes, measured } = tightest;
  const most = roomBytes - Math.max(KEPT_FREE, roomBytes * SMALL_SHARE);
  const over = roomBytes + Math.max(KEPT_FREE, limitBytes * OVER_SHARE);
  const shares = (measured ? [50, 80] : [25, 50]).filter((percent) => roomBytes * percent <= most * 100);
  const rows: (readonly [bytes: number, why: string])[] = shares.map((percent) => [
    (roomBytes * percent) / 100,
    measured ? l10n.t('{0} % of the head-room', percent) : l10n.t('{0} % of the limit', percent),
  ]);
  if (measured) rows.push([most, l10n.t('just under the limit')]);
  rows.push([over, l10n.t('over the limit')]);
  const choices = new Map<string, Choice<string>>();
  for (const [bytes, why] of rows) {
    if (bytes < MIB) continue;
    const size = manifestSize(Math.floor(bytes / MIB) * MIB);
    if (choices.has(size)) continue;
    const exact = exactText(askOf(size, 1).totalBytes ?? 0, world);
    choices.set(size, sizeChoice(size, `${why} · ${exact}`, world));
  }
  return [...choices.values()];
}

interface Room {
  /** Bytes to the limit. */
  readonly roomBytes: number;
  readonly limitBytes: number;
  /** False: nobody measures what is in use, and the room is the whole limit. */
  readonly measured: boolean;
}

/** The container with the least head-room; null where none has a limit. */
function tightestOf(targets: readonly StressTarget[]): Room | null {
  const rooms = targets.flatMap(({ container }): Room[] => {
    const { limitBytes } = container;
    if (limitBytes === null) return [];
    const used = workingSetOf(container);
    return [{ roomBytes: Math.max(0, limitBytes - (used ?? 0)), limitBytes, measured: used !== null }];
  });
  return rooms.reduce<Room | null>(
    (least, room) => (least === null || room.roomBytes < least.roomBytes ? room : least),
    null,
  );
}
