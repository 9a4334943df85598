import assert from 'node:assert/strict';
import { podsReady } from '../../../src/sandbox/readiness.js';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import { Kubectl } from './kubectl.js';
import { AGENT, startTestSandbox, until } from './support.js';

const MANIFEST = `
apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata: {name: mem-stress, namespace: chaos-mesh}
spec: {mode: all, selector: {namespaces: [hello-kubernetes]}, stressors: {memory: {workers: 4, size: 50MiB, options: ['']}}, duration: '1h'}
`;

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: sleeper, labels: {app: one}}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: none, command: [sleep, '1000'], resources: {limits: {memory: 50Mi}}}]
`;

describe('the real kubectl and the sandbox', function () {
  this.timeout(90_000);
  let sandbox: RunningSandbox;
  let client: Kubectl;

  before(async function () {
    if (!Kubectl.isThere()) this.skip();
    sandbox = await startTestSandbox({
      agent: AGENT,
      demo: true,
      statsTiming: { housekeepingMs: 400, resolutionMs: 500 },
    });
    client = new Kubectl(sandbox.kubeconfigPath);
    await podsReady(sandbox.registry, 60_000);
  });
  after(async () => {
    await sandbox?.stop();
    client?.dispose();
  });

  const kubectl = (args: readonly string[], input?: string) => client.run(args, input);
  const ok = (args: readonly string[], input?: string) => client.ok(args, input);

  it('lists Pods, nodes, namespaces and events as it does anywhere', async () => {
    const pods = (await ok(['get', 'pods', '-A'])).trim().split('\n');
    assert.match(pods[0] ?? '', /^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE$/);
    assert.equal(
      pods.filter((line) =>
        /^hello-kubernetes +hello-kubernetes-hello-world-\S+ +1\/1 +Running +0 +\d+s/.test(line),
      ).length,
      2,
    );
    assert.equal(
      pods.filter((line) => /^podstress +podstress-agent-\S+ +1\/1 +Running/.test(line)).length,
      1,
    );
    assert.match(await ok(['get', 'nodes']), /^NAME +STATUS +ROLES +AGE +VERSION\n\S+ +Ready /);
    assert.match(await ok(['get', 'ns']), /^hello-kubernetes +Active/m);
    assert.match(
      await ok(['get', 'events', '-n', 'hello-kubernetes']),
      /^\S+ +Normal +Started +pod\/hello-kubernetes-\S+ +Container started$/m,
    );
    assert.match(await ok(['get', 'pods', '-n', 'hello-kubernetes', '-o', 'wide']), /10\.244\.0\.\d+/);
  });

  it('tops Pods, their containers and nodes', async () => {
    const pods = ['top', 'pods', '-n', 'hello-kubernetes'];
    await until('the Pods are measured', async () => (await kubectl(pods)).code === 0);
    assert.match(
      await ok(pods),
      /^NAME +CPU\(cores\) +MEMORY\(bytes\) *\nhello-kubernetes-hello-world-\S+ +\d+m +\d+Mi/,
    );
    assert.match(
      await ok([...pods, '--containers']),
      /^POD +NAME +CPU\(cores\) +MEMORY\(bytes\) *\nhello-\S+ +hello-\S+ +\d+m +\d+Mi/,
    );
    await until('the node is measured', async () => (await kubectl(['top', 'nodes'])).code === 0);
    assert.match(
      await ok(['top', 'nodes']),
      /^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) *\n\S+ +\d+m +\d+% +\d+Mi +\d+%/,
    );
    assert.match(await ok(['get', 'podmetrics', '-A']), /^NAMESPACE +NAME +CPU +MEMORY +WINDOW/);
  });

  it('applies, shows, refuses to change and deletes an experiment', async () => {
    assert.equal(await ok(['apply', '-f', '-'], MANIFEST), 'stresschaos.chaos-mesh.org/mem-stress created\n');
    assert.match(
      await ok(['get', 'stresschaos', '-A']),
      /^NAMESPACE +NAME +DURATION\nchaos-mesh +mem-stress +1h\n$/,
    );
    assert.equal(
      await ok(['apply', '-f', '-'], MANIFEST),
      'stresschaos.chaos-mesh.org/mem-stress unchanged\n',
    );
    const changed = await kubectl(['apply', '-f', '-'], MANIFEST.replace('50MiB', '60MiB'));
    assert.equal(changed.code, 1);
    assert.match(
      changed.err,
      /admission webhook "vstresschaos.kb.io" denied the request: Cannot update chaos spec/,
    );
    await ok([
      'wait',
      '--for=condition=AllInjected',
      'stresschaos/mem-stress',
      '-n',
      'chaos-mesh',
      '--timeout=20s',
    ]);
    assert.match(
      await ok(['describe', 'stresschaos', 'mem-stress', '-n', 'chaos-mesh']),
      /Successfully apply chaos for hello-kubernetes\//,
    );
    assert.equal(
      await ok(['delete', '-f', '-'], MANIFEST),
      'stresschaos.chaos-mesh.org "mem-stress" deleted\n',
    );
  });

  it('is told of mistakes before anything happens', async () => {
    const typo = await kubectl(['apply', '-f', '-'], MANIFEST.replace('workers', 'worker'));
    assert.match(typo.err, /strict decoding error: unknown field "spec.stressors.memory.worker"/);
    const mode = await kubectl(['apply', '-f', '-'], MANIFEST.replace('mode: all', 'mode: some'));
    assert.match(mode.err, /spec\.mode: Unsupported value: "some"/);
    const size = await kubectl(['apply', '--dry-run=server', '-f', '-'], MANIFEST.replace('50MiB', '50Mi'));
    assert.match(size.err, /incorrect bytes format: invalid suffix: 'mi'/);
    assert.match(await ok(['explain', 'stresschaos.spec.stressors.memory.workers']), /workers <integer>/);
  });

  it('makes, changes, describes and deletes a Pod', async () => {
    assert.equal(await ok(['apply', '-f', '-'], POD), 'pod/sleeper created\n');
    await ok(['wait', '--for=condition=Ready', 'pod/sleeper', '--timeout=20s']);
    assert.equal(
      await ok(['apply', '-f', '-'], POD.replace('app: one', 'app: two')),
      'pod/sleeper configured\n',
    );
    assert.match(await ok(['get', 'pods', '-l', 'app=two']), /^sleeper /m);
    await ok(['label', 'pod', 'sleeper', 'more=yes']);
    await ok(['annotate', 'pod', 'sleeper', 'note=x']);
    assert.match(
      await ok(['describe', 'pod', 'sleeper']),
      /Limits:\s+memory: +50Mi[\s\S]*QoS Class: +Burstable[\s\S]*Started/,
    );
    assert.equal(await ok(['delete', 'pod', 'sleeper']), 'pod "sleeper" deleted\n');
  });

  it('watches', async () => {
    const child = client.spawn(['get', 'stresschaos', '-A', '-w', '--no-headers']);
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    await ok(['apply', '-f', '-'], MANIFEST);
    await until('it has seen the experiment', () => /chaos-mesh +mem-stress +1h/.test(out));
    child.kill();
    await ok(['delete', '-f', '-'], MANIFEST);
  });

  it('empties and removes a namespace', async () => {
    assert.equal(await ok(['create', 'namespace', 'passing']), 'namespace/passing created\n');
    await ok(['apply', '-n', 'passing', '-f', '-'], POD);
    assert.equal(await ok(['delete', 'ns', 'passing']), 'namespace "passing" deleted\n');
    assert.equal((await kubectl(['get', 'ns', 'passing'])).code, 1);
  });

  it('gets nothing without the token', async () => {
    const { code, err } = await kubectl(['--token=wrong', 'get', 'pods', '-A']);
    assert.equal(code, 1);
    assert.match(err, /logged in|Unauthorized/);
  });
});
