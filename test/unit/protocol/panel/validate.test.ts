import assert from 'node:assert/strict';
import type { KillDetails, KillsDelta } from '../../../../src/protocol/panel/kills.js';
import type {
  ChartHead,
  ChartPoints,
  MemoryDelta,
  Processes,
} from '../../../../src/protocol/panel/memory.js';
import {
  type DeltaMessage,
  type DetailsMessage,
  PANEL_PROTOCOL_VERSION,
  type SnapshotMessage,
} from '../../../../src/protocol/panel/messages.js';
import { PANEL_TEXT_KEYS, type PanelTexts } from '../../../../src/protocol/panel/texts.js';
import { isHostMessage, isPanelMessage } from '../../../../src/protocol/panel/validate.js';

const status: SnapshotMessage['status'] = {
  phase: 'live',
  context: 'sandbox',
  detail: null,
  since: null,
  nextStep: null,
  nodes: [
    { node: 'n', state: 'live', since: '2026-11-20T20:00:00Z', detail: null, kernelLog: true, lost: 0 },
  ],
};

const kills: KillsDelta = {
  rows: [
    {
      id: 'n/1',
      time: '2026-11-20T20:41:03.512Z',
      node: 'n',
      namespace: 'ns',
      pod: 'p',
      container: 'c',
      candidates: 0,
      victim: { comm: '<b>\u202e$(x)', pid: 1, anonBytes: 2, oomScoreAdj: -3 },
      constraint: 'memcg',
      limitBytes: 4,
      evidence: 'full',
      group: false,
    },
  ],
  changed: [],
  counts: { full: 1, bare: 0, counted: 0 },
  dropped: 0,
};

const points: ChartPoints = {
  times: [1, 2],
  workingSet: [3, null],
  usage: [4, 5],
  rss: [6, 7],
  cache: [8, 9],
};

const head: ChartHead = {
  key: 'ns/p/c',
  namespace: 'ns',
  pod: 'p',
  container: 'c',
  limitBytes: 10,
  requestBytes: null,
  state: 'Running',
  restartCount: 0,
  source: 'agent',
  sampledAt: '2026-11-20T20:41:03.512Z',
  isStale: false,
  isPinned: true,
  isStressed: false,
};

const processes: Processes = {
  key: 'ns/p/c',
  at: '2026-11-20T20:41:03.512Z',
  limitBytes: 10,
  problem: null,
  rows: [
    {
      pid: 7,
      containerPid: 1,
      comm: '<i>',
      command: '<i> --x',
      rssBytes: 1,
      swapBytes: 0,
      oomScoreAdj: -998,
      oomScore: 3,
      badness: -12,
      percentOfLimit: 3.5,
      rank: 1,
      isStress: false,
    },
  ],
};

const memory: MemoryDelta = {
  heads: [head],
  points: { 'ns/p/c': points },
  marks: { 'ns/p/c': [{ time: 1, kind: 'kill', detail: '<b>', count: 2 }] },
  selected: 'ns/p/c',
  processes,
  numbers: { key: 'ns/p/c', numbers: [{ kind: 'usage', bytes: 1, source: 'memory.current', at: null }] },
};

const details: KillDetails = {
  tasks: [
    {
      pid: 1,
      comm: '<b>',
      uid: 0,
      rssBytes: 1,
      swapBytes: null,
      pgtablesBytes: 2,
      oomScoreAdj: -1000,
      badness: null,
      isVictim: true,
    },
  ],
  usageBytes: 1,
  limitBytes: 2,
  level: 'pod',
  weighedBytes: 2,
  oomMemcg: '/a',
  taskMemcg: null,
  invoker: { comm: 'x', pid: null },
  victim: null,
  candidates: ['ns/p/c'],
  checked: false,
};

const answer: DetailsMessage = { type: 'details', id: 'n/1', details };

const delta: DeltaMessage = { type: 'delta', kills, memory };

const snapshot: SnapshotMessage = {
  type: 'snapshot',
  isEditor: false,
  kills,
  memory: {
    charts: [{ ...head, points, marks: [] }],
    selected: null,
    processes: null,
    numbers: null,
  },
  version: PANEL_PROTOCOL_VERSION,
  locale: 'en',
  texts: Object.fromEntries(PANEL_TEXT_KEYS.map((key) => [key, key])) as PanelTexts,
  status,
};

