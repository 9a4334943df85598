import assert from 'node:assert/strict';
import { DisposableList } from '../../../src/extension/disposables.js';
import { isSandbox } from '../../../src/extension/present/connection.js';
import { labErrorKind } from '../../../src/extension/present/errors.js';
import { formatSpan } from '../../../src/extension/present/experiments.js';
import { memoryStress, memoryStressName } from '../../../src/extension/present/memory-stress.js';
import { english } from './support/language.js';
import { podView } from './support/views.js';

describe('DisposableList', () => {
  it('ends what it holds once, newest first', () => {
    const ended: string[] = [];
    const list = new DisposableList();
    list.defer(() => ended.push('first'));
    list.defer(() => ended.push('second'));
    list.dispose();
    list.dispose();
    assert.deepEqual(ended, ['second', 'first']);
  });

  it('ends at once what comes late', () => {
    const list = new DisposableList();
    list.dispose();
    let ended = false;
    list.defer(() => {
      ended = true;
    });
    assert.ok(ended);
  });

  it('ends the rest although one throws', () => {
    const list = new DisposableList();
    let ended = false;
    list.defer(() => {
      ended = true;
    });
    list.defer(() => {
      throw new Error('no');
    });
    assert.throws(() => list.dispose(), /no/);
    assert.ok(ended);
  });
});

describe('small words', () => {
  it('spans of time end at two units', () => {
    const text = (seconds: number) => formatSpan(seconds * 1000, english);
    assert.deepEqual([0, 42, 60, 185, 3600, 9000].map(text), [
      '0 s',
      '42 s',
      '1 min',
      '3 min 5 s',
      '1 h',
      '2 h 30 min',
    ]);
  });

  it('a sandbox is known by its context and a loopback address, both', () => {
    const at = (context: string, server: string) => isSandbox({ phase: 'live', context, server });
    assert.ok(at('podstress-sandbox', 'https://127.0.0.1:6443'));
    assert.ok(at('podstress-sandbox', 'https://localhost:6443'));
    assert.ok(at('podstress-sandbox', 'https://[::1]:6443'));
    assert.ok(!at('prod', 'https://127.0.0.1:6443'));
    assert.ok(!at('podstress-sandbox', 'https://10.0.0.1:6443'));
    assert.ok(!at('podstress-sandbox', 'https://127.0.0.1.example.com'));
    assert.ok(!at('podstress-sandbox', 'https://127.0.0.1:6443@example.com'));
  });

  it('a lab’s error is known by its shape', () => {
    assert.equal(labErrorKind(Object.assign(new Error('x'), { kind: 'forbidden' })), 'forbidden');
    assert.equal(labErrorKind(Object.assign(new Error('x'), { kind: 'other' })), null);
    assert.equal(labErrorKind('forbidden'), null);
  });
});

describe('memory stress by right click', () => {
  it('acts on that container of that Pod alone', () => {
    const pod = podView({ name: 'web-1' });
    const object = memoryStress({ pod, container: 'hello-kubernetes', size: '50MiB', duration: '5m' });
    assert.deepEqual(object.spec, {
      mode: 'all',
      selector: { pods: { 'hello-kubernetes': ['web-1'] } },
      containerNames: ['hello-kubernetes'],
      stressors: { memory: { workers: 1, size: '50MiB' } },
      duration: '5m',
    });
    assert.equal(object.metadata.namespace, 'hello-kubernetes');
  });

  it('has a name that Kubernetes takes, the same for the same container and no other', () => {
    const long = 'hello-kubernetes-hello-world-b55bfcf68-8mln6';
    const names = [
      memoryStressName('web-1', 'app'),
      memoryStressName(long, 'hello-kubernetes'),
      memoryStressName(long, 'hello-kubernetes-2'),
      memoryStressName(`${long.slice(0, -5)}x2k9q`, 'hello-kubernetes'),
    ];
    for (const name of names) assert.match(name, /^[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?$/);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names[1], memoryStressName(long, 'hello-kubernetes'));
  });
});
