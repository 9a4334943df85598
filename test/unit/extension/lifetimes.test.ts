import assert from 'node:assert/strict';
import { DisposableList } from '../../../src/extension/disposables.js';
import { isSandbox } from '../../../src/extension/present/connection.js';
import {
  containerStress,
  type StressTarget,
  stressesOnly,
  stressName,
} from '../../../src/extension/present/container-stress.js';
import { labErrorKind } from '../../../src/extension/present/errors.js';
import { formatSpan } from '../../../src/extension/present/experiments.js';
import type { PodView } from '../../../src/lab/types.js';
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

describe('stress by right click', () => {
  const targetOf = (pod: PodView): StressTarget => {
    const [container] = pod.containers;
    assert.ok(container !== undefined);
    return { pod, container };
  };
  const memory = { memory: { workers: 1, size: '50MiB' } };

  it('acts on that container of that Pod alone', () => {
    const target = targetOf(podView({ name: 'web-1' }));
    const object = containerStress({ targets: [target], stressors: memory, duration: '5m' });
    assert.deepEqual(object.spec, {
      mode: 'all',
      selector: { pods: { 'hello-kubernetes': ['web-1'] } },
      containerNames: ['hello-kubernetes'],
      stressors: { memory: { workers: 1, size: '50MiB' } },
      duration: '5m',
    });
    assert.equal(object.metadata.namespace, 'hello-kubernetes');
    assert.ok(stressesOnly(object, [target]));
  });

  it('keeps processors busy under a name of its own', () => {
    const target = targetOf(podView({ name: 'web-1' }));
    const object = containerStress({
      targets: [target],
      stressors: { cpu: { workers: 2, load: 50 } },
      duration: '1m',
    });
    assert.deepEqual(object.spec.stressors, { cpu: { workers: 2, load: 50 } });
    assert.equal(object.metadata.name, 'cpu-web-1-hello-kubernetes');
  });

  it('acts on several Pods at once, each named once', () => {
    const targets = [
      targetOf(podView({ name: 'web-1' })),
      targetOf(podView({ name: 'web-2' })),
      targetOf(podView({ name: 'db', namespace: 'data' })),
    ] as const;
    const object = containerStress({ targets, stressors: memory, duration: '5m' });
    assert.deepEqual(object.spec.selector.pods, { 'hello-kubernetes': ['web-1', 'web-2'], data: ['db'] });
    assert.match(object.metadata.name, /^memory-3-containers-[0-9a-z]+$/);
    assert.ok(stressesOnly(object, targets));
  });

  it('knows where one object would stress more than was selected', () => {
    const two = podView({ name: 'web-1' });
    const side = { ...targetOf(two).container, name: 'side' };
    const withSide: PodView = {
      ...two,
      pod: { ...two.pod, spec: { containers: [...two.pod.spec.containers, { name: 'side' }] } },
      containers: [...two.containers, side],
    };
    const other = podView({ name: 'other', container: 'side' });
    const targets = [targetOf(withSide), targetOf(other)] as const;
    const object = containerStress({ targets, stressors: memory, duration: '5m' });
    assert.deepEqual(object.spec.containerNames, ['hello-kubernetes', 'side']);
    assert.equal(stressesOnly(object, targets), false);
  });

  it('has a name that Kubernetes takes, the same for the same container and no other', () => {
    const name = (pod: string, container: string) =>
      stressName('memory', [{ pod: { key: `shop/${pod}`, name: pod }, container: { name: container } }]);
    const long = 'hello-kubernetes-hello-world-b55bfcf68-8mln6';
    const names = [
      name('web-1', 'app'),
      name(long, 'hello-kubernetes'),
      name(long, 'hello-kubernetes-2'),
      name(`${long.slice(0, -5)}x2k9q`, 'hello-kubernetes'),
    ];
    for (const one of names) assert.match(one, /^[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?$/);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names[1], name(long, 'hello-kubernetes'));
  });
});
