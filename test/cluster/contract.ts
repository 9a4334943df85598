import assert from 'node:assert/strict';
import { asArray, asRecord, asString } from '../../src/cluster/decode.js';
import { hasStressChaos } from '../../src/cluster/discovery.js';
import { exec } from '../../src/cluster/exec.js';
import { logLines } from '../../src/cluster/logs.js';
import { mayDo } from '../../src/cluster/manage.js';
import { decodePodMetrics, decodeStatsSummary } from '../../src/cluster/memory-stats.js';
import { projectPod } from '../../src/cluster/objects.js';
import { portForward } from '../../src/cluster/portforward.js';
import { Reflector } from '../../src/cluster/reflector.js';
import { stressChaosIn } from '../../src/cluster/stresschaos.js';
import { type ContractCluster, isKind, itemsOf, nameOf, Subject, until, versionOf } from './subject.js';

/** How long a Pod may take to run: its image may have to be pulled, ms. */
const RUN_MS = 120_000;
/** How long the namespace may take to go, ms. */
const CLEAN_MS = 120_000;

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

/**
 * What Podstress relies on in a cluster, as tests: the same for a real one and for the sandbox. Everything happens in a
 * namespace of its own, which is removed in the end. What a cluster does not have is skipped, with the reason in the
 * test's title.
 */
