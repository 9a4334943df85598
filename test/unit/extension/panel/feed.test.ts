import assert from 'node:assert/strict';
import { PanelFeed } from '../../../../src/extension/panel/feed.js';
import { pageHtml } from '../../../../src/extension/panel/html.js';
import { StatusKeeper } from '../../../../src/extension/panel/status.js';
import { panelTexts } from '../../../../src/extension/panel/texts.js';
import type { KillLog } from '../../../../src/lab/types.js';
import { type KillsDelta, PANEL_MAX_KILLS } from '../../../../src/protocol/panel/kills.js';
import type { HostMessage } from '../../../../src/protocol/panel/messages.js';
import { isHostMessage } from '../../../../src/protocol/panel/validate.js';
import { english } from '../support/language.js';
import { namedKill, podView } from '../support/views.js';

function log(from: number, to: number, dropped = 0): KillLog {
  const kills = [];
  for (let seq = from; seq <= to; seq++) kills.push(namedKill({ seq }));
  return { kills, gaps: [], dropped };
}

class Stage {
  readonly posted: HostMessage[] = [];
  /** How long each message had to wait, ms. */
  readonly waits: number[] = [];
  #due: (() => void)[] = [];
  readonly feed = new PanelFeed({
    locale: 'en',
    texts: panelTexts(english),
    isEditor: false,
    post: (message) => this.posted.push(message),
    later: (callback, milliseconds) => {
      this.#due.push(callback);
      this.waits.push(milliseconds);
      return () => {
        this.#due = this.#due.filter((one) => one !== callback);
      };
    },
  });

  get waiting(): number {
    return this.#due.length;
  }

