import {
  type Chart,
  type ChartHead,
  type ChartMark,
  type ChartPoints,
  type ChartSource,
  type MarkKind,
  type MemoryDelta,
  type MemoryNumber,
  type MemoryNumbers,
  type MemorySnapshot,
  NUMBER_KINDS,
  type Processes,
  type ProcessRow,
} from './memory.js';
import {
  boolean,
  count,
  integer,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  recordOf,
  shape,
  string,
  time,
} from './shape.js';

const SOURCES: readonly ChartSource[] = ['agent', 'kubelet', 'metrics'];
const MARKS: readonly MarkKind[] = ['inject', 'pause', 'resume', 'stop', 'kill', 'restart', 'probe'];
const COLUMNS = ['workingSet', 'usage', 'rss', 'cache'] as const;

const isColumn = listOf(orNull(number));

const isPointsShape = shape<ChartPoints>({
  times: listOf(number),
  workingSet: isColumn,
  usage: isColumn,
  rss: isColumn,
  cache: isColumn,
});

function isPoints(value: unknown): boolean {
  return isPointsShape(value) && COLUMNS.every((column) => value[column].length === value.times.length);
}

const isMark = shape<ChartMark>({ time: number, kind: oneOf(MARKS), detail: string, count });

const HEAD = {
  key: string,
  namespace: string,
  pod: string,
  container: string,
  limitBytes: orNull(count),
  requestBytes: orNull(count),
  state: orNull(string),
  restartCount: count,
  source: orNull(oneOf(SOURCES)),
  sampledAt: orNull(time),
  isStale: boolean,
  isPinned: boolean,
  isStressed: boolean,
};

const isHead = shape<ChartHead>(HEAD);
const isChart = shape<Chart>({ ...HEAD, points: isPoints, marks: listOf(isMark) });

const isProcess = shape<ProcessRow>({
  pid: integer,
  containerPid: integer,
  comm: string,
  command: string,
  rssBytes: count,
  swapBytes: count,
  oomScoreAdj: integer,
  oomScore: orNull(integer),
  badness: orNull(integer),
  percentOfLimit: orNull(number),
  rank: orNull(count),
  isStress: boolean,
});

const isProcesses = shape<Processes>({
  key: string,
  at: orNull(time),
  limitBytes: orNull(count),
  rows: listOf(isProcess),
  problem: orNull(string),
});

const isNumber = shape<MemoryNumber>({
  kind: oneOf(NUMBER_KINDS),
  bytes: orNull(count),
  source: string,
  at: orNull(time),
});

const isNumbers = shape<MemoryNumbers>({ key: string, numbers: listOf(isNumber) });

export const isMemorySnapshot = shape<MemorySnapshot>({
  charts: listOf(isChart),
  selected: orNull(string),
  processes: orNull(isProcesses),
  numbers: orNull(isNumbers),
});

export const isMemoryDelta = shape<MemoryDelta>({
  heads: optional(listOf(isHead)),
  points: optional(recordOf(isPoints)),
  marks: optional(recordOf(listOf(isMark))),
  selected: optional(orNull(string)),
  processes: optional(orNull(isProcesses)),
  numbers: optional(orNull(isNumbers)),
});
