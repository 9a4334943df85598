import assert from 'node:assert/strict';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { oomScoreAdj } from '../../../src/core/memory/oom-score-adj.js';
import { canLowerOomScoreAdj, memoryTotal } from '../../../src/sandbox/kubelet/node.js';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import {
  containerCgroup,
  createPod,
  deletePod,
  eventsOf,
  isRunning,
  mainStatus,
  pidsBelow,
  podCgroup,
  readPod,
  startTestSandbox,
  until,
} from './support.js';

const V1 = existsSync('/sys/fs/cgroup/memory');

describe("the sandbox's kubelet", function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox & { readonly logged: string[] };

  before(async () => {
    sandbox = await startTestSandbox();
  });
  after(async () => {
    await sandbox.stop();
    assert.ok(!existsSync(sandbox.cgroupRoot ?? '/'), 'its cgroup is gone');
  });

  const running = (name: string) =>
    until(`${name} runs`, () => mainStatus(sandbox, name)?.state?.running && readPod(sandbox, name));
  const restarted = (name: string, times = 1) =>
    until(
      `${name} was restarted`,
      () => (mainStatus(sandbox, name)?.restartCount ?? 0) >= times && mainStatus(sandbox, name),
    );
  const ended = (name: string) => until(`${name} ended`, () => mainStatus(sandbox, name)?.state?.terminated);

  it('puts each container into its cgroup with limits and score, and into namespaces of its own', async () => {
    createPod(sandbox, 'placed', {
      command: ['sleep', '1000'],
      container: { resources: { requests: { memory: '20Mi' }, limits: { memory: '64Mi' } } },
    });
    const pod = await running('placed');
    const cgroup = containerCgroup(sandbox, 'placed');
    const [pid = 0] = await until(
      'it is in its cgroup',
      () => pidsBelow(cgroup).length === 1 && pidsBelow(cgroup),
    );
    const limit = V1 ? 'memory.limit_in_bytes' : 'memory.max';
    assert.equal(readFileSync(join(cgroup, limit), 'utf8').trim(), '67108864');
    assert.equal(readFileSync(join(podCgroup(sandbox, 'placed'), limit), 'utf8').trim(), '67108864');
    const command = (): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    await until('it is sleep', () => command().endsWith('sleep 1000'));
    const wanted = oomScoreAdj(pod.spec, 'Burstable', 'main', memoryTotal());
    assert.equal(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), String(wanted));
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    assert.match(status, /^NSpid:\t\d+\t1$/m);
    for (const kind of ['net', 'pid', 'mnt']) {
      assert.notEqual(readlinkSync(`/proc/${pid}/ns/${kind}`), readlinkSync(`/proc/self/ns/${kind}`), kind);
    }
    assert.equal(pod.status?.qosClass, 'Burstable');
    assert.match(mainStatus(sandbox, 'placed')?.containerID ?? '', /^containerd:\/\/[0-9a-f]{64}$/);
  });

  it('says so where a negative oom_score_adj cannot be given', async () => {
    createPod(sandbox, 'guaranteed', {
      command: ['sleep', '1000'],
      container: { resources: { limits: { memory: '32Mi', cpu: '100m' } } },
    });
    const pod = await running('guaranteed');
    assert.equal(pod.status?.qosClass, 'Guaranteed');
    const cgroup = containerCgroup(sandbox, 'guaranteed');
    const [pid = 0] = await until(
      'it is in its cgroup',
      () => pidsBelow(cgroup).length > 0 && pidsBelow(cgroup),
    );
    const value = readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim();
    const said = eventsOf(sandbox, 'guaranteed').some((event) => event.startsWith('OOMScoreAdjNotSet: '));
    assert.deepEqual([value, said], canLowerOomScoreAdj() ? ['-997', false] : ['0', true]);
  });

  it("gives the environment and arguments of the spec, and keeps the host's to itself", async () => {
    process.env['PODSTRESS_SECRET'] = 'x';
    const script = 'env | sort; echo "args: $1 $2"; exit 7';
    createPod(sandbox, 'spoken', {
      spec: { restartPolicy: 'Never' },
      container: {
        command: ['sh', '-c', script, 'sh', '$(GREETING)', '$(UNKNOWN)'],
        env: [
          { name: 'GREETING', value: 'hello; rm -rf /nothing' },
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'BOTH', value: '$(GREETING) $$(x)' },
        ],
      },
    });
    assert.equal((await ended('spoken')).exitCode, 7);
    delete process.env['PODSTRESS_SECRET'];
    const said = sandbox.logged.find((line) => line.includes('tests/spoken')) ?? '';
    assert.match(said, /args: hello; rm -rf \/nothing \$\(UNKNOWN\)/);
  });

  it('reports ends as Kubernetes does, by restart policy', async () => {
    createPod(sandbox, 'done', { command: ['true'], spec: { restartPolicy: 'Never' } });
    createPod(sandbox, 'failed', { command: ['sh', '-c', 'exit 3'], spec: { restartPolicy: 'Never' } });
    createPod(sandbox, 'on-failure', { command: ['true'], spec: { restartPolicy: 'OnFailure' } });
    createPod(sandbox, 'killed', {
      command: ['sh', '-c', 'kill -9 $$; sleep 0.2; exit 4'],
      spec: { restartPolicy: 'Never' },
    });
    const outcome = async (name: string) => {
      const { exitCode, reason } = await ended(name);
      await until('its phase is settled', () =>
        ['Succeeded', 'Failed'].includes(readPod(sandbox, name)?.status?.phase ?? ''),
      );
      return [readPod(sandbox, name)?.status?.phase, exitCode, reason];
    };
    assert.deepEqual(await outcome('done'), ['Succeeded', 0, 'Completed']);
    assert.deepEqual(await outcome('failed'), ['Failed', 3, 'Error']);
    assert.deepEqual(await outcome('on-failure'), ['Succeeded', 0, 'Completed']);
    // PID 1 cannot be killed from inside.
    assert.deepEqual(await outcome('killed'), ['Failed', 4, 'Error']);
    await until(
      'the Pod of a finished container has no cgroup',
      () => !existsSync(podCgroup(sandbox, 'done')),
    );
  });

  it('says why a command or an image cannot be', async () => {
    createPod(sandbox, 'no-image', { container: { image: 'nginx:1.27' } });
    createPod(sandbox, 'no-command', { command: ['/no/such/program'] });
    const waiting = await until(
      'it is refused',
      () =>
        mainStatus(sandbox, 'no-image')?.state?.waiting?.reason === 'ErrImageNeverPull' &&
        mainStatus(sandbox, 'no-image')?.state?.waiting,
    );
    assert.match(waiting.message ?? '', /"nginx:1.27" is not present: the Podstress sandbox pulls no images/);
    const { lastState } = await restarted('no-command');
    assert.equal(lastState?.terminated?.reason, 'StartError');
    assert.equal(lastState?.terminated?.exitCode, 128);
    assert.match(
      lastState?.terminated?.message ?? '',
      /exec: "\/no\/such\/program": stat \/no\/such\/program: no such file/,
    );
  });

  it('survives Pods that are made to break it', async () => {
    const long = 'x'.repeat(253);
    createPod(sandbox, long, { command: ['sleep', '1000'] });
    createPod(sandbox, 'nul', { command: ['sleep', 'a\0b'] });
    createPod(sandbox, 'nul-env', {
      command: ['sleep', '1'],
      container: { env: [{ name: 'A\0=', value: 'x' }] },
    });
    createPod(sandbox, 'huge', { command: ['true', 'x'.repeat(300_000)] });
    createPod(sandbox, 'no-memory', { command: ['sleep', '1000'], limit: '4Ki' });
    createPod(sandbox, 'all-memory', { command: ['sleep', '1000'], limit: '8E' });
    createPod(sandbox, 'quotes', {
      command: [
        'sh',
        '-c',
        'exit "$1"',
        '$(touch /tmp/podstress-test-injected)',
        '9; touch /tmp/podstress-test-injected',
      ],
      spec: { restartPolicy: 'Never' },
    });
    await running(long);
    await ended('quotes');
    assert.ok(!existsSync('/tmp/podstress-test-injected'));
    createPod(sandbox, 'after', { command: ['sleep', '1000'] });
    await running('after');
    for (const name of [long, 'nul', 'nul-env', 'huge', 'no-memory', 'all-memory', 'quotes', 'after']) {
      deletePod(sandbox, name, 0);
    }
  });

  it('restarts with a back-off', async () => {
    createPod(sandbox, 'crashing', { command: ['sh', '-c', 'exit 1'] });
    await until(
      'it backs off',
      () => mainStatus(sandbox, 'crashing')?.state?.waiting?.reason === 'CrashLoopBackOff',
    );
    await restarted('crashing', 2);
    assert.ok(
      eventsOf(sandbox, 'crashing').some((event) =>
        event.startsWith('BackOff: Back-off restarting failed container main in pod crashing_tests('),
      ),
    );
    deletePod(sandbox, 'crashing');
    await until('it is gone', () => readPod(sandbox, 'crashing') === undefined);
  });

  for (const [name, trap, exitCode] of [
    ['handles-term', 'trap "exit 143" TERM', 143],
    ['ignores-term', 'trap "" TERM', 137],
  ] as const) {
    it(`restarts what fails its liveness probe (${name})`, async () => {
      const probe = { exec: { command: ['test', '-e', '/nowhere'] }, periodSeconds: 1, failureThreshold: 2 };
      createPod(sandbox, name, {
        command: ['sh', '-c', `${trap}; while :; do sleep 0.1; done`],
        container: { livenessProbe: probe },
      });
      const { lastState } = await restarted(name);
      assert.equal(lastState?.terminated?.exitCode, exitCode);
      assert.equal(lastState?.terminated?.reason, 'Error');
      const events = eventsOf(sandbox, name);
      assert.ok(
        events.some((event) => event.startsWith('Unhealthy: Liveness probe failed')),
        events.join('\n'),
      );
      assert.ok(events.includes('Killing: Container main failed liveness probe, will be restarted'));
      deletePod(sandbox, name, 0);
    });
  }

  it('holds liveness and readiness back until the startup probe has succeeded', async () => {
    const script = 'echo $$ > /dev/null; sleep 1.5; exec sleep 1000';
    createPod(sandbox, 'slow', {
      command: ['sh', '-c', script],
      container: {
        startupProbe: {
          exec: { command: ['sh', '-c', '! grep -q sh /proc/1/comm'] },
          periodSeconds: 1,
          failureThreshold: 30,
        },
        livenessProbe: {
          exec: { command: ['sh', '-c', '! grep -q sh /proc/1/comm'] },
          periodSeconds: 1,
          failureThreshold: 1,
        },
      },
    });
    await running('slow');
    assert.equal(mainStatus(sandbox, 'slow')?.started, false);
    assert.equal(mainStatus(sandbox, 'slow')?.ready, false);
    await until('it has started', () => mainStatus(sandbox, 'slow')?.started === true);
    assert.equal(mainStatus(sandbox, 'slow')?.ready, true);
    assert.equal(mainStatus(sandbox, 'slow')?.restartCount, 0);
  });

  it('ends a Pod with grace, then its object, then nothing is left', async () => {
    createPod(sandbox, 'stubborn', { command: ['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'] });
    await running('stubborn');
    const cgroup = podCgroup(sandbox, 'stubborn');
    const pids = await until('it runs', () => pidsBelow(cgroup).length > 0 && pidsBelow(cgroup));
    deletePod(sandbox, 'stubborn', 1);
    assert.equal(typeof readPod(sandbox, 'stubborn')?.metadata.deletionTimestamp, 'string');
    await until('it is gone', () => readPod(sandbox, 'stubborn') === undefined);
    assert.ok(!existsSync(cgroup));
    for (const pid of pids) assert.ok(!isRunning(pid));
    assert.ok(eventsOf(sandbox, 'stubborn').includes('Killing: Stopping container main'));
  });

  it('leaves no process of a Pod that is deleted by force', async () => {
    createPod(sandbox, 'forced', { command: ['sh', '-c', 'trap "" TERM; sleep 1000 & wait; sleep 1000'] });
    await running('forced');
    const cgroup = podCgroup(sandbox, 'forced');
    await until('both run', () => pidsBelow(cgroup).length >= 2);
    deletePod(sandbox, 'forced', 0);
    assert.equal(readPod(sandbox, 'forced'), undefined);
    await until('its cgroup is gone', () => !existsSync(cgroup));
  });

  it("runs a Pod in the host's PID namespace when it asks for that", async () => {
    createPod(sandbox, 'host-pid', {
      command: ['sh', '-c', 'sleep 1000 & exec sleep 1000'],
      spec: { hostPID: true },
    });
    await running('host-pid');
    const cgroup = podCgroup(sandbox, 'host-pid');
    const pids = await until('both run', () => pidsBelow(cgroup).length === 2 && pidsBelow(cgroup));
    assert.equal(readlinkSync(`/proc/${pids[0]}/ns/pid`), readlinkSync('/proc/self/ns/pid'));
    deletePod(sandbox, 'host-pid');
    await until('it is gone', () => readPod(sandbox, 'host-pid') === undefined);
    for (const pid of pids) assert.ok(!isRunning(pid));
  });
});
