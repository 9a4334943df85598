import assert from 'node:assert/strict';
import { parsePodFilter } from '../../../src/extension/present/pod-filter.js';
import {
  EMPTY_WORLD,
  MOST_LISTED,
  PodsModel,
  type PodsNode,
  type PodsWorld,
} from '../../../src/extension/views/pods-model.js';
import type { PodView, ProcessList } from '../../../src/lab/types.js';
import type { ProcessInfo } from '../../../src/protocol/agent/types.js';
import { english } from './support/language.js';
import { MIB, podView } from './support/views.js';

/** The model with its world, and everything drawn that VS Code would draw with all places open. */
class Tree {
  readonly model = new PodsModel(english);
  world = EMPTY_WORLD;

  update(world: Partial<PodsWorld>, now = 0) {
    this.world = { ...this.world, ...world };
    return this.model.update(this.world, now);
  }

  /** Updates and names what must be drawn again. */
  changed(world: Partial<PodsWorld>, now = 0): string[] | 'all' | null {
    const change = this.update(world, now);
    return change === null || change === 'all' ? change : change.map(({ id }) => id);
  }

  /** Draws everything; answers the labels, indented. */
  draw(): string[] {
    const lines: string[] = [];
    const draw = (nodes: readonly PodsNode[], depth: number): void => {
      for (const node of nodes) {
        lines.push(`${' '.repeat(depth)}${this.model.row(node)?.label ?? '?'}`);
        draw(this.model.children(node), depth + 1);
      }
    };
    draw(this.model.roots(), 0);
    return lines;
  }
}

function process(pid: number, over: Partial<ProcessInfo>): ProcessInfo {
  return {
    pid,
    containerPid: pid,
    comm: 'node',
    commandLine: [],
    uid: 0,
    rssBytes: MIB,
    swapBytes: 0,
    pageTableBytes: 0,
    oomScoreAdj: 988,
    stressRun: null,
    ...over,
  };
}

function listOf(...processes: ProcessInfo[]): ReadonlyMap<string, ProcessList> {
  return new Map([['id-a', { processes, readAt: 0, detail: null }]]);
}

