import assert from 'node:assert/strict';
import { listenTarget } from '../../../src/agent/command.js';

describe('where the agent listens', () => {
  const inPod = { KUBERNETES_SERVICE_HOST: '10.96.0.1' };
  const loopback = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;

  it("in a Pod on that Pod's loopback", () => {
    assert.deepEqual(listenTarget({}, inPod), { kind: 'tcp', host: '127.0.0.1', port: 10_880 });
  });

  it('on a plain host on a unix socket: its loopback is open to every user', () => {
    assert.deepEqual(listenTarget({}, {}), { kind: 'socket', path: '/run/podstress/agent.sock' });
  });

  it('where the flags say, the socket first', () => {
    assert.deepEqual(listenTarget({ listen: loopback }, {}), loopback);
    assert.deepEqual(listenTarget({ listen: loopback, socket: '/a' }, inPod), { kind: 'socket', path: '/a' });
  });
});