  frame(): void {
    for (const callback of this.#due.splice(0)) callback();
  }

  last(): HostMessage {
    return this.posted.at(-1) ?? assert.fail('nothing was posted');
  }
}

/** What a message says of the kills. */
function killsOf(message: HostMessage): KillsDelta {
  assert.ok(message.type === 'snapshot' || message.type === 'delta');
  const { kills } = message;
  assert.ok(kills !== undefined);
  return { changed: [], ...kills };
}

const ids = (message: HostMessage) => killsOf(message).rows.map(({ id }) => id);

describe('what the panel is told of kills', () => {
  it('the first after a quiet time at once, then at most one message a frame', () => {
    const stage = new Stage();
    stage.feed.start();
    stage.feed.takeKills(log(1, 1));
    stage.frame();
    stage.feed.takeKills(log(1, 2));
    stage.feed.takeKills(log(1, 3));
    assert.equal(stage.waits.length, 2);
    assert.equal(stage.waits[0], 0);
    assert.ok((stage.waits[1] ?? 0) > 0 && (stage.waits[1] ?? 0) <= 33, String(stage.waits[1]));
  });

  it('nothing while no page listens', () => {
    const { feed, posted } = new Stage();
    feed.takeKills(log(1, 5));
    assert.deepEqual(posted, []);
  });

  it('a snapshot first, then only what is new, once a frame', () => {
    const stage = new Stage();
    stage.feed.takeKills(log(1, 2));
    stage.feed.start();
    assert.equal(stage.last().type, 'snapshot');
    assert.deepEqual(ids(stage.last()), ['sandbox/1', 'sandbox/2']);
    stage.feed.takeKills(log(1, 3));
    stage.feed.takeKills(log(1, 4));
    assert.equal(stage.waiting, 1);
    assert.equal(stage.posted.length, 1);
    stage.frame();
    assert.equal(stage.last().type, 'delta');
    assert.deepEqual(ids(stage.last()), ['sandbox/3', 'sandbox/4']);
    assert.deepEqual(killsOf(stage.last()).counts, { full: 4, bare: 0, counted: 0 });
    stage.feed.takeKills(log(1, 4));
    stage.frame();
    assert.equal(stage.posted.length, 2, 'no message without news');
  });

  it('every message is one of the protocol', () => {
    const stage = new Stage();
    stage.feed.start();
    stage.feed.takeKills({
      kills: [namedKill({ seq: 1, evidence: 'counted' }), namedKill({ seq: 2, podName: null })],
      gaps: [],
      dropped: 0,
    });
    stage.frame();
    assert.equal(stage.posted.length, 2);
    for (const message of stage.posted) assert.ok(isHostMessage(JSON.parse(JSON.stringify(message))));
  });

  it('a hidden page gets nothing and finds everything when it comes back', () => {
    const stage = new Stage();
    stage.feed.start();
    stage.feed.takeKills(log(1, 1));
    stage.feed.stop();
    assert.equal(stage.waiting, 0);
    stage.feed.takeKills(log(1, 3));
    assert.equal(stage.posted.length, 1);
    stage.feed.start();
    assert.deepEqual(ids(stage.last()), ['sandbox/1', 'sandbox/2', 'sandbox/3']);
  });

  it('Clear takes away what was there, for good', () => {
    const stage = new Stage();
    stage.feed.takeKills(log(1, 3));
    stage.feed.start();
    stage.feed.clear();
    assert.deepEqual(ids(stage.last()), []);
    assert.equal(stage.feed.kills.shown.length, 0);
    stage.feed.takeKills(log(1, 4));
    stage.frame();
    assert.deepEqual(ids(stage.last()), ['sandbox/4']);
    stage.feed.stop();
    stage.feed.start();
    assert.deepEqual(ids(stage.last()), ['sandbox/4']);
    assert.deepEqual(killsOf(stage.last()).counts, { full: 1, bare: 0, counted: 0 });
  });

  it('a storm larger than the log loses no count of what it sent', () => {
    const stage = new Stage();
    stage.feed.start();
    stage.feed.takeKills(log(1, 10));
    stage.frame();
    stage.feed.takeKills(log(11, 20, 10));
    stage.frame();
    assert.equal(ids(stage.last()).length, 10);
    assert.deepEqual(killsOf(stage.last()).counts, { full: 20, bare: 0, counted: 0 });
    assert.equal(killsOf(stage.last()).dropped, 10);
  });

  it('sends the newest where they are too many, and says how many it left out', () => {
    const stage = new Stage();
    stage.feed.takeKills(log(1, PANEL_MAX_KILLS + 5));
    stage.feed.start();
    assert.equal(killsOf(stage.last()).rows.length, PANEL_MAX_KILLS);
    assert.equal(killsOf(stage.last()).rows.at(-1)?.id, `sandbox/${PANEL_MAX_KILLS + 5}`);
    assert.equal(killsOf(stage.last()).dropped, 5);
  });

  it('a kill that another node tells late is sent, although younger ones were', () => {
    const stage = new Stage();
    const young = { ...namedKill({ seq: 2 }), order: 1 };
    const late = { ...namedKill({ seq: 1 }), order: 2 };
    stage.feed.takeKills({ kills: [young], gaps: [], dropped: 0 });
    stage.feed.start();
    stage.feed.takeKills({ kills: [late, young], gaps: [], dropped: 0 });
    stage.frame();
    assert.deepEqual(ids(stage.last()), ['sandbox/1']);
  });

  it('a kill that is named late is sent again, once', () => {
    const stage = new Stage();
    const kill = namedKill({ seq: 1 });
    const unnamed = { ...kill, namespace: null, podName: null, containerName: null };
    stage.feed.takeKills({ kills: [unnamed], gaps: [], dropped: 0 });
    stage.feed.start();
    stage.feed.takeKills({ kills: [kill], gaps: [], dropped: 0 });
    stage.frame();
    assert.equal(stage.last().type, 'delta');
    const delta = killsOf(stage.last());
    assert.deepEqual(
      delta.changed.map(({ pod }) => pod),
      ['hello-a'],
    );
    assert.deepEqual(delta.counts, { full: 1, bare: 0, counted: 0 });
    stage.feed.takeKills({ kills: [kill], gaps: [], dropped: 0 });
    stage.frame();
    assert.equal(stage.posted.length, 2);
  });

  it('another cluster starts over', () => {
    const stage = new Stage();
    stage.feed.takeKills(log(1, 3));
    stage.feed.start();
    stage.feed.clear();
    stage.feed.reset();
    stage.feed.takeKills(log(1, 1));
    stage.frame();
    assert.deepEqual(ids(stage.last()), ['sandbox/1']);
  });
});

describe('the truth about the connection', () => {
  const live = { phase: 'live', context: 'sandbox', server: 'https://127.0.0.1:1' } as const;
  const agent = { nodeName: 'n', podName: 'p', state: 'live', detail: null, node: null } as const;

  it('since when a node is in its state', () => {
    const keeper = new StatusKeeper();
    const at = (state: 'live' | 'lost', now: string) =>
      keeper.status(live, [{ ...agent, state }], [], [], now, english).nodes[0]?.since;
    assert.equal(at('live', '2026-11-20T20:00:00Z'), '2026-11-20T20:00:00Z');
    assert.equal(at('live', '2026-11-20T20:00:05Z'), '2026-11-20T20:00:00Z');
    assert.equal(at('lost', '2026-11-20T20:00:09Z'), '2026-11-20T20:00:09Z');
    assert.equal(at('live', '2026-11-20T20:00:12Z'), '2026-11-20T20:00:12Z');
  });

  it('adds up what each node lost', () => {
    const gap = (nodeName: string, lost: number) => ({
      nodeName,
      gap: { type: 'gap', seq: 1, time: '2026-11-20T20:00:00Z', source: 'kernel', lost } as const,
    });
    const gaps = [gap('n', 3), gap('other', 5), gap('n', 4)];
    const status = new StatusKeeper().status(live, [agent], [], gaps, '2026-11-20T20:00:00Z', english);
    assert.equal(status.nodes[0]?.lost, 7);
  });

  it('a node that runs Pods and no agent is missing', () => {
    const pods = [podView({ name: 'a', nodeName: 'n' }), podView({ name: 'b', nodeName: 'bare' })];
    const status = new StatusKeeper().status(live, [agent], pods, [], '2026-11-20T20:00:00Z', english);
    assert.deepEqual(
      status.nodes.map(({ node, state }) => [node, state]),
      [
        ['n', 'live'],
        ['bare', 'missing'],
      ],
    );
  });

  it('a failure says why, in the user’s language and in the cluster’s words', () => {
    const failed = {
      phase: 'failed',
      failure: 'unreachable',
      detail: 'ECONNREFUSED',
      context: 'prod',
    } as const;
    const status = new StatusKeeper().status(failed, [agent], [], [], '2026-11-20T20:00:00Z', english);
    assert.equal(status.detail, 'The cluster does not answer. ECONNREFUSED');
    assert.equal(status.nextStep, 'reconnect');
    assert.deepEqual(status.nodes, []);
  });
});

describe('the page', () => {
  it('allows one script and one style sheet by nonce, and nothing else', () => {
    const html = pageHtml({
      scriptUri: 'https://x/kills.js?a&b',
      styleUri: 'https://x/"kills".css',
      nonce: 'abc',
      language: 'en',
      title: '<OOM>',
    });
    assert.match(html, /content="default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'"/);
    assert.match(html, /<meta property="csp-nonce" content="abc">/);
    assert.match(html, /&lt;OOM&gt;/);
    assert.match(html, /href="https:\/\/x\/&quot;kills&quot;.css"/);
    assert.doesNotMatch(html, /unsafe-|\sstyle=|\son\w+=/);
  });
});