describe('the tree of Pods', () => {
  const filter = (text: string) => {
    const read = parsePodFilter(text);
    assert.ok(read !== null && !('unknown' in read));
    return read;
  };

  it('is sorted by namespace, then Pod, then container', () => {
    const tree = new Tree();
    tree.update({
      pods: [podView({ name: 'b' }), podView({ namespace: 'a', name: 'z' }), podView({ name: 'a' })],
    });
    assert.deepEqual(tree.draw(), [
      'a',
      ' z',
      '  hello-kubernetes',
      'hello-kubernetes',
      ' a',
      '  hello-kubernetes',
      ' b',
      '  hello-kubernetes',
    ]);
    const pod = tree.model.findPod('hello-kubernetes/a') ?? assert.fail();
    const [container = assert.fail()] = tree.model.children(pod);
    assert.equal(tree.model.parent(container), pod);
    assert.equal(tree.model.parent(pod), tree.model.roots()[1]);
  });

  it('tells to draw only what changed, as the same objects', () => {
    const tree = new Tree();
    const [a, b] = [podView({ name: 'a' }), podView({ name: 'b' })];
    tree.update({ pods: [a, b] });
    tree.draw();
    assert.equal(tree.changed({ pods: [a, b] }), null);
    const pod = tree.model.findPod('hello-kubernetes/a');
    const change = tree.update({ pods: [podView({ name: 'a', used: 88 * MIB }), b] });
    assert.ok(change !== null && change !== 'all');
    assert.deepEqual(
      change.map(({ id }) => id),
      ['pod/hello-kubernetes/a', 'container/hello-kubernetes/a/hello-kubernetes'],
    );
    assert.equal(change[0], pod);
  });

  it('what was never asked for is not drawn again', () => {
    const tree = new Tree();
    tree.update({ pods: [podView({ name: 'a' })] });
    const [group = assert.fail()] = tree.model.roots();
    tree.model.row(group);
    assert.equal(tree.changed({ pods: [podView({ name: 'a', used: 88 * MIB })] }), null);
  });

  it('a Pod that comes or goes redraws its namespace alone', () => {
    const tree = new Tree();
    const [a, x] = [podView({ name: 'a' }), podView({ namespace: 'other', name: 'x' })];
    tree.update({ pods: [a, x] });
    tree.draw();
    assert.deepEqual(tree.changed({ pods: [a, podView({ name: 'b' }), x] }), ['namespace/hello-kubernetes']);
    tree.draw();
    assert.deepEqual(tree.changed({ pods: [a, x] }), ['namespace/hello-kubernetes']);
    assert.equal(tree.changed({ pods: [x] }), 'all');
    assert.equal(tree.model.findPod('hello-kubernetes/a'), undefined);
  });

  it('can stand by node, by owner or flat', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '' };
    const pods = [
      podView({ name: 'db-0', owner, nodeName: 'n2' }),
      podView({ name: 'alone', nodeName: 'n1' }),
      podView({ name: 'late', nodeName: '' }),
    ];
    const tree = new Tree();
    tree.update({ pods, grouping: 'node' });
    const labels = () => tree.draw().filter((line) => !line.includes('hello'));
    assert.deepEqual(labels(), ['n1', ' alone', 'n2', ' db-0', 'Not scheduled', ' late']);
    assert.equal(tree.changed({ grouping: 'owner' }), 'all');
    assert.deepEqual(labels(), ['db', ' db-0', 'Without an owner', ' alone', ' late']);
    assert.equal(tree.changed({ grouping: 'flat' }), 'all');
    assert.deepEqual(labels(), ['alone', 'db-0', 'late']);
    const pod = tree.model.findPod('hello-kubernetes/alone') ?? assert.fail();
    assert.equal(tree.model.parent(pod), undefined);
    assert.match(tree.model.row(pod)?.description ?? '', /hello-kubernetes$/);
  });

  it('a Pod that gets its node moves there', () => {
    const tree = new Tree();
    tree.update({ pods: [podView({ name: 'a', nodeName: '' })], grouping: 'node' });
    assert.deepEqual(tree.draw()[0], 'Not scheduled');
    assert.equal(tree.changed({ pods: [podView({ name: 'a', nodeName: 'n1' })] }), 'all');
    assert.deepEqual(tree.draw().slice(0, 2), ['n1', ' a']);
  });

  it('by working set or percent the most used comes first, and rows do not dance', () => {
    const tree = new Tree();
    const pods = (a: number, b: number) => [
      podView({ name: 'a', used: a * MIB, limit: 1000 * MIB }),
      podView({ name: 'b', used: b * MIB, limit: 100 * MIB }),
      podView({ name: 'c', used: null }),
    ];
    const names = () => tree.draw().filter((line) => /^ \S/.test(line));
    tree.update({ pods: pods(90, 50), sorting: 'workingSet' }, 1000);
    assert.deepEqual(names(), [' a', ' b', ' c']);
    tree.update({ sorting: 'percent' }, 1000);
    assert.deepEqual(names(), [' b', ' a', ' c']);
    tree.update({ sorting: 'workingSet' }, 1000);
    tree.update({ pods: pods(40, 50) }, 2000);
    assert.deepEqual(names(), [' a', ' b', ' c']);
    assert.ok(tree.changed({ pods: pods(40, 50) }, 4001)?.includes('namespace/hello-kubernetes'));
    assert.deepEqual(names(), [' b', ' a', ' c']);
  });

  it('shows what passes the filter, and follows Pods that come to pass it', () => {
    const tree = new Tree();
    const [calm, near] = [podView({ name: 'a' }), podView({ name: 'a', used: 490 * MIB })];
    const b = podView({ name: 'b', labels: { app: 'web' } });
    tree.update({ pods: [calm, b], filter: filter('is:near') });
    assert.deepEqual(tree.draw(), []);
    assert.deepEqual(tree.model.counts, { shown: 0, all: 2 });
    assert.equal(tree.changed({ pods: [near, b] }), 'all');
    assert.deepEqual(tree.draw().slice(0, 2), ['hello-kubernetes', ' a']);
    assert.equal(tree.model.findPod('hello-kubernetes/b'), undefined);
    tree.update({ filter: filter('label:app=web') });
    assert.deepEqual(tree.draw().slice(0, 2), ['hello-kubernetes', ' b']);
    tree.update({ filter: null });
    assert.equal(tree.draw().length, 5);
  });

  it('lists processes, the first to die first', () => {
    const tree = new Tree();
    const pods = [podView({ name: 'a' })];
    tree.update({ pods });
    tree.draw();
    const processes = listOf(
      process(1, { commandLine: ['/usr/bin/npm', 'start'], rssBytes: 40 * MIB }),
      process(7, { comm: 'stress-ng-vm', rssBytes: 13 * MIB, oomScoreAdj: 1000 }),
      process(9, { comm: 'guarded', rssBytes: 400 * MIB, oomScoreAdj: -1000 }),
    );
    assert.deepEqual(tree.changed({ processes }), ['container/hello-kubernetes/a/hello-kubernetes']);
    assert.deepEqual(tree.draw().slice(3), ['   npm start', '   stress-ng-vm', '   guarded']);
    const container = tree.model.children(tree.model.findPod('hello-kubernetes/a') ?? assert.fail())[0];
    const [first = assert.fail(), second = assert.fail()] = tree.model.children(container ?? assert.fail());
    assert.equal(tree.model.row(first)?.description, '40 MiB adj 988 first to die');
    assert.equal(tree.model.row(second)?.description, '13 MiB adj 1000');
    assert.equal(tree.model.parent(first), container);
    assert.deepEqual(tree.changed({ processes: listOf(process(7, {})) }), [
      'container/hello-kubernetes/a/hello-kubernetes',
      'process/hello-kubernetes/a/hello-kubernetes/7',
    ]);
  });

  it('a hostile process name stays one line of text', () => {
    const tree = new Tree();
    const evil = 'a\n$(flame)\u202e\u0007<b>';
    tree.update({ pods: [podView({ name: 'a' })], processes: listOf(process(1, { comm: evil })) });
    assert.equal(tree.draw()[3], '   a $ (flame)\u{fffd}\u{fffd}<b>');
  });

  it('lists so many Pods of a group and says how many more there are', () => {
    const tree = new Tree();
    const pods: PodView[] = [];
    for (let index = 0; index < MOST_LISTED + 2; index++) pods.push(podView({ name: `p${1000 + index}` }));
    tree.update({ pods });
    const [group = assert.fail()] = tree.model.roots();
    const children = tree.model.children(group);
    assert.equal(children.length, MOST_LISTED + 1);
    const more = tree.model.row(children.at(-1) ?? assert.fail());
    assert.deepEqual([more?.label, more?.description], ['2 Pods more', 'narrow them with a filter']);
    assert.equal(tree.model.findPod(`hello-kubernetes/p${1000 + MOST_LISTED}`), undefined);
    assert.equal(tree.model.listedPods(() => true).length, MOST_LISTED);
    assert.equal(tree.model.listedPods(() => false).length, 0);
  });

  it('pins and targets change their rows alone', () => {
    const tree = new Tree();
    tree.update({ pods: [podView({ name: 'a' }), podView({ name: 'b' })] });
    tree.draw();
    assert.deepEqual(tree.changed({ highlighted: new Set(['hello-kubernetes/b']) }), [
      'pod/hello-kubernetes/b',
    ]);
    assert.deepEqual(tree.changed({ pinned: new Set(['pod/hello-kubernetes/a']) }), [
      'pod/hello-kubernetes/a',
      'pod/hello-kubernetes/b',
    ]);
  });
});

