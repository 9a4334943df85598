import { stressBytesOnNode } from '../../../memory/forecast.js';
import { percentOf } from '../../../units/display.js';
import { stress as manifest, workflow } from '../../rules/example.js';
import type { Report } from '../../rules/rule.js';
import { GIB, MIB, node, pod, world } from '../example.js';
import { memoryPlace, names, sizeNode, sizePlace } from '../places.js';
import type { LiveRule } from '../rule.js';
import { containerKey, type LiveStress, type LiveTarget } from '../stress.js';
import { firstVictim } from '../victim.js';

/** Below this share of the limit a stress has probably no effect, percent. */
const SMALL_PERCENT = 80;
/** What is suggested comes to just below this share of the lowest limit, percent: close, and no OOM kill. */
const SUGGESTED_PERCENT = 90;

/** The size that brings the fullest of the containers close to its limit; undefined where none does. */
function fittingSize({ model, targets }: LiveStress) {
  const node_ = sizeNode(model);
  const rooms = targets.map(({ container, beforeBytes }) =>
    container.limitBytes === null || beforeBytes === null
      ? Number.NaN
      : (container.limitBytes * SUGGESTED_PERCENT) / 100 - beforeBytes,
  );
  const room = rooms.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  const size = Math.ceil(room / MIB) - 1;
  return node_ === undefined || !(size >= 1) ? undefined : model.source.replaceScalar(node_, `${size}MiB`);
}

function pastTheLimit(stress: LiveStress, report: Report): void {
  const past = stress.targets.filter(({ forecast }) => forecast.outcome === 'exceeds');
  const worst = past.reduce<LiveTarget | null>(
    (best, one) => (best === null || over(one) > over(best) ? one : best),
    null,
  );
  if (worst === null || worst.stressBytes === null) return;
  const victim = firstVictim(stress, worst);
  const params = {
    added: worst.stressBytes,
    limit: worst.container.limitBytes ?? 0,
    container: worst.container.name,
    pod: worst.pod.name,
    count: past.length,
    total: stress.targets.length,
  };
  const before = worst.beforeBytes;
  const variant = before === null ? 'alone' : victim;
  report(
    sizePlace(stress.model),
    { ...params, ...(before === null ? {} : { before }), ...(variant === null ? {} : { variant }) },
    { suggestion: fittingSize(stress) },
  );
}

function over({ beforeBytes, stressBytes, container }: LiveTarget): number {
  return (beforeBytes ?? 0) + (stressBytes ?? 0) - (container.limitBytes ?? 0);
}

function tooLittle(stress: LiveStress, report: Report): void {
  const shares = stress.targets.map(({ forecast }) => forecast.percentOfLimit ?? Number.NaN);
  const highest = shares.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const fullest = stress.targets[shares.indexOf(highest)];
  // With one container unknown the greatest is no number.
  if (fullest === undefined || !(highest < SMALL_PERCENT)) return;
  const { beforeBytes, stressBytes, container } = fullest;
  report(
    sizePlace(stress.model),
    {
      before: beforeBytes ?? 0,
      added: stressBytes ?? 0,
      limit: container.limitBytes ?? 0,
      percent: percentOf((beforeBytes ?? 0) + (stressBytes ?? 0), container.limitBytes ?? 0),
    },
    { suggestion: fittingSize(stress) },
  );
}

function withoutLimit({ model, targets, ask }: LiveStress, report: Report): void {
  const open = targets.filter(({ container }) => container.limitBytes === null);
  const [first] = open;
  if (ask === null || first === undefined) return;
  const params = { container: first.container.name, pod: first.pod.name, count: open.length };
  const { stressBytes, node: on } = first;
  const free = on?.availableBytes ?? null;
  if (stressBytes === null || free === null || on === null) report(sizePlace(model), params);
  else report(sizePlace(model), { ...params, added: stressBytes, free, node: on.name, variant: 'free' });
}

