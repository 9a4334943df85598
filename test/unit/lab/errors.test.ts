import assert from 'node:assert/strict';
import { ClusterError, type ClusterErrorKind } from '../../../src/cluster/errors.js';
import { connectionFailure, LabError, labError } from '../../../src/lab/errors.js';

describe('lab errors', () => {
  const DENIED = 'admission webhook "vstresschaos.kb.io" denied the request: Spec.Duration: Invalid value';
  const RIGHTS = 'admission webhook "vauth.kb.io" denied the request: jane is forbidden on namespace app';
  const rows: readonly [ClusterErrorKind, string, LabError['kind']][] = [
    ['forbidden', 'stresschaos is forbidden: User "jane" cannot create', 'forbidden'],
    ['forbidden', DENIED, 'rejected'],
    ['forbidden', RIGHTS, 'forbidden'],
    ['rejected', 'spec.mode: Unsupported value', 'rejected'],
    ['already-exists', 'x', 'already-exists'],
    ['not-found', 'x', 'not-found'],
    ['unauthorized', 'x', 'forbidden'],
    ['aborted', 'x', 'not-connected'],
    ['timeout', 'x', 'unreachable'],
    ['server', 'x', 'unreachable'],
    ['throttled', 'x', 'unreachable'],
  ];
  for (const [kind, message, expected] of rows) {
    it(`${kind} (${message.slice(0, 50)}) is ${expected}, in the server's words`, () => {
      const error = labError(new ClusterError(kind, message));
      assert.deepEqual([error.kind, error.message], [expected, message]);
    });
  }

  it('leaves its own errors as they are', () => {
    const own = new LabError('no-engine', 'x');
    assert.equal(labError(own), own);
    assert.equal(labError(new TypeError('odd')).kind, 'unreachable');
  });

  it('tells why there is no connection', () => {
    assert.equal(connectionFailure(new ClusterError('credential-plugin', 'x')), 'credential-plugin');
    assert.equal(connectionFailure(new ClusterError('untrusted-certificate', 'x')), 'untrusted-certificate');
    assert.equal(connectionFailure(new ClusterError('protocol', 'x')), 'unreachable');
  });
});
