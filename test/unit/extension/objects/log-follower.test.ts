import assert from 'node:assert/strict';
import type { ContainerStatus } from '../../../../src/core/kubernetes/objects.js';
import { followLog } from '../../../../src/extension/objects/log-follower.js';
import type { LogOptions, PodView } from '../../../../src/lab/types.js';
import { FakeLab } from '../support/fake-lab.js';
import { english } from '../support/language.js';
import { podView } from '../support/views.js';

const TARGET = { namespace: 'shop', pod: 'cart', container: 'main' };
const at = (second: number, text: string) => `2026-11-20T18:00:${String(second).padStart(2, '0')}.5Z ${text}`;

function cart(id: string, restarts: number, state: ContainerStatus['state'], phase = 'Running'): PodView {
  const view = podView({ namespace: 'shop', name: 'cart', container: 'main', restarts, phase });
  const status: ContainerStatus = {
    name: 'main',
    image: '',
    imageID: '',
    ready: true,
    restartCount: restarts,
    ...(state === undefined ? {} : { state }),
  };
  return {
    ...view,
    pod: { ...view.pod, status: { containerStatuses: [status] } },
    containers: view.containers.map((one) => ({ ...one, containerId: id })),
  };
}

class LabFailure extends Error {
  readonly kind: string;
  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

describe('following a log', () => {
  let lab: FakeLab;
  let asked: LogOptions[];
  let said: string[];
  const stop = new AbortController();

  beforeEach(() => {
    lab = new FakeLab();
    asked = [];
    said = [];
    lab.pods.set([cart('one', 0, { running: {} })]);
  });

  /** Each stream is a function: what it gives, and what happens at its end. */
  const follow = (streams: readonly (() => AsyncIterable<readonly string[]>)[], signal = stop.signal) => {
    const left = [...streams];
    lab.log = (_target, options) => {
      asked.push(options);
      const next = left.shift();
      assert.ok(next, 'one stream too many');
      return next();
    };
    return followLog({
      lab,
      target: TARGET,
      language: english,
      signal,
      patienceMs: 20,
      sink: {
        lines: (lines) => {
          said.push(...lines);
          return undefined;
        },
        notice: (text) => void said.push(`— ${text}`),
      },
    });
  };

  it('goes on with the next instance after an OOM kill, and says so', async () => {
    await follow([
      async function* () {
        yield [at(1, 'one'), at(2, 'two')];
        const terminated = { exitCode: 137, reason: 'OOMKilled' };
        lab.pods.set([cart('one', 0, { terminated })]);
        setTimeout(() => lab.pods.set([cart('two', 1, { running: {} })]), 5);
      },
      async function* () {
        yield [at(2, 'two'), at(9, 'born again')];
        lab.pods.set([]);
      },
    ]);
    assert.deepEqual(said, [
      'one',
      'two',
      '— The container ended (OOMKilled, exit code 137). The log goes on with its next instance.',
      '— The container was started again (restart 1).',
      'born again',
      '— The Pod is gone: the log ends here.',
    ]);
    assert.deepEqual(
      asked.map(({ tailLines, sinceTime }) => [tailLines, sinceTime]),
      [
        [1000, undefined],
        [undefined, '2026-11-20T18:00:02.5Z'],
      ],
    );
  });

  it('ends where the container will not start again', async () => {
    await follow([
      async function* () {
        yield [at(1, 'done')];
        lab.pods.set([cart('one', 0, { terminated: { exitCode: 0, reason: 'Completed' } }, 'Succeeded')]);
      },
    ]);
    assert.equal(
      said.at(-1),
      '— The container ended (Completed, exit code 0) and will not start again: the log ends here.',
    );
  });

  it('opens a stream again that the server closed, and repeats no line', async () => {
    await follow([
      async function* () {
        yield [at(1, 'one')];
      },
      async function* () {
        yield [at(1, 'one'), at(3, 'three')];
        lab.pods.set([]);
      },
    ]);
    assert.deepEqual(said, ['one', 'three', '— The Pod is gone: the log ends here.']);
  });

  it('goes on after a break of the connection', async () => {
    await follow([
      async function* () {
        yield [at(1, 'one')];
        throw new LabFailure('unreachable', 'socket hang up');
      },
      async function* () {
        yield [at(1, 'one'), at(2, 'two')];
        lab.pods.set([]);
      },
    ]);
    assert.deepEqual(said.slice(0, 3), [
      'one',
      '— The connection was lost (socket hang up); the log goes on when it is back.',
      'two',
    ]);
  });

  it('waits for a container that has not started, saying so once', async () => {
    lab.pods.set([cart('', 0, { waiting: { reason: 'ContainerCreating' } })]);
    const waiting = 'container "main" in pod "cart" is waiting to start: ContainerCreating';
    await follow([
      async function* () {
        setTimeout(() => lab.pods.set([cart('one', 0, { running: {} })]), 5);
        throw new LabFailure('rejected', waiting);
      },
      async function* () {
        yield [at(1, 'started')];
        lab.pods.set([]);
      },
    ]);
    assert.deepEqual(said.slice(0, 2), [`— ${waiting}: the log begins when it starts.`, 'started']);
  });

  it('says what the server said where nobody may read it', async () => {
    await follow([
      async function* () {
        yield [];
        throw new LabFailure('forbidden', 'pods "cart" is forbidden');
      },
    ]);
    assert.deepEqual(said, ['— The log cannot be read: pods "cart" is forbidden']);
  });

  it('stops with its signal and leaves no listener behind', async () => {
    const own = new AbortController();
    const following = follow(
      [
        async function* () {
          yield ['no time in this line'];
          lab.pods.set([cart('one', 0, { waiting: { reason: 'CrashLoopBackOff' } })]);
          setTimeout(() => own.abort(), 5);
        },
      ],
      own.signal,
    );
    await following;
    assert.equal(said[0], 'no time in this line');
    assert.equal(lab.pods.listeners, 0);
    assert.equal(lab.connection.listeners, 0);
  });
});