export function contractTests(open: () => Promise<ContractCluster>): void {
  let subject: Subject;
  let runs = false;

  before(async function () {
    this.timeout(30_000);
    subject = new Subject(await open());
    await subject.begin();
  });
  after(async function () {
    this.timeout(CLEAN_MS + 10_000);
    await subject?.finish(CLEAN_MS);
  });

  const idle = (name: string) => subject.pod(name, { ...subject.cluster.container });

  describe('Pods', () => {
    it('lists them page by page, from one version', async () => {
      for (const name of ['list-a', 'list-b', 'list-c']) await subject.create(idle(name));
      const names: string[] = [];
      const versions = new Set<string>();
      let token: string | undefined;
      do {
        const page = await subject.json({ path: subject.pods, query: { limit: '1', continue: token } });
        names.push(...itemsOf(page).map(nameOf));
        versions.add(versionOf(page));
        token = asString(asRecord(page['metadata'])?.['continue']) || undefined;
      } while (token !== undefined);
      assert.deepEqual(names, ['list-a', 'list-b', 'list-c']);
      assert.equal(versions.size, 1);
      for (const name of names) await subject.remove(name);
    });

    it('a dry run answers and writes nothing', async () => {
      const made = await subject.create(idle('dry'), { dryRun: 'All' });
      assert.equal(nameOf(made), 'dry');
      assert.ok(isKind(await subject.refusal({ path: `${subject.pods}/dry` }), 'not-found'));
    });

    it('strict validation names the unknown field', async () => {
      const typo = subject.pod('typo', { ...subject.cluster.container, memoryLimit: '1Gi' });
      const query = { fieldValidation: 'Strict', dryRun: 'All' };
      const refusal = await subject.refusal({ method: 'POST', path: subject.pods, query, body: typo });
      assert.ok(isKind(refusal, 'rejected'), String(refusal));
      assert.match(refusal?.message ?? '', /unknown field "spec\.containers\[0\]\.memoryLimit"/);
    });

    it('a quantity that is none is refused', async () => {
      const body = subject.pod('bad', {
        ...subject.cluster.container,
        resources: { limits: { memory: '1 GB' } },
      });
      const refusal = await subject.refusal({ method: 'POST', path: subject.pods, body });
      assert.ok(isKind(refusal, 'rejected'), String(refusal));
    });

    it('takes patches, dry ones without writing, and refuses an outdated object', async () => {
      const made = await subject.create(idle('patched'));
      const path = `${subject.pods}/patched`;
      const labelled = (value: string) => ({ metadata: { labels: { contract: value } } });
      const labelOf = async (): Promise<unknown> => {
        const labels = asRecord(asRecord((await subject.json({ path }))['metadata'])?.['labels']);
        return labels?.['contract'];
      };
      const patch = (value: string, contentType: string, query = {}) =>
        subject.json({ method: 'PATCH', path, contentType, query, body: labelled(value) });
      await patch('dry', MERGE, { dryRun: 'All' });
      assert.equal(await labelOf(), undefined);
      await patch('merged', MERGE);
      assert.equal(await labelOf(), 'merged');
      await patch('strategic', STRATEGIC);
      assert.equal(await labelOf(), 'strategic');
      const outdated = {
        ...made,
        metadata: { ...asRecord(made['metadata']), resourceVersion: versionOf(made) },
      };
      const refusal = await subject.refusal({ method: 'PUT', path, body: outdated });
      assert.ok(isKind(refusal, 'conflict'), String(refusal));
      await subject.remove('patched');
    });
  });

  describe('watches', () => {
    it('tell every change after a version, in order', async () => {
      const version = versionOf(await subject.json({ path: subject.pods }));
      const query = { resourceVersion: version, timeoutSeconds: '60', fieldSelector: 'metadata.name=seen' };
      const watching = subject.watch(query, ({ type }) => type === 'DELETED');
      await subject.create(idle('seen'));
      const body = { metadata: { labels: { contract: 'changed' } } };
      await subject.json({ method: 'PATCH', path: `${subject.pods}/seen`, contentType: MERGE, body });
      await subject.remove('seen');
      const types = (await watching).map(({ type }) => type);
      assert.equal(types[0], 'ADDED');
      assert.ok(types.includes('MODIFIED'), types.join());
      assert.equal(types.at(-1), 'DELETED');
    });

    it('send a bookmark before they end', async () => {
      const version = versionOf(await subject.json({ path: subject.pods }));
      const query = { resourceVersion: version, allowWatchBookmarks: 'true', timeoutSeconds: '5' };
      const lines = await subject.watch(query);
      const bookmark = lines.findLast(({ type }) => type === 'BOOKMARK');
      assert.ok(bookmark !== undefined, lines.map(({ type }) => type).join());
      assert.match(versionOf(bookmark.object), /^\d+$/);
    });

    it('say 410 for a version that is forgotten', async function () {
      subject.cluster.forget?.();
      const lines = await subject
        .watch({ resourceVersion: '1', timeoutSeconds: '5' }, () => true)
        .catch((error: unknown) => {
          if (isKind(error as never, 'expired')) return [{ type: 'ERROR', object: { code: 410 } }];
          throw error;
        });
      const [first] = lines;
      if (first?.type !== 'ERROR') return lacks(this, 'version 1 is still known here');
      assert.equal(first.object['code'], 410);
    });

    it("are followed by the extension's own reflector", async () => {
      const end = new AbortController();
      const reflector = new Reflector({
        transport: subject.transport,
        path: subject.pods,
        project: projectPod,
        signal: end.signal,
        onItems: () => undefined,
        onState: () => undefined,
      });
      const running = reflector.run();
      try {
        await subject.create(idle('followed'));
        const key = `${subject.namespace}/followed`;
        await until('it is seen', 20_000, async () => reflector.items.get(key) ?? null);
        await subject.remove('followed');
        await until('its end is seen', 20_000, async () => (reflector.items.has(key) ? null : true));
      } finally {
        end.abort();
        await running;
      }
    });
  });

  describe('a running container', () => {
    const ref = () => ({ namespace: subject.namespace, pod: 'running', container: 'main' });

    it('becomes ready', async function () {
      this.timeout(RUN_MS + 10_000);
      await subject.create(idle('running'));
      const why = await until('the Pod runs or cannot', RUN_MS, async () => {
        const pod = await subject.json({ path: `${subject.pods}/running` });
        const status = asRecord(asArray(asRecord(pod['status'])?.['containerStatuses'])[0]);
        const waiting = asString(asRecord(asRecord(status?.['state'])?.['waiting'])?.['reason']) ?? '';
        return status?.['ready'] === true ? 'ready' : /Image|Config/.test(waiting) ? waiting : null;
      });
      if (why !== 'ready') return lacks(this, `the image cannot be run here (${why})`);
      runs = true;
    });

    it('has a log', async function () {
      if (!runs) return lacks(this, 'no Pod runs');
      await until('the line is there', 20_000, async () => {
        for await (const lines of logLines(subject.transport, ref(), {}, subject.signal)) {
          if (lines.includes('podstress-contract')) return true;
        }
        return null;
      });
    });

    it('runs commands, and tells how they end', async function () {
      if (!runs) return lacks(this, 'no Pod runs');
      const output: Buffer[] = [];
      const request = {
        command: ['sh', '-c', 'echo hello; exit 3'],
        tty: false,
        onOutput: (_stream: string, bytes: Buffer) => {
          output.push(bytes);
          return undefined;
        },
      };
      const session = await exec(subject.transport, ref(), request, subject.signal);
      assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 3 });
      assert.equal(Buffer.concat(output).toString(), 'hello\n');
    });

    it('is reached by a forwarded port', async function () {
      if (!runs) return lacks(this, 'no Pod runs');
      const target = { namespace: subject.namespace, pod: 'running', port: 8080 };
      const answer = await until('it answers', 20_000, async () => {
        const tunnel = await portForward(subject.transport, target, subject.signal);
        tunnel.write('GET / HTTP/1.0\r\n\r\n');
        let text = '';
        try {
          for await (const chunk of tunnel) text += String(chunk);
        } catch {
          // It may not listen yet.
        }
        return text === '' ? null : text;
      });
      assert.match(answer, /^HTTP\/1\.[01] \d{3}/);
    });

    it('is measured by metrics.k8s.io', async function () {
      this.timeout(RUN_MS + 10_000);
      if (!runs) return lacks(this, 'no Pod runs');
      const group = await subject.refusal({ path: '/apis/metrics.k8s.io/v1beta1' });
      if (group !== null) return lacks(this, 'there is no metrics.k8s.io');
      const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${subject.namespace}/pods`;
      await until('it is measured', RUN_MS, async () => {
        const found = decodePodMetrics(await subject.json({ path }));
        return found.some(({ pod, container }) => pod === 'running' && container === 'main') ? true : null;
      });
    });

    it('is measured by its kubelet', async function () {
      this.timeout(60_000);
      if (!runs) return lacks(this, 'no Pod runs');
      const right = { verb: 'get', group: '', resource: 'nodes', subresource: 'proxy', namespace: null };
      if (!(await mayDo(subject.transport, right, subject.signal)))
        return lacks(this, 'nodes/proxy is forbidden');
      const pod = await subject.json({ path: `${subject.pods}/running` });
      const node = asString(asRecord(pod['spec'])?.['nodeName']) ?? '';
      const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`;
      await until('it is measured', 50_000, async () => {
        const found = decodeStatsSummary(await subject.json({ path }));
        return found.some((one) => one.namespace === subject.namespace && one.pod === 'running')
          ? true
          : null;
      });
    });

    it('ends when its Pod is deleted', async () => {
      await subject.refusal({
        method: 'DELETE',
        path: `${subject.pods}/running`,
        query: { gracePeriodSeconds: '0' },
      });
      await until('it is gone', 20_000, async () => {
        const refusal = await subject.refusal({ path: `${subject.pods}/running` });
        return isKind(refusal, 'not-found') ? true : null;
      });
    });
  });

  describe('what stands around Pods', () => {
    const inNamespace = (group: string, plural: string): string =>
      `/apis/${group}/namespaces/${subject.namespace}/${plural}`;
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'contract' },
      spec: { minAvailable: 1, selector: { matchLabels: { contract: 'none' } } },
    };
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'contract' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'contract-none' },
        maxReplicas: 2,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    };

    for (const [path, object] of [
      ['policy/v1 poddisruptionbudgets', budget],
      ['autoscaling/v2 horizontalpodautoscalers', autoscaler],
    ] as const) {
      it(`a ${object.kind} is listed as it was made`, async () => {
        const [group = '', plural = ''] = path.split(' ');
        const collection = inNamespace(group, plural);
        await subject.json({ method: 'POST', path: collection, body: object });
        const [found] = itemsOf(await subject.json({ path: collection }));
        const { spec } = asRecord(found) ?? {};
        for (const [key, value] of Object.entries(object.spec))
          assert.deepEqual(asRecord(spec)?.[key], value);
        assert.equal(await subject.refusal({ method: 'DELETE', path: `${collection}/contract` }), null);
      });
    }

    it("a namespace's annotations can be patched and are read again", async () => {
      const path = `/api/v1/namespaces/${subject.namespace}`;
      const body = { metadata: { annotations: { 'chaos-mesh.org/inject': 'enabled' } } };
      await subject.json({ method: 'PATCH', path, contentType: MERGE, body });
      const { metadata } = await subject.json({ path });
      assert.equal(asRecord(asRecord(metadata)?.['annotations'])?.['chaos-mesh.org/inject'], 'enabled');
    });
  });

  describe('rights', () => {
    it('are told by SelfSubjectAccessReview', async () => {
      const right = {
        verb: 'list',
        group: '',
        resource: 'pods',
        subresource: null,
        namespace: subject.namespace,
      };
      assert.equal(await mayDo(subject.transport, right, subject.signal), true);
    });

    it('end with the login: a wrong token is a 401', async () => {
      const { access } = subject.cluster;
      const stranger = new Subject({
        ...subject.cluster,
        access: { ...access, user: { raw: { token: 'podstress-contract-no-token' } } } as typeof access,
      });
      try {
        const refusal = await stranger.refusal({ path: subject.pods });
        assert.ok(isKind(refusal, 'unauthorized', 'forbidden'), String(refusal));
      } finally {
        stranger.transport.dispose();
      }
    });
  });

  describe('StressChaos', () => {
    const experiment = (mode: string) => ({
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'StressChaos',
      metadata: { name: 'contract' },
      spec: {
        mode,
        selector: { namespaces: [subject.namespace] },
        stressors: { memory: { workers: 1, size: '1MiB' } },
        duration: '1s',
      },
    });
    const dryRun = (body: object) =>
      subject.refusal({
        method: 'POST',
        path: stressChaosIn(subject.namespace),
        query: { dryRun: 'All', fieldValidation: 'Strict' },
        body,
      });

    it('a good one passes a dry run, and is not there afterwards', async function () {
      if (!(await hasStressChaos(subject.transport, subject.signal))) return lacks(this, 'no Chaos Mesh');
      assert.equal(await dryRun(experiment('all')), null);
      const list = await subject.json({ path: stressChaosIn(subject.namespace) });
      assert.deepEqual(itemsOf(list), []);
    });

    it('a wrong mode and an unknown field are refused', async function () {
      if (!(await hasStressChaos(subject.transport, subject.signal))) return lacks(this, 'no Chaos Mesh');
      assert.match((await dryRun(experiment('some')))?.message ?? '', /spec\.mode/);
      const typo = { ...experiment('all'), sepc: {} };
      assert.match((await dryRun(typo))?.message ?? '', /unknown field "sepc"/);
    });

    it('the webhooks see a dry run, and say what is wrong by field', async function () {
      if (!(await hasStressChaos(subject.transport, subject.signal))) return lacks(this, 'no Chaos Mesh');
      const { spec, ...rest } = experiment('all');
      const long = await dryRun({ ...rest, spec: { ...spec, duration: '10' } });
      assert.match(
        long?.message ?? '',
        /"vstresschaos\.kb\.io" denied the request: .*Spec\.Duration: .*missing unit/,
      );
    });

    it('a Schedule is checked alike, and not kept', async function () {
      if (!(await hasStressChaos(subject.transport, subject.signal))) return lacks(this, 'no Chaos Mesh');
      const path = `/apis/chaos-mesh.org/v1alpha1/namespaces/${subject.namespace}/schedules`;
      const made = (schedule: string) => ({
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind: 'Schedule',
        metadata: { name: 'contract' },
        spec: { schedule, type: 'StressChaos', historyLimit: 1, stressChaos: experiment('all').spec },
      });
      const query = { dryRun: 'All', fieldValidation: 'Strict' };
      const ask = (body: object) => subject.refusal({ method: 'POST', path, query, body });
      assert.equal(await ask(made('@yearly')), null);
      assert.match(
        (await ask(made('every day')))?.message ?? '',
        /spec\.schedule: .*parse schedule field error:/,
      );
      assert.deepEqual(itemsOf(await subject.json({ path })), []);
    });

    it('how it is installed can be read', async function () {
      if (!(await hasStressChaos(subject.transport, subject.signal))) return lacks(this, 'no Chaos Mesh');
      const labelSelector =
        'app.kubernetes.io/name=chaos-mesh,app.kubernetes.io/component=controller-manager';
      const query = { labelSelector };
      const refusal = await subject.refusal({ path: '/apis/apps/v1/deployments', query });
      if (refusal !== null) return lacks(this, 'Deployments are forbidden');
      const [manager] = itemsOf(await subject.json({ path: '/apis/apps/v1/deployments', query }));
      if (manager === undefined) return lacks(this, 'no controller with the labels of its chart');
      assert.match(JSON.stringify(manager), /\/chaos-mesh:v?\d/);
      const { namespace } = asRecord(asRecord(manager)?.['metadata']) ?? {};
      const sets = await subject.json({ path: `/apis/apps/v1/namespaces/${String(namespace)}/daemonsets` });
      assert.ok(itemsOf(sets).some((set) => nameOf(set) === 'chaos-daemon'));
    });
  });
}

/** Skips a test and says in its title why. */
function lacks(context: Mocha.Context, reason: string): void {
  const { test } = context;
  if (test !== undefined) test.title += ` (skipped: ${reason})`;
  context.skip();
}