describe('the filter of the Pods', () => {
  const pod = podView({ name: 'web-1', namespace: 'shop', labels: { app: 'web', tier: 'front' }, kills: 1 });
  const passes = (text: string) => {
    const read = parsePodFilter(text);
    return read === null ? 'everything' : 'unknown' in read ? `unknown ${read.unknown}` : read.matches(pod);
  };

  it('takes words of names, and every word must hold', () => {
    assert.equal(passes('WEB'), true);
    assert.equal(passes('shop web'), true);
    assert.equal(passes('shop other'), false);
    assert.equal(passes('  '), 'everything');
  });

  it('takes namespaces, nodes, owners, labels and states', () => {
    assert.equal(passes('ns:shop'), true);
    assert.equal(passes('namespace:sho'), false);
    assert.equal(passes('node:sandbox'), true);
    assert.equal(passes('owner:web'), false);
    assert.equal(passes('label:app'), true);
    assert.equal(passes('label:app=web label:tier=front'), true);
    assert.equal(passes('label:app=other'), false);
    assert.equal(passes('label:toString'), false);
    assert.equal(passes('is:killed'), true);
    assert.equal(passes('is:near'), false);
    assert.equal(passes('is:unlimited'), false);
    assert.equal(passes('is:stressed'), false);
  });

  it('names the word that means nothing', () => {
    assert.equal(passes('web is:odd'), 'unknown is:odd');
    assert.equal(passes('ns:'), 'unknown ns:');
    assert.equal(passes('constructor:x'), 'unknown constructor:x');
  });
});
