import assert from 'node:assert/strict';
import { podOfCgroup } from '../../../../src/core/cgroup/path.js';
import { containerPath, FakeNode, type FakeNodeOptions } from './fake-node.js';

const OURS = '/ours';
const A = containerPath(1, OURS);
const B = containerPath(2, OURS);
const ELSEWHERE = containerPath(3, '/elsewhere');

describe('the kill ledger', () => {
  let node: FakeNode | undefined;

  function start(options?: FakeNodeOptions): FakeNode {
    node = new FakeNode(options);
    return node;
  }

  /** What is told: victim, container or candidates, and whether the counters show it. */
  function told(): unknown[] {
    return (node?.kills ?? []).map(({ victim, taskMemcg, candidates, checked }) => [
      victim?.pid ?? null,
      taskMemcg ?? candidates.map(({ containerId }) => containerId),
      checked,
    ]);
  }

  const idOf = (path: string): string | null | undefined => podOfCgroup(path)?.containerId;

  afterEach(() => {
    node?.close();
    node = undefined;
  });

  it('takes a kill outside of its scope for nobody of its own, though only one container within could be it', () => {
    const node = start({ scope: OURS });
    for (const path of [A, ELSEWHERE]) node.make(path);
    node.pass(1000);
    for (const pid of [1, 2, 3]) node.kill(pid, ELSEWHERE);
    node.kill(4, A);
    node.read();
    node.pass(3000);
    assert.deepEqual(told(), [[null, A, true]], 'one kill of ours, and which of the four lines is unknown');
  });

  it('drops the line of a cgroup outside of its scope that was never seen', () => {
    const node = start({ scope: OURS });
    node.make(A);
    node.pass(1000);
    node.kill(1, ELSEWHERE);
    node.kill(2, A);
    node.read();
    node.pass(3000);
    assert.deepEqual(told(), [[null, A, true]]);
  });

  it('keeps apart what one look after the other tells apart', () => {
    const node = start({ scope: OURS });
    for (const path of [A, B, ELSEWHERE]) node.make(path);
    node.pass(1000);
    for (const [index, path] of [A, ELSEWHERE, B, A].entries()) {
      node.kill(index, path);
      node.read();
    }
    assert.deepEqual(told(), [
      [0, A, true],
      [2, B, true],
      [3, A, true],
    ]);
  });

  it('tells each line of a knot within its scope, with its candidates', () => {
    const node = start();
    for (const path of [A, B]) node.make(path);
    node.pass(1000);
    node.kill(1, A);
    node.kill(2, B);
    node.read();
    const either = [idOf(A), idOf(B)];
    assert.deepEqual(told(), [
      [1, either, true],
      [2, either, true],
    ]);
  });

  it('says that a single candidate is no more than that where the other cgroup went unseen', () => {
    const node = start();
    node.make(A);
    node.pass(1000);
    node.kill(1, '/never/seen');
    node.kill(2, A);
    node.read();
    assert.deepEqual(told(), [
      [1, [idOf(A)], false],
      [2, [idOf(A)], false],
    ]);
  });

  it('names the container of a process that was seen there, though its cgroup is gone', () => {
    const node = start({ scope: OURS });
    for (const path of [A, B]) node.make(path);
    node.run(7, B);
    node.pass(1000);
    node.kill(7, B);
    node.remove(B);
    node.kill(8, A);
    node.pass(1000);
    assert.deepEqual(told(), [
      [7, B, false],
      [8, A, true],
    ]);
  });

  it('waits for a line that is about to be printed rather than guess', () => {
    const node = start();
    for (const path of [A, B]) node.make(path);
    node.pass(1000);
    node.kill(1, A);
    node.kill(99, B, 'nothing');
    node.read();
    assert.deepEqual(told(), [], 'B has counted as well: whose line is it?');
    node.pass(50);
    assert.deepEqual(told(), []);
    node.pass(100);
    assert.equal(node.kills.length, 2, 'no line came: both kills are told all the same');
    assert.ok(node.kills.every(({ pod }) => pod === null));
  });

  it('says of a kernel that does not count that nothing could be checked', () => {
    const node = start({ countsKills: false });
    for (const path of [A, B]) node.make(path);
    node.run(2, B);
    node.pass(1000);
    node.kill(1, A, 'full');
    node.kill(2, B);
    node.kill(3, B);
    node.read();
    node.pass(3000);
    assert.deepEqual(told(), [
      [1, A, false],
      [2, B, false],
      [3, [], false],
    ]);
  });

  it('counts what was never printed, once and not twice', () => {
    const node = start();
    node.make(A);
    node.pass(1000);
    node.kill(1, A, 'nothing');
    node.kill(2, A, 'nothing');
    node.pass(5000);
    assert.deepEqual(told(), [
      [null, A, true],
      [null, A, true],
    ]);
    assert.ok(node.kills.every(({ evidence }) => evidence === 'counted'));
  });

  it('reads no counter while the node counts no kill, but for a cgroup that came', () => {
    const node = start();
    for (const path of [A, B]) node.make(path);
    node.pass(5000);
    node.takeReads();
    node.pass(5000);
    assert.equal(node.takeReads().counters, 0);
    node.make(ELSEWHERE);
    node.pass(1000);
    assert.equal(node.takeReads().counters, 1);
    node.kill(1, ELSEWHERE, 'nothing');
    node.pass(5000);
    assert.deepEqual(told(), [[null, ELSEWHERE, true]]);
  });

  it('reads counters once more after the node counted a kill: the cgroup may count it a moment later', () => {
    const node = start();
    node.make(A);
    node.pass(5000);
    node.countOnNode();
    node.pass(1000);
    node.countInCgroup(A);
    node.pass(3000);
    assert.deepEqual(told(), [[null, A, true]]);
  });

  it('knows a container that goes after a long quiet', () => {
    const node = start();
    node.make(A);
    node.run(7, A);
    node.pass(60_000);
    node.kill(7, A);
    node.remove(A);
    node.read();
    node.pass(3000);
    assert.deepEqual(told(), [[7, A, false]]);
  });

  it('looks closely while its own containers lose processes, and not while others do', () => {
    const node = start({ scope: OURS });
    for (const path of [A, ELSEWHERE]) node.make(path);
    node.pass(5000);
    const listsAfter = (path: string): number => {
      node.takeReads();
      node.kill(1, path);
      node.read();
      node.pass(400);
      return node.takeReads().lists;
    };
    assert.equal(listsAfter(ELSEWHERE), 0);
    node.pass(5000);
    assert.ok(listsAfter(A) > 5);
  });

  it('states a gap, and its kills as counted', () => {
    const node = start();
    node.make(A);
    node.pass(1000);
    node.kill(1, A, 'nothing');
    node.ledger.addGap(40);
    node.kill(2, A);
    node.read();
    node.pass(3000);
    assert.deepEqual(
      node.gaps.map(({ source, lost }) => [source, lost]),
      [['kernel', 40]],
    );
    assert.deepEqual(told(), [
      [2, A, true],
      [null, A, true],
    ]);
  });
});