/** What a stress can really take on a node: a container's limit keeps it back. */
function takenBytes({ stressBytes, beforeBytes, container: { limitBytes } }: LiveTarget): number {
  if (stressBytes === null) return 0;
  return limitBytes === null
    ? stressBytes
    : Math.min(stressBytes, Math.max(0, limitBytes - (beforeBytes ?? 0)));
}

function tooMuchForNode(stress: LiveStress, report: Report): void {
  const { targets, selection, model } = stress;
  const able = new Set(targets.map(({ pod: one }) => one));
  // Where the mode chooses, only one Pod a node is sure to be possible.
  const all = selection !== null && selection.atLeast === able.size;
  const sums = new Map<NonNullable<LiveTarget['node']>, { bytes: number; count: number }>();
  for (const target of targets) {
    if (target.node === null) continue;
    const known = sums.get(target.node) ?? { bytes: 0, count: 0 };
    const taken = takenBytes(target);
    sums.set(
      target.node,
      all
        ? { bytes: known.bytes + taken, count: known.count + 1 }
        : { bytes: Math.max(known.bytes, taken), count: 1 },
    );
  }
  for (const [on, { bytes, count }] of sums) {
    const { availableBytes: free, allocatableBytes: allocatable, name } = on;
    const bound = free ?? allocatable;
    if (bound === null || bytes <= bound) continue;
    const variant = free === null ? {} : { variant: 'free' };
    report(sizePlace(model), { added: bytes, bound, node: name, count, ...variant });
    return;
  }
}

function otherStress({ model, targets, others, ask }: LiveStress, report: Report): void {
  for (const { pod: one, container, node: on } of others.length === 0 ? [] : targets) {
    const key = containerKey(one, container);
    const present = others.filter(({ containers }) => containers.has(key));
    if (present.length === 0) continue;
    const sizes = present.map((each) => stressBytesOnNode(each, on?.capacityBytes ?? null) ?? 0);
    const held = sizes.reduce((sum, size) => sum + size, 0);
    const params = {
      experiments: names(present.map((each) => each.key)),
      container: container.name,
      pod: one.name,
    };
    if (ask === null || held === 0) report(memoryPlace(model), params);
    else report(memoryPlace(model), { ...params, held, variant: 'memory' });
    return;
  }
}

function ontoSwap({ model, targets, ask }: LiveStress, report: Report): void {
  const on = ask === null ? undefined : targets.find(({ node: one }) => (one?.swapBytes ?? 0) > 0)?.node;
  if (on != null) report(memoryPlace(model), { node: on.name, swap: on.swapBytes ?? 0 });
}

function sized(size: string, adj: string | null = '1000') {
  return manifest({
    memory: ['workers: 1', `size: ${size}`, ...(adj === null ? [] : [`oomScoreAdj: ${adj}`])],
  });
}

const OPEN = pod({ containers: [{ limit: null }] });
const OTHER = { key: 'team/other', parent: null, totalBytes: 100 * MIB, nodePercent: null };

