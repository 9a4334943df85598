import assert from 'node:assert/strict';
import type { ContainerState, Pod } from '../../../../src/core/kubernetes/objects.js';
import { BackOff } from '../../../../src/sandbox/kubelet/back-off.js';
import { containerEnvironment } from '../../../../src/sandbox/kubelet/environment.js';
import { expand, imageParts, resolveCommand } from '../../../../src/sandbox/kubelet/images.js';
import { canLowerOomScoreAdj, memoryTotal, nodeName } from '../../../../src/sandbox/kubelet/node.js';
import { OutputTail } from '../../../../src/sandbox/kubelet/output-tail.js';
import { type ContainerReport, podPhase, podStatus } from '../../../../src/sandbox/kubelet/pod-status.js';
import { resolvePort } from '../../../../src/sandbox/kubelet/probe/probe.js';
import { Thresholds } from '../../../../src/sandbox/kubelet/probe/prober.js';
import { unsupportedCauses } from '../../../../src/sandbox/kubelet/unsupported.js';

const POD: Pod = {
  metadata: { name: 'web', namespace: 'ns', uid: 'u', labels: { app: 'x' } },
  spec: { containers: [{ name: 'c' }], restartPolicy: 'Always' },
};

describe('back-off of restarts', () => {
  const timing = { initialMs: 10_000, maxMs: 300_000 };

  it('restarts at once, then waits 10 s, 20 s, ... 5 min from the end', () => {
    const backOff = new BackOff(timing);
    const waits: number[] = [];
    let now = 1_000_000;
    for (let i = 0; i < 8; i += 1) {
      const wait = backOff.next(now, now);
      waits.push(wait / 1000);
      now += wait + 100;
    }
    assert.deepEqual(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('tells each wait by its length, the longest too', () => {
    const backOff = new BackOff(timing);
    let now = 1_000_000;
    const labels = Array.from({ length: 8 }, () => {
      now += backOff.next(now, now) + 100;
      return backOff.label / 1000;
    });
    assert.deepEqual(labels.slice(1), [10, 20, 40, 80, 160, 300, 300]);
  });

  it('does not wait for what it has run already', () => {
    const backOff = new BackOff(timing);
    backOff.next(0, 0);
    assert.equal(backOff.next(0, 4000), 6000);
  });

  it('forgets after twice its longest wait', () => {
    const backOff = new BackOff(timing);
    for (let i = 0; i < 5; i += 1) backOff.next(0, 0);
    assert.equal(backOff.next(1_000_000, 1_000_000), 0);
  });
});

describe('thresholds of probes', () => {
  const verdicts = (kind: 'liveness' | 'readiness' | 'startup', results: string, thresholds = {}): string => {
    const count = new Thresholds(kind, thresholds);
    return [...results]
      .map((one) => count.add({ ok: one === '+' }))
      .map((verdict) => (verdict === null ? '.' : verdict ? 'U' : 'D'))
      .join('');
  };

  it('count failures in a row', () => {
    assert.equal(verdicts('liveness', '---'), '..D');
    assert.equal(verdicts('liveness', '--+--+---'), '........D');
    assert.equal(verdicts('liveness', '-', { failureThreshold: 1 }), 'D');
  });

  it('take a container for alive, and for unready, until it is known', () => {
    assert.equal(verdicts('liveness', '+'), '.');
    assert.equal(verdicts('readiness', '+'), 'U');
    assert.equal(verdicts('readiness', '++', { successThreshold: 2 }), '.U');
    assert.equal(verdicts('readiness', '---'), '...');
    assert.equal(verdicts('readiness', '+---+'), 'U..DU');
    assert.equal(verdicts('startup', '--+'), '..U');
    assert.equal(verdicts('startup', '---'), '..D');
  });
});

describe('status of a Pod', () => {
  const report = (state: ContainerState, more: Partial<ContainerReport> = {}): ContainerReport => ({
    name: 'c',
    image: 'i',
    containerId: 'id',
    state,
    lastState: {},
    restartCount: 0,
    started: true,
    ready: false,
    ...more,
  });
  const running = report({ running: {} });
  const creating = report({ waiting: { reason: 'ContainerCreating' } });
  const ended = (exitCode: number) => report({ terminated: { exitCode } });
  const crashing = report(
    { waiting: { reason: 'CrashLoopBackOff' } },
    { lastState: { terminated: { exitCode: 1 } } },
  );

  const cases: readonly [string, 'Always' | 'OnFailure' | 'Never', ContainerReport[], string][] = [
    ['not created yet', 'Always', [running, creating], 'Pending'],
    ['running', 'Never', [running, ended(0)], 'Running'],
    ['crashing', 'Always', [crashing], 'Running'],
    ['ended, to be restarted', 'Always', [ended(0)], 'Running'],
    ['all ended well', 'Never', [ended(0), ended(0)], 'Succeeded'],
    ['one ended badly', 'Never', [ended(0), ended(1)], 'Failed'],
    ['failed, to be restarted', 'OnFailure', [ended(1)], 'Running'],
    ['well at last', 'OnFailure', [ended(0)], 'Succeeded'],
  ];
  for (const [what, restartPolicy, reports, phase] of cases) {
    it(`${what} (${restartPolicy}): ${phase}`, () => {
      assert.equal(podPhase({ ...POD, spec: { ...POD.spec, restartPolicy } }, reports), phase);
    });
  }

  it('keeps the time of a condition that has not changed', () => {
    const facts = {
      nodeIp: '127.0.0.1',
      podIp: '10.244.0.1',
      startTime: 't0',
      sandboxReady: true,
      now: 't1',
    };
    const first = podStatus(POD, [{ ...running, ready: false }], facts) as NonNullable<Pod['status']>;
    const later = podStatus({ ...POD, status: first }, [{ ...running, ready: true }], {
      ...facts,
      now: 't2',
    });
    const times = (later as NonNullable<Pod['status']>).conditions?.map(
      ({ type, status, lastTransitionTime }) => `${type} ${status} ${lastTransitionTime}`,
    );
    assert.deepEqual(times, [
      'PodReadyToStartContainers True t1',
      'Initialized True t1',
      'Ready True t2',
      'ContainersReady True t2',
      'PodScheduled True t1',
    ]);
  });
});

describe('what a container runs', () => {
  const env = { A: '1', PATH: '/usr/bin:/bin' };
  const SOURCES = { programs: 'p.js', agent: { script: '/x/agent.cjs', cgroupRoot: '/sandbox' } };

  it('expands variables that are known', () => {
    assert.equal(expand('$(A) $(B) $$(A) $A $(toString)', env), '1 $(B) $(A) $A $(toString)');
  });

  it('its own command on this machine, whatever its image', () => {
    const resolved = resolveCommand(
      { name: 'c', image: 'nginx', command: ['sh'], args: ['-c', '$(A)'] },
      env,
      SOURCES,
    );
    assert.ok(resolved.ok);
    assert.match(resolved.command[0] ?? '', /^\/.*\/sh$/);
    assert.deepEqual(resolved.command.slice(1), ['-c', '1']);
  });

  it('the demo server for its image, which ships with the sandbox', () => {
    const resolved = resolveCommand({ name: 'c', image: 'paulbouwer/hello-kubernetes:1.10' }, env, SOURCES);
    assert.deepEqual(resolved, {
      ok: true,
      shipped: true,
      command: [process.execPath, 'p.js', 'hello-kubernetes'],
    });
  });

  it("the machine's own agent for its image, from whatever registry, told where to look", () => {
    for (const image of ['podstress-agent', 'registry:5000/team/podstress-agent:0.1.0']) {
      assert.deepEqual(resolveCommand({ name: 'c', image, args: ['--node-name=$(A)'] }, env, SOURCES), {
        ok: true,
        shipped: true,
        command: ['/app/node', '/app/agent.cjs', '--cgroup-root', '/sandbox', '--node-name=1'],
      });
      assert.equal(imageParts(image, SOURCES).files['/app/agent.cjs'], '/x/agent.cjs');
    }
    assert.equal(resolveCommand({ name: 'c', image: 'not-podstress-agent' }, env, SOURCES).ok, false);
    const without = { ...SOURCES, agent: null };
    assert.equal(resolveCommand({ name: 'c', image: 'podstress-agent' }, env, without).ok, false);
  });

  it('nothing for other images and commands, with the reason', () => {
    const image = resolveCommand({ name: 'c', image: 'toString' }, env, SOURCES);
    assert.equal(image.ok ? '' : image.reason, 'ErrImageNeverPull');
    const command = resolveCommand({ name: 'c', command: ['no-such-program-here'] }, env, SOURCES);
    assert.match(
      command.ok ? '' : command.message,
      /"no-such-program-here": executable file not found in \$PATH/,
    );
  });

  it('an environment of its own', () => {
    const facts = { nodeName: 'n', podIp: '10.244.0.1', hostIp: '127.0.0.1' };
    const from = (fieldPath: string) => ({ name: 'X', valueFrom: { fieldRef: { fieldPath } } });
    const value = (entry: { name: string }) =>
      containerEnvironment(POD, { name: 'c', env: [entry] }, facts)['X'];
    assert.equal(value(from('metadata.name')), 'web');
    assert.equal(value(from("metadata.labels['app']")), 'x');
    assert.equal(value(from('status.podIP')), '10.244.0.1');
    assert.equal(value(from('spec.nope')), '');
    assert.deepEqual(Object.keys(containerEnvironment(POD, { name: 'c' }, facts)), [
      'PATH',
      'HOME',
      'HOSTNAME',
      'KUBERNETES_SERVICE_HOST',
      'KUBERNETES_SERVICE_PORT',
    ]);
  });

  it('a port by number or by name', () => {
    const container = { name: 'c', ports: [{ name: 'http', containerPort: 8080 }] };
    assert.equal(resolvePort('http', container), 8080);
    assert.equal(resolvePort(81, container), 81);
    assert.throws(() => resolvePort('https', container), /couldn't find port: "https"/);
  });
});

describe('what the kubelet refuses', () => {
  const fields = (spec: object): string[] =>
    unsupportedCauses({ spec: JSON.parse(JSON.stringify(spec)) }).map(({ field }) => field);
  const container = { name: 'c', image: 'i' };

  it('nothing of a plain Pod', () => {
    assert.deepEqual(
      fields({ containers: [{ ...container, securityContext: { privileged: true } }], securityContext: {} }),
      [],
    );
  });

  it('nothing of the agent as its DaemonSet describes it', () => {
    const spec = {
      hostPID: true,
      volumes: [
        { name: 'cgroup', hostPath: { path: '/sys/fs/cgroup', type: 'Directory' } },
        { name: 'kmsg', hostPath: { path: '/dev/kmsg', type: 'CharDevice' } },
        { name: 'state', emptyDir: { sizeLimit: '32Mi' } },
      ],
      containers: [
        {
          ...container,
          securityContext: { runAsNonRoot: true, runAsUser: 65534, capabilities: { drop: ['ALL'] } },
          volumeMounts: [
            { name: 'cgroup', mountPath: '/host/sys/fs/cgroup', readOnly: true },
            { name: 'kmsg', mountPath: '/dev/kmsg' },
            { name: 'state', mountPath: '/state' },
          ],
        },
      ],
    };
    assert.deepEqual(fields(spec), []);
  });

  it('whatever would be passed over in silence', () => {
    const spec = {
      initContainers: [container],
      volumes: [
        { name: 'v', secret: {} },
        { name: 'w', hostPath: { path: '/x', type: 'DirectoryOrCreate' } },
        { name: 'x', emptyDir: { medium: 'Memory' } },
      ],
      securityContext: { runAsUser: -1 },
      containers: [
        {
          ...container,
          volumeMounts: [
            { name: 'v', mountPath: '/usr/not-there' },
            { name: 'v', mountPath: '/proc/x' },
            { name: 'v', mountPath: '/tmp/../etc' },
            { name: 'v', mountPath: '/tmp', subPath: 'a' },
          ],
          envFrom: [{ secretRef: { name: 's' } }],
          env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
          lifecycle: { preStop: { exec: { command: ['true'] } } },
          workingDir: '/srv',
          securityContext: { runAsUser: 0, runAsNonRoot: true, capabilities: { drop: ['--help'] } },
        },
      ],
    };
    assert.deepEqual(fields(spec), [
      'spec.initContainers',
      'spec.volumes[0]',
      'spec.volumes[1].hostPath.type',
      'spec.volumes[2].emptyDir.medium',
      'spec.securityContext.runAsUser',
      'spec.containers[0].volumeMounts[0].mountPath',
      'spec.containers[0].volumeMounts[1].mountPath',
      'spec.containers[0].volumeMounts[2].mountPath',
      'spec.containers[0].volumeMounts[3].subPath',
      'spec.containers[0].securityContext.capabilities.drop',
      'spec.containers[0].envFrom',
      'spec.containers[0].lifecycle',
      'spec.containers[0].workingDir',
      'spec.containers[0].env[0].valueFrom',
      'spec.containers[0].securityContext.runAsNonRoot',
    ]);
  });
});

describe('what the kubelet reads of this machine', () => {
  it('a name that Kubernetes takes', () => {
    assert.equal(nodeName('My_Host.local'), 'my-host.local');
    assert.equal(nodeName('-.x-'), 'x');
    assert.equal(nodeName('***'), 'node');
    assert.equal(nodeName('a'.repeat(80)).length, 63);
  });

  it('its memory and whether scores may be negative', () => {
    assert.equal(memoryTotal('MemFree: 1 kB\nMemTotal:       24684084 kB\n'), 24_684_084 * 1024);
    assert.equal(canLowerOomScoreAdj('CapEff:\t000001ffffffffff\n'), true);
    assert.equal(canLowerOomScoreAdj('CapEff:\t000001fffeffffff\n'), false);
  });

  it('the end of what a container wrote', () => {
    const tail = new OutputTail();
    for (let i = 0; i < 5000; i += 1) tail.add(Buffer.from(`line ${i} ${'x'.repeat(100)}\n`));
    assert.ok(tail.text().length <= 64 * 1024);
    assert.match(tail.lastLine(), /^line 4999 x+$/);
  });
});
