import assert from 'node:assert/strict';
import { Restarts, restartText } from '../../../src/extension/present/restarts.js';
import type { Arrival, ExperimentView } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { experimentView } from './support/views.js';

function view(state: Arrival['state'], parts: Partial<ExperimentView & Arrival> = {}): ExperimentView {
  const { reason = null, target = 'ns/a/web', ...rest } = parts;
  const arrival: Arrival = {
    target,
    state,
    reason,
    expectedBytes: 1,
    arrivedBytes: 0,
    stressorKills: 0,
    reinjection: null,
  };
  return experimentView({ origin: { user: 'me', file: null }, arrivals: [arrival], ...rest });
}

describe('restarts that took a stress away', () => {
  const targetsOf = (restarts: Restarts, ...views: readonly ExperimentView[]): readonly string[] =>
    restarts.take(views, 'me').map(({ arrival }) => arrival.target);

  it('are told once each', () => {
    const restarts = new Restarts();
    assert.deepEqual(targetsOf(restarts, view('arrived')), []);
    assert.deepEqual(targetsOf(restarts, view('restarted', { reason: 'down' })), []);
    assert.deepEqual(targetsOf(restarts, view('restarted')), ['ns/a/web']);
    assert.deepEqual(targetsOf(restarts, view('restarted')), []);
    assert.deepEqual(targetsOf(restarts, view('restarted', { reason: 'down' })), []);
    assert.deepEqual(targetsOf(restarts, view('restarted', { reason: 'oom-killed' })), ['ns/a/web']);
  });

  it('are not told of what somebody else has injected, nor of what does not run', () => {
    const restarts = new Restarts();
    assert.deepEqual(targetsOf(restarts, view('restarted', { origin: null })), []);
    assert.deepEqual(targetsOf(restarts, view('restarted', { origin: { user: 'you', file: null } })), []);
    assert.deepEqual(targetsOf(restarts, view('restarted', { phase: 'stopping' })), []);
    assert.equal(restarts.take([view('restarted', { origin: { user: null, file: null } })], null).length, 1);
  });

  it('say container, reason, and what injecting again does to other targets', () => {
    const text = (one: ExperimentView): string => {
      const [restart] = new Restarts().take([one], 'me');
      assert.ok(restart);
      return restartText(restart, english);
    };
    assert.equal(
      text(view('restarted', { targets: 3, reason: 'oom-killed' })),
      'ns/a/web: the container was OOM-killed and restarted: the stress is gone. ' +
        'Inject chaos-mesh/mem-stress again? Chaos Mesh pauses it in all of its 3 containers for a moment.',
    );
    assert.equal(
      text(view('restarted', { targets: 1, target: 'ns/$(x)\u202e/web' })),
      'ns/$ (x)\ufffd/web: the container was restarted: the stress is gone. Inject chaos-mesh/mem-stress again?',
    );
    assert.match(text(view('restarted', { targets: 3, engine: 'agent' })), /again\?$/);
  });
});
