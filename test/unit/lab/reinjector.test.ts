import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_REINJECTIONS, Reinjector } from '../../../src/lab/reinjector.js';
import type { Arrival, ExperimentView, ReinjectPolicy } from '../../../src/lab/types.js';
import { experimentView } from '../extension/support/views.js';

const TARGET = 'ns/a/web';

function view(
  state: Arrival['state'],
  parts: Partial<Arrival & Pick<ExperimentView, 'phase' | 'origin'>> = {},
): ExperimentView {
  const { phase = 'running', origin = { user: 'me', file: null }, ...rest } = parts;
  const arrival: Arrival = {
    target: TARGET,
    state,
    reason: null,
    expectedBytes: 1,
    arrivedBytes: 0,
    stressorKills: 0,
    reinjection: null,
    ...rest,
  };
  return experimentView({ key: 'chaos-mesh/mem', phase, arrivals: [arrival], origin });
}

describe('injecting again after a restart', () => {
  let policy: ReinjectPolicy;
  let asked: string[];
  let warnings: string[];
  let failure: Error | null;
  let reinjector: Reinjector;

  beforeEach(() => {
    policy = 'always';
    asked = [];
    warnings = [];
    failure = null;
    reinjector = new Reinjector({
      policy: () => policy,
      isOurs: ({ origin }) => origin?.user === 'me',
      reinject: async (key) => {
        asked.push(key);
        if (failure !== null) throw failure;
      },
      onChange: () => undefined,
      log: { info: () => undefined, warn: (text) => warnings.push(text) },
      settleMs: 1,
      retryMs: 20,
    });
  });
  afterEach(() => reinjector.dispose());

  const takes = async (one: ExperimentView): Promise<void> => {
    reinjector.take([one]);
    await sleep(10);
  };
  const count = () => reinjector.of('chaos-mesh/mem', TARGET);

  it('is done once for a restart', async () => {
    await takes(view('restarted'));
    assert.deepEqual(asked, ['chaos-mesh/mem']);
    await takes(view('arriving'));
    await takes(view('arrived'));
    assert.equal(asked.length, 1);
    assert.deepEqual(count(), { count: 1, exhausted: false });
  });

  it('waits for the container to run, and for an experiment that runs', async () => {
    await takes(view('restarted', { reason: 'down' }));
    await takes(view('restarted', { phase: 'paused' }));
    await takes(view('absent'));
    await takes(view('gone'));
    await takes(view('restarted', { origin: { user: 'you', file: null } }));
    await takes(view('restarted', { origin: null }));
    assert.deepEqual(asked, []);
    assert.equal(count(), null);
  });

  it('is done by nobody where it is not wanted, and by hand all the same', async () => {
    policy = 'never';
    await takes(view('restarted'));
    assert.deepEqual(asked, []);
    await reinjector.now('chaos-mesh/mem');
    assert.deepEqual([asked, count()], [['chaos-mesh/mem'], { count: 1, exhausted: false }]);
  });

  it('ends with a crash loop, and says so once', async () => {
    for (let round = 0; round < MAX_REINJECTIONS + 3; round++) {
      await takes(view('restarted'));
      await takes(view('arrived'));
    }
    assert.equal(asked.length, MAX_REINJECTIONS);
    assert.deepEqual(count(), { count: MAX_REINJECTIONS, exhausted: true });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /ns\/a\/web was restarted again after 5 injections/);
    await takes(view('restarted'));
    await reinjector.now('chaos-mesh/mem');
    assert.equal(asked.length, MAX_REINJECTIONS + 1);
  });

  it('tries again what failed', async () => {
    failure = new Error('not recovered');
    await takes(view('restarted'));
    assert.equal(asked.length, 1);
    assert.match(warnings[0] ?? '', /not recovered/);
    failure = null;
    await sleep(60);
    assert.equal(asked.length, 2);
  });

  it('forgets what has ended', async () => {
    await takes(view('restarted'));
    reinjector.take([]);
    assert.equal(count(), null);
  });
});
