import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import {
  containerCgroup,
  createPod,
  deletePod,
  eventsOf,
  mainStatus,
  readPod,
  startTestSandbox,
  until,
} from './support.js';

const V1 = existsSync('/sys/fs/cgroup/memory');

/** The kernel's count of OOM kills in a container. */
function oomKills(directory: string): number {
  const file = join(directory, V1 ? 'memory.oom_control' : 'memory.events');
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
}

describe("OOM kills in the sandbox are the kernel's", function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;

  before(async () => {
    sandbox = await startTestSandbox();
  });
  after(() => sandbox.stop());

  it('main process killed: OOMKilled, 137, restarted', async () => {
    createPod(sandbox, 'hog', { command: ['sh', '-c', 'exec tail /dev/zero'], limit: '40Mi' });
    const status = await until(
      'it was restarted',
      () => (mainStatus(sandbox, 'hog')?.restartCount ?? 0) > 0 && mainStatus(sandbox, 'hog'),
    );
    const { terminated } = status.lastState ?? {};
    assert.deepEqual([terminated?.reason, terminated?.exitCode], ['OOMKilled', 137]);
    assert.ok(
      !eventsOf(sandbox, 'hog').some((event) => /oom/i.test(event)),
      'no Kubernetes event ever says OOM',
    );
    deletePod(sandbox, 'hog', 0);
  });

  it('a child killed: nothing to be seen, until PID 1 ends well and is labelled all the same', async function () {
    // On cgroup v2 the whole container is killed, as the kubelet has it since Kubernetes 1.28.
    if (!V1) this.skip();
    const command = ['sh', '-c', 'tail /dev/zero; sleep 1; exit 0'];
    createPod(sandbox, 'parent', { command, limit: '40Mi', spec: { restartPolicy: 'Never' } });
    await until('it runs', () => mainStatus(sandbox, 'parent')?.state?.running);
    const cgroup = containerCgroup(sandbox, 'parent');
    await until('its child was killed', () => existsSync(cgroup) && oomKills(cgroup) > 0);
    assert.equal(mainStatus(sandbox, 'parent')?.restartCount, 0);
    assert.ok(mainStatus(sandbox, 'parent')?.state?.running, 'it runs on');
    const ended = await until('PID 1 ended', () => mainStatus(sandbox, 'parent')?.state?.terminated);
    assert.deepEqual([ended.reason, ended.exitCode], ['OOMKilled', 0]);
    await until('the Pod succeeded', () => readPod(sandbox, 'parent')?.status?.phase === 'Succeeded');
  });
});
