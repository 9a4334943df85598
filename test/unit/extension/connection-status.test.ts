import assert from 'node:assert/strict';
import { podsMessage } from '../../../src/extension/present/connection.js';
import {
  connectionDetails,
  connectionStatus,
  connectionSteps,
} from '../../../src/extension/present/connection-status.js';
import type { SessionFailure, SessionState } from '../../../src/extension/present/session-state.js';
import type { ConnectionAccess } from '../../../src/lab/types.js';
import { english } from './support/language.js';

const ACCESS: ConnectionAccess = {
  server: 'https://prod.example:6443',
  namespace: 'shop',
  user: 'jane',
  file: '/home/jane/.kube/config',
  verifiesCertificate: true,
};
const PLACE = { context: 'prod', server: ACCESS.server, access: ACCESS };
const LIVE: SessionState = { phase: 'live', ...PLACE };
const INSECURE: SessionState = { ...LIVE, access: { ...ACCESS, verifiesCertificate: false } };
const FAILURES: readonly SessionFailure[] = [
  'no-kubeconfig',
  'no-context',
  'invalid-kubeconfig',
  'unreachable',
  'unauthorized',
  'credential-plugin',
  'forbidden',
  'untrusted-certificate',
  'untrusted-workspace',
  'cannot-follow',
  'internal',
];

function failed(failure: SessionFailure, detail = 'why'): SessionState {
  return { phase: 'failed', failure, detail, context: 'prod', access: ACCESS };
}

describe('the connection in the status bar', () => {
  it('is not there before a cluster was needed', () => {
    assert.equal(connectionStatus({ phase: 'none' }, english), null);
  });

  it('names the context alone where all is well, and the state where it is not', () => {
    assert.deepEqual(connectionStatus(LIVE, english), {
      icon: 'pulse',
      text: 'prod',
      sentence: 'Podstress, Kubernetes context prod: live',
      alarm: false,
    });
    assert.equal(connectionStatus({ phase: 'connecting', ...PLACE }, english)?.text, 'prod: connecting…');
    assert.equal(connectionStatus({ phase: 'loading' }, english)?.text, 'Podstress: connecting…');
    const since = '2026-11-20T20:00:00Z';
    const stale = connectionStatus({ phase: 'stale', ...PLACE, since, detail: 'ECONNREFUSED' }, english);
    assert.match(stale?.text ?? '', /^prod: stale since \d/);
    assert.equal(stale?.alarm, true);
  });

  it('tells every failure apart by icon and word, each with a next step', () => {
    const texts = FAILURES.map((failure) => connectionStatus(failed(failure), english)?.text);
    assert.equal(new Set(texts).size, FAILURES.length - 1, 'only cannot-follow and internal read alike');
    for (const failure of FAILURES) assert.ok(connectionSteps(failed(failure)).length > 0, failure);
    assert.deepEqual(connectionSteps(failed('untrusted-workspace')), ['manage-trust']);
    assert.equal(connectionSteps(failed('no-context'))[0], 'choose-context');
    assert.equal(connectionSteps(failed('no-kubeconfig'))[0], 'choose-kubeconfig');
  });

  it('warns in words where the certificate is not checked', () => {
    const status = connectionStatus(INSECURE, english);
    assert.equal(status?.text, 'prod: certificate not checked');
    assert.equal(status?.alarm, true);
    assert.match(
      podsMessage(INSECURE, 1, [], english),
      /^The certificate of https:\/\/prod\.example:6443 is not/,
    );
  });

  it('draws no icon and breaks no line because of a context’s name, however long', () => {
    const context = `$(flame)\n${'x'.repeat(200)}`;
    const text = connectionStatus({ ...LIVE, context }, english)?.text ?? '';
    assert.doesNotMatch(text, /\$\(|\n/);
    assert.ok(text.length <= 40, text);
  });

  it('explains itself: state, server, namespace, user, file, who chose, and the failure’s own words last', () => {
    const { title, rows, notes } = connectionDetails(
      failed('unreachable', 'ECONNREFUSED'),
      'podstress',
      english,
    );
    assert.equal(title, 'prod');
    assert.deepEqual(
      rows.map(({ label, value }) => `${label}: ${value}`),
      [
        'State: unreachable',
        'Server: https://prod.example:6443',
        'Namespace: shop',
        'User: jane',
        'Kubeconfig: /home/jane/.kube/config',
        'Chosen by: you, in this workspace',
      ],
    );
    assert.deepEqual(notes, ['The cluster does not answer.', 'ECONNREFUSED']);
  });
});

describe('the message above the Pods', () => {
  const scope = { namespaces: ['shop'], refused: ['bank'] };

  it('says what is lacking to who may not read all namespaces', () => {
    const message = podsMessage({ ...LIVE, scope }, 1, [], english);
    assert.match(message, /^You may not list Pods of all namespaces\. Shown: shop\..*podstress\.namespaces/);
    assert.match(message, /Refused: bank\./);
    assert.match(podsMessage({ ...LIVE, scope }, 0, [], english), /^You may not/);
  });

  it('is empty where a welcome view speaks', () => {
    assert.equal(podsMessage(LIVE, 0, [], english), '');
    assert.equal(podsMessage(failed('forbidden'), 0, [], english), '');
  });
});