function with_(message: object, path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(message) as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

describe('messages to the page', () => {
  it('are let in whole', () => {
    assert.ok(isHostMessage(snapshot));
    assert.ok(isHostMessage(delta));
    assert.ok(isHostMessage({ ...delta, status }));
    assert.ok(isHostMessage(with_(delta, ['kills', 'rows', 0, 'victim'], null)));
    assert.ok(isHostMessage({ type: 'delta' }));
    assert.ok(isHostMessage({ type: 'show', tab: 'memory' }));
    assert.ok(isHostMessage({ type: 'details', id: 'n/1', details: null }));
    assert.ok(isHostMessage({ type: 'details', id: 'n/1', details }));
  });

  const broken: [string, unknown][] = [
    ['no object', 'snapshot'],
    ['null', null],
    ['another version', with_(snapshot, ['version'], PANEL_PROTOCOL_VERSION + 1)],
    ['a text missing', with_(snapshot, ['texts', 'title'], undefined)],
    ['an unknown phase', with_(snapshot, ['status', 'phase'], 'fine')],
    ['a node without a time', with_(snapshot, ['status', 'nodes', 0, 'since'], 'now')],
    ['a kill without id', with_(delta, ['kills', 'rows', 0, 'id'], undefined)],
    ['a kill at no time', with_(delta, ['kills', 'rows', 0, 'time'], 'soon')],
    ['a victim whose name is no text', with_(delta, ['kills', 'rows', 0, 'victim', 'comm'], { a: 1 })],
    ['negative bytes', with_(delta, ['kills', 'rows', 0, 'limitBytes'], -1)],
    ['not a number', with_(delta, ['kills', 'counts', 'full'], Number.NaN)],
    ['unknown evidence', with_(delta, ['kills', 'rows', 0, 'evidence'], 'rumour')],
    ['changed kills that are none', with_(delta, ['kills', 'changed'], [{}])],
    ['kills that are no list', with_(delta, ['kills', 'rows'], { length: 0 })],
    ['a status that is none', with_({ ...delta, status }, ['status', 'nodes'], 'all')],
    ['points of unequal length', with_(delta, ['memory', 'points', 'ns/p/c', 'rss'], [1])],
    ['an unknown mark', with_(delta, ['memory', 'marks', 'ns/p/c', 0, 'kind'], 'joy')],
    ['a chart without a name', with_(snapshot, ['memory', 'charts', 0, 'pod'], undefined)],
    ['a process whose name is no text', with_(delta, ['memory', 'processes', 'rows', 0, 'comm'], 1)],
    ['an unknown number', with_(delta, ['memory', 'numbers', 'numbers', 0, 'kind'], 'luck')],
    ['details with an unknown level', with_(answer, ['details', 'level'], 'cluster')],
    ['a task whose name is no text', with_(answer, ['details', 'tasks', 0, 'comm'], {})],
    ['a candidate that is no text', with_(answer, ['details', 'candidates'], [null])],
    ['fields only inherited', Object.create(delta) as unknown],
  ];
  for (const [what, message] of broken) it(`are refused: ${what}`, () => assert.ok(!isHostMessage(message)));
});

describe('messages from the page', () => {
  it('are let in whole', () => {
    assert.ok(isPanelMessage({ type: 'ready', version: 1 }));
    assert.ok(isPanelMessage({ type: 'clear' }));
    assert.ok(isPanelMessage({ type: 'reveal-pod', namespace: 'a', pod: 'b' }));
    assert.ok(isPanelMessage({ type: 'action', action: 'reconnect' }));
    assert.ok(isPanelMessage({ type: 'seen', tabs: ['memory', 'kills'] }));
    assert.ok(isPanelMessage({ type: 'export', ids: null }));
    assert.ok(isPanelMessage({ type: 'select', key: 'ns/p/c' }));
  });

  const broken: [string, unknown][] = [
    ['no type', {}],
    ['an unknown type', { type: 'run', command: 'x' }],
    ['an unknown action', { type: 'action', action: 'workbench.action.terminal.new' }],
    ['a Pod that is no text', { type: 'reveal-pod', namespace: 'a', pod: ['b'] }],
    ['no version', { type: 'ready' }],
    ['a name that every object has', { type: 'constructor' }],
    ['kills to export that are no ids', { type: 'export', ids: [1] }],
    ['an unknown part', { type: 'seen', tabs: ['secrets'] }],
    ['a list', [{ type: 'clear' }]],
  ];
  for (const [what, message] of broken) it(`are refused: ${what}`, () => assert.ok(!isPanelMessage(message)));
});