export const memoryRules: readonly LiveRule[] = [
  {
    code: 'MS107',
    severity: 'warning',
    check: pastTheLimit,
    good: [
      { text: sized('400MiB'), world: world() },
      { text: sized('480MiB'), world: world({ pods: [pod({ containers: [{ used: null }] })] }) },
      { text: sized('3000MiB'), world: world({ pods: [OPEN] }) },
      { text: sized('80%'), world: world({ nodes: [node({ capacityBytes: null })] }) },
      {
        // What it replaces is not counted twice: 438 MiB are its own 400 MiB and the application's 38.
        text: sized('400MiB'),
        world: world({
          pods: [pod({ containers: [{ used: 438 }] })],
          experiments: [
            {
              key: 'chaos-mesh/mem-stress',
              parent: null,
              containers: new Set(['shop/web-a/app']),
              totalBytes: 400 * MIB,
              nodePercent: null,
            },
          ],
        }),
      },
    ],
    bad: [
      { text: sized('«3000MiB»'), world: world(), suggested: sized('411MiB') },
      { text: sized('«480MiB»', null), world: world(), suggested: sized('411MiB', null) },
      {
        text: sized('«3000MiB»', '-1000'),
        world: world(),
        suggested: sized('411MiB', '-1000'),
      },
      {
        text: sized('«3000MiB»'),
        world: world({ nodes: [node({ capacityBytes: null })] }),
        suggested: sized('411MiB'),
      },
      {
        text: sized('«501MiB»'),
        world: world({ pods: [pod({ containers: [{ used: null }] })] }),
      },
      { text: sized('«25%»'), world: world(), suggested: sized('411MiB') },
      {
        text: workflow({
          templates: [
            '- name: main',
            '  templateType: StressChaos',
            '  deadline: 5m',
            '  stressChaos:',
            '    mode: one',
            '    selector: { namespaces: [shop] }',
            '    stressors: { memory: { workers: 1, size: «3000MiB» } }',
          ],
        }),
        world: world(),
      },
    ],
  },
  {
    code: 'MS108',
    severity: 'information',
    check: tooLittle,
    good: [
      { text: sized('380MiB'), world: world() },
      { text: sized('50MiB'), world: world({ pods: [pod({ containers: [{ used: null }] })] }) },
      { text: sized('50MiB'), world: world({ pods: [OPEN] }) },
      { text: sized('50MiB'), world: world({ pods: [] }) },
    ],
    bad: [{ text: sized('«50MiB»'), world: world(), suggested: sized('411MiB') }],
  },
  {
    code: 'MS109',
    severity: 'warning',
    check: withoutLimit,
    good: [{ text: sized('50MiB'), world: world() }],
    bad: [
      { text: sized('«50MiB»'), world: world({ pods: [OPEN] }) },
      {
        text: sized('«50MiB»'),
        world: world({ pods: [OPEN], nodes: [node({ availableBytes: 2 * GIB })] }),
      },
    ],
  },
  {
    code: 'MS110',
    severity: 'warning',
    check: tooMuchForNode,
    good: [
      { text: sized('8GiB'), world: world({ pods: [OPEN] }) },
      // The limit keeps it back.
      { text: sized('20GiB'), world: world() },
      { text: sized('20GiB'), world: world({ pods: [OPEN], nodes: [] }) },
    ],
    bad: [
      { text: sized('«20GiB»'), world: world({ pods: [OPEN] }) },
      {
        text: sized('«3GiB»'),
        world: world({ pods: [OPEN], nodes: [node({ availableBytes: 2 * GIB })] }),
      },
      {
        text: sized('«8GiB»').replace('mode: one', 'mode: all'),
        world: world({ pods: [OPEN, pod({ name: 'web-b', containers: [{ limit: null }] })] }),
      },
    ],
  },
  {
    code: 'MS113',
    severity: 'warning',
    check: otherStress,
    good: [
      { text: sized('50MiB'), world: world() },
      {
        text: sized('50MiB'),
        world: world({ experiments: [{ ...OTHER, containers: new Set(['shop/web-b/app']) }] }),
      },
      {
        text: sized('50MiB'),
        world: world({
          experiments: [{ ...OTHER, key: 'chaos-mesh/mem-stress', containers: new Set(['shop/web-a/app']) }],
        }),
      },
    ],
    bad: [
      {
        text: sized('50MiB').replace('memory:', '«memory»:'),
        world: world({ experiments: [{ ...OTHER, containers: new Set(['shop/web-a/app']) }] }),
      },
      {
        text: sized('50MiB').replace('memory:', '«memory»:'),
        world: world({
          experiments: [{ ...OTHER, totalBytes: null, containers: new Set(['shop/web-a/app']) }],
        }),
      },
    ],
  },
  {
    code: 'MS115',
    severity: 'warning',
    check: ontoSwap,
    good: [
      { text: sized('50MiB'), world: world() },
      { text: sized('50MiB'), world: world({ nodes: [node({ swapBytes: 0 })] }) },
    ],
    bad: [
      {
        text: sized('50MiB').replace('memory:', '«memory»:'),
        world: world({ nodes: [node({ swapBytes: 2 * GIB })] }),
      },
    ],
  },
];
