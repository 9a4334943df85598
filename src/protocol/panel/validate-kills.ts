import type { LimitLevel } from '../../core/cgroup/path.js';
import type { OomConstraint } from '../../core/kernel/oom-kill.js';
import type { KillEvidence } from '../agent/types.js';
import type { KillCounts, KillDetails, KillRow, KillsDelta, KillsSnapshot, KillTask } from './kills.js';
import { boolean, count, integer, listOf, oneOf, orNull, shape, string, time } from './shape.js';

const EVIDENCE: readonly KillEvidence[] = ['full', 'bare', 'counted'];
const CONSTRAINTS: readonly OomConstraint[] = ['memcg', 'global', 'cpuset', 'mempolicy'];
const LEVELS: readonly LimitLevel[] = ['container', 'pod', 'kubepods', 'node'];

const isVictim = shape<NonNullable<KillRow['victim']>>({
  comm: string,
  pid: integer,
  anonBytes: orNull(count),
  oomScoreAdj: orNull(integer),
});

const isKillRow = shape<KillRow>({
  id: string,
  time,
  node: string,
  namespace: orNull(string),
  pod: orNull(string),
  container: orNull(string),
  candidates: count,
  victim: orNull(isVictim),
  constraint: orNull(oneOf(CONSTRAINTS)),
  limitBytes: orNull(count),
  evidence: oneOf(EVIDENCE),
  group: boolean,
});

const isCounts = shape<KillCounts>({ full: count, bare: count, counted: count });

export const isKillsSnapshot = shape<KillsSnapshot>({
  rows: listOf(isKillRow),
  counts: isCounts,
  dropped: count,
});

export const isKillsDelta = shape<KillsDelta>({
  rows: listOf(isKillRow),
  changed: listOf(isKillRow),
  counts: isCounts,
  dropped: count,
});

const isTask = shape<KillTask>({
  pid: integer,
  comm: string,
  uid: integer,
  rssBytes: count,
  swapBytes: orNull(count),
  pgtablesBytes: orNull(count),
  oomScoreAdj: integer,
  badness: orNull(integer),
  isVictim: boolean,
});

export const isKillDetails = shape<KillDetails>({
  tasks: listOf(isTask),
  usageBytes: orNull(count),
  limitBytes: orNull(count),
  level: orNull(oneOf(LEVELS)),
  weighedBytes: orNull(count),
  oomMemcg: orNull(string),
  taskMemcg: orNull(string),
  invoker: orNull(shape<NonNullable<KillDetails['invoker']>>({ comm: string, pid: orNull(integer) })),
  victim: orNull(
    shape<NonNullable<KillDetails['victim']>>({
      uid: orNull(integer),
      virtualBytes: orNull(count),
      anonBytes: orNull(count),
      fileBytes: orNull(count),
      shmemBytes: orNull(count),
      pgtablesBytes: orNull(count),
    }),
  ),
  candidates: listOf(string),
  checked: orNull(boolean),
});
