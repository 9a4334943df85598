import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describePod } from '../../../src/lab/describe/describe-pod.js';
import { age } from '../../../src/lab/describe/layout.js';

const EVENTS = JSON.parse(
  readFileSync(new URL('../../../../test/fixtures/recordings/api/events-core.json', import.meta.url), 'utf8'),
) as { items: unknown[] };
const NOW = Date.parse('2026-11-20T18:52:25Z');

const POD = {
  kind: 'Pod',
  metadata: {
    name: 'cart',
    namespace: 'shop',
    labels: { app: 'cart', 'a/b': 'c' },
    annotations: { evil: 'one\nName: forged\u001b[2J' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-1', controller: true }],
  },
  spec: {
    nodeName: 'node1',
    restartPolicy: 'Always',
    containers: [
      {
        name: 'main',
        image: 'cart:1',
        command: ['sh', '-c', 'sleep 1'],
        env: [
          { name: 'PLAIN', value: 'x' },
          { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'vault', key: 'token' } } },
        ],
        resources: { requests: { memory: '100Mi' }, limits: { memory: '200Mi', cpu: '1' } },
        livenessProbe: { httpGet: { port: 8080, path: '/live' }, periodSeconds: 5 },
      },
    ],
  },
  status: {
    phase: 'Running',
    qosClass: 'Burstable',
    hostIP: '10.0.0.1',
    containerStatuses: [
      {
        name: 'main',
        restartCount: 3,
        ready: true,
        state: { running: { startedAt: '2026-11-20T18:50:00Z' } },
        lastState: {
          terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-11-20T18:49:55Z' },
        },
      },
    ],
    conditions: [{ type: 'Ready', status: 'True' }],
  },
};

describe('the description of a Pod', () => {
  const text = describePod({ pod: POD, events: EVENTS.items, view: null, now: NOW });

  it('tells first what concerns its memory', () => {
    assert.match(
      text,
      /^Memory:\n {2}Container {2}Request {2}Limit {2}Working set {2}Restarts {2}OOM kills seen {2}Last end\n {2}main {7}100Mi {4}200Mi {2}- {12}3 {9}- {15}OOMKilled, exit code 137 \(SIGKILL\), 2m30s ago$/m,
    );
    assert.ok(text.indexOf('Memory:') < text.indexOf('Containers:'));
  });

  it("has the parts of kubectl's", () => {
    for (const part of [
      /^Name: +cart$/m,
      /^Node: +node1\/10\.0\.0\.1$/m,
      /^Controlled By: +ReplicaSet\/cart-1$/m,
      /^QoS Class: +Burstable$/m,
      /^Labels: +a\/b=c\n +app=cart$/m,
      /^ {4}State: +Running\n {6}Started: +2026-11-20T18:50:00Z\n {4}Last State: +Terminated\n {6}Reason: +OOMKilled\n {6}Exit Code: +137 \(SIGKILL\)\n/m,
      /^ {4}Limits:\n {6}cpu: +1\n {6}memory: +200Mi$/m,
      /^ {4}Liveness: +http-get :8080\/live delay=0s timeout=1s period=5s #success=1 #failure=3$/m,
      /^ {4}Environment: +PLAIN: x\n +SECRET: <set to the key 'token' in secret 'vault'>$/m,
      /^ {2}Normal +Scheduled +(?:10m|9m59s) +default-scheduler +Successfully assigned apishapes\/p1 to node1$/m,
    ]) {
      assert.match(text, part);
    }
  });

  it('keeps every value on its line', () => {
    assert.doesNotMatch(text, /^Name: forged/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f]/);
  });

  it('explains the label OOMKilled beside another exit code', () => {
    const [status] = POD.status.containerStatuses;
    const lastState = { terminated: { reason: 'OOMKilled', exitCode: 0 } };
    const odd = { ...POD, status: { ...POD.status, containerStatuses: [{ ...status, lastState }] } };
    assert.match(
      describePod({ pod: odd, events: [], view: null, now: NOW }),
      /Exit Code: +0\n +Note: +a process of this instance was OOM-killed/,
    );
  });

  it('can be made of next to nothing, and of nonsense', () => {
    assert.match(describePod({ pod: {}, events: [], view: null, now: NOW }), /^Events:\n {2}<none>$/m);
    const odd = {
      metadata: [],
      spec: { containers: [1, { name: 'a', env: [null], ports: [7] }] },
      status: 'x',
    };
    assert.match(describePod({ pod: odd, events: [null, 3, {}], view: null, now: NOW }), /^ {2}a:$/m);
  });

  for (const [ms, expected] of [
    [-5, '0s'],
    [119_000, '119s'],
    [150_000, '2m30s'],
    [600_000, '10m'],
    [3 * 3_600_000, '3h'],
    [7 * 3_600_000 + 60_000, '7h1m'],
    [30 * 3_600_000, '30h'],
    [2 * 86_400_000 + 3_600_000, '2d1h'],
    [40 * 86_400_000, '40d'],
  ] as const) {
    it(`writes ages as kubectl does: ${expected}`, () => assert.equal(age(ms), expected));
  }
});
