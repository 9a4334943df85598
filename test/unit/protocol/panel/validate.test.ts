import assert from 'node:assert/strict';
import {
  type DeltaMessage,
  PANEL_PROTOCOL_VERSION,
  PANEL_TEXT_KEYS,
  type PanelTexts,
  type SnapshotMessage,
} from '../../../../src/protocol/panel/types.js';
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

const delta: DeltaMessage = {
  type: 'delta',
  kills: [
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

const snapshot: SnapshotMessage = {
  ...delta,
  type: 'snapshot',
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
    assert.ok(isHostMessage(with_(delta, ['kills', 0, 'victim'], null)));
  });

  const broken: [string, unknown][] = [
    ['no object', 'snapshot'],
    ['null', null],
    ['another version', with_(snapshot, ['version'], PANEL_PROTOCOL_VERSION + 1)],
    ['a text missing', with_(snapshot, ['texts', 'title'], undefined)],
    ['an unknown phase', with_(snapshot, ['status', 'phase'], 'fine')],
    ['a node without a time', with_(snapshot, ['status', 'nodes', 0, 'since'], 'now')],
    ['a kill without id', with_(delta, ['kills', 0, 'id'], undefined)],
    ['a kill at no time', with_(delta, ['kills', 0, 'time'], 'soon')],
    ['a victim whose name is no text', with_(delta, ['kills', 0, 'victim', 'comm'], { a: 1 })],
    ['negative bytes', with_(delta, ['kills', 0, 'limitBytes'], -1)],
    ['not a number', with_(delta, ['counts', 'full'], Number.NaN)],
    ['unknown evidence', with_(delta, ['kills', 0, 'evidence'], 'rumour')],
    ['changed kills that are none', with_(delta, ['changed'], [{}])],
    ['kills that are no list', with_(delta, ['kills'], { length: 0 })],
    ['a status that is none', with_({ ...delta, status }, ['status', 'nodes'], 'all')],
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
  });

  const broken: [string, unknown][] = [
    ['no type', {}],
    ['an unknown type', { type: 'run', command: 'x' }],
    ['an unknown action', { type: 'action', action: 'workbench.action.terminal.new' }],
    ['a Pod that is no text', { type: 'reveal-pod', namespace: 'a', pod: ['b'] }],
    ['no version', { type: 'ready' }],
    ['a list', [{ type: 'clear' }]],
  ];
  for (const [what, message] of broken) it(`are refused: ${what}`, () => assert.ok(!isPanelMessage(message)));
});
