import assert from 'node:assert/strict';
import type { StressChaos } from '../../../../src/core/kubernetes/objects.js';
import { clone, ensureObject, type JsonObject, stringAt } from '../../../../src/sandbox/api/json.js';
import { typed } from '../../../../src/sandbox/api/kube-object.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import { parseDenial } from '../../../../src/sandbox/api/resources/access-reviews.js';
import { ApiError } from '../../../../src/sandbox/api/status.js';
import { type ChaosMeshOptions, prepareChaosMesh } from '../../../../src/sandbox/chaos/chaos-mesh.js';
import { CHAOS_FAULTS } from '../../../../src/sandbox/chaos/faults.js';
import { ALL_FAULTS } from '../../../../src/sandbox/faults.js';
import { smallStress, testRegistry } from '../support/api.js';
import { FakeAgent, makeRunningPod, until } from '../support/chaos.js';

const USER = { user: 'somebody' };

describe('faults of Chaos Mesh', function () {
  this.timeout(20_000);
  let registry: Registry;
  let agent: FakeAgent;
  let logged: string[];
  let stop: () => void = () => undefined;
  afterEach(() => stop());

  const begin = (faults: readonly string[], options: Partial<ChaosMeshOptions> = {}): void => {
    logged = [];
    const log = (message: string): void => void logged.push(message);
    const chaosMesh = prepareChaosMesh({ log, ...options }, faults);
    assert.ok(chaosMesh !== null);
    registry = testRegistry({ chaosMesh: chaosMesh.resources, namespaces: ['default', 'other'] });
    chaosMesh.install(registry, 1);
    agent = new FakeAgent();
    makeRunningPod(registry, 'p');
    stop = chaosMesh.start({ registry, agent, nodeMemoryBytes: 2 ** 30, log: assert.fail });
  };
  const stress = () => registry.definition('stresschaos', 'chaos-mesh.org');
  const inject = (spec: JsonObject = {}, options: object = USER) =>
    registry.create(stress(), 'default', smallStress('x', spec), options);
  const read = (): StressChaos => typed<StressChaos>(registry.get(stress(), 'default', 'x'));
  const holds = (type: string): boolean =>
    (read().status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');
  const gone = (): boolean => registry.find(stress(), 'default', 'x') === undefined;
  const messages = (): string[] =>
    registry.list(registry.definition('events')).map((event) => stringAt(event, 'message') ?? '');
  const patch = (edit: (metadata: JsonObject) => void): void =>
    void registry.patch(stress(), 'default', 'x', (current) => {
      const copy = clone(current);
      edit(ensureObject(copy, 'metadata'));
      return copy;
    });
  const refusal = (act: () => unknown): ApiError => {
    try {
      act();
    } catch (error) {
      assert.ok(error instanceof ApiError, String(error));
      return error;
    }
    assert.fail('it was let through');
  };

  it('every one has a name of its own and a line for people', () => {
    assert.equal(new Set(ALL_FAULTS.map(({ name }) => name)).size, ALL_FAULTS.length);
    for (const { description } of CHAOS_FAULTS) assert.match(description, /^.{20,95}$/);
  });

  it('hung-finalizer: what is deleted stays, and says why; the forced annotation lets it go', async () => {
    begin(['hung-finalizer']);
    inject();
    await until(() => holds('AllInjected'));
    registry.delete(stress(), 'default', 'x');
    await until(() => messages().some((text) => text.startsWith('Failed to recover chaos: rpc error')));
    const [record] = read().status?.experiment?.containerRecords ?? [];
    assert.equal(record?.phase, 'Injected');
    const { type, operation, message } = record?.events?.at(-1) ?? {};
    assert.deepEqual([type, operation], ['Failed', 'Recover']);
    assert.match(message ?? '', /DeadlineExceeded/);
    assert.deepEqual(read().metadata.finalizers, ['chaos-mesh/records']);
    patch((metadata) => {
      ensureObject(metadata, 'annotations')['chaos-mesh.chaos-mesh.org/cleanFinalizer'] = 'forced';
    });
    await until(gone);
    assert.equal(agent.runs.size, 1, 'the stressor runs on');
    assert.ok(logged.includes('fault hung-finalizer'));
  });

  it('hung-finalizer: who takes the finalizers away lets it go, too', async () => {
    begin(['hung-finalizer']);
    inject();
    await until(() => holds('AllInjected'));
    registry.delete(stress(), 'default', 'x');
    await until(() => messages().some((text) => text.startsWith('Failed to recover chaos')));
    patch((metadata) => {
      metadata['finalizers'] = [];
    });
    assert.ok(gone());
  });

  it('daemon-missing: fails and is tried again, until the daemon is there', async () => {
    begin(['daemon-missing']);
    inject();
    await until(() => messages().includes('Failed to apply chaos: cannot find daemonIP on node n'));
    assert.equal(agent.starts, 0);
    const sets = registry.definition('daemonsets', 'apps');
    registry.patch(
      sets,
      'chaos-mesh',
      'chaos-daemon',
      (current) => ({ ...current, status: { ...(current['status'] as JsonObject), numberReady: 1 } }),
      { subresource: 'status' },
    );
    await until(() => holds('AllInjected'));
  });

  it('a daemon that somebody removes is missing for the recovery as well', async () => {
    begin([]);
    inject();
    await until(() => holds('AllInjected'));
    registry.delete(registry.definition('daemonsets', 'apps'), 'chaos-mesh', 'chaos-daemon');
    registry.delete(stress(), 'default', 'x');
    await until(() => messages().includes('Failed to recover chaos: cannot find daemonIP on node n'));
    assert.ok(!gone());
  });

  it('stressor-dies: Injected with a pid that nobody has', async () => {
    begin(['stressor-dies']);
    inject();
    await until(() => holds('AllInjected'));
    assert.equal(read().status?.instances?.['default/p/c']?.memoryUid, '4194304');
    assert.equal(agent.starts, 0);
    registry.delete(stress(), 'default', 'x');
    await until(gone);
  });

  it('a bad flag of memStress ends alike without any fault', async () => {
    begin([]);
    inject({ stressors: { memory: { workers: 1, size: '10MiB', options: ['--vm-keep'] } } });
    await until(() => holds('AllInjected'));
    assert.equal(read().status?.instances?.['default/p/c']?.memoryUid, '4194304');
    assert.equal(agent.starts, 0);
  });

  it('webhook-down: nothing can be written, not even as a dry run, and parts of the cluster do not mind', () => {
    begin(['webhook-down']);
    for (const options of [USER, { ...USER, dryRun: true }]) {
      const { code, reason, message } = refusal(() => inject({}, options));
      assert.deepEqual([code, reason], [500, 'InternalError']);
      assert.match(
        message,
        /^Internal error occurred: failed calling webhook "mstresschaos\.kb\.io": failed to call webhook: Post "https:\/\/chaos-mesh-controller-manager\.chaos-mesh\.svc:443\/.*connection refused$/,
      );
    }
    inject({}, {});
  });

  it('webhook-forbidden: the auth webhook says no, whoever asks', () => {
    begin(['webhook-forbidden']);
    const { code, message } = refusal(() => inject());
    assert.equal(code, 403);
    const denied = 'admission webhook "vauth.kb.io" denied the request: somebody is forbidden on';
    assert.equal(message, `${denied} namespace default`);
  });

  describe('the auth webhook', () => {
    const forbidden = (denied: string, selector: JsonObject): string => {
      begin([], { denials: [parseDenial(denied)] });
      const { message } = refusal(() => inject({ selector }));
      stop();
      return message.replace(/^.*somebody is /, '');
    };
    const RIGHT = 'create:stresschaos.chaos-mesh.org';

    it('asks for every namespace of the selector, those of its Pods included', () => {
      assert.equal(
        forbidden(`${RIGHT}:other`, { namespaces: ['default', 'other'] }),
        'forbidden on namespace other',
      );
      assert.equal(forbidden(`${RIGHT}:other`, { pods: { other: ['p'] } }), 'forbidden on namespace other');
      assert.equal(
        forbidden(`${RIGHT}:default`, { pods: { other: ['p'] } }),
        'forbidden on namespace default',
      );
      assert.equal(forbidden(RIGHT, {}), 'forbidden on namespace default');
    });

    it('lets through who may, and asks again at a change', () => {
      begin([], { denials: [parseDenial(`${RIGHT}:other`)] });
      inject();
      const change = (user: object) =>
        registry.patch(stress(), 'default', 'x', (current) => clone(current), user);
      change(USER);
      stop();
      begin([], { denials: [parseDenial(RIGHT)] });
      inject({}, {});
      change({});
      assert.match(refusal(() => change(USER)).message, /forbidden on namespace default/);
    });
  });

  describe('where Chaos Mesh may select', () => {
    const failure = async (options: Partial<ChaosMeshOptions>, selector: JsonObject): Promise<string> => {
      begin([], options);
      makeRunningPod(registry, 'q', 'other');
      inject({ selector });
      const failed = (): string | undefined => messages().find((text) => text.startsWith('Failed to select'));
      await until(() => failed() !== undefined || holds('AllInjected'));
      stop();
      const ids = read().status?.experiment?.containerRecords?.map(({ id }) => id) ?? [];
      return failed()?.replace('Failed to select targets: ', '') ?? ids.join();
    };

    it('a namespace that is not annotated is passed over without a word', async () => {
      const filter = { filterNamespaces: true };
      assert.equal(await failure(filter, {}), 'no pod is selected');
      assert.equal(await failure(filter, { pods: { default: ['p'] } }), 'no pod is selected');
    });

    it('an annotated one is not', async () => {
      begin([], { filterNamespaces: true });
      registry.patch(registry.definition('namespaces'), '', 'default', (current) => {
        const copy = clone(current);
        ensureObject(ensureObject(copy, 'metadata'), 'annotations')['chaos-mesh.org/inject'] = 'enabled';
        return copy;
      });
      inject({ selector: { namespaces: ['default', 'other'] } });
      await until(() => holds('AllInjected'));
    });

    it('one for a namespace alone selects in no other', async () => {
      const scoped = { chaosMeshTargetNamespace: 'default' };
      assert.equal(await failure(scoped, {}), 'default/p/c');
      assert.equal(
        await failure(scoped, { namespaces: ['default', 'other'] }),
        'could NOT use more than 1 namespace selector within namespace scoped mode',
      );
      const text = 'could NOT list pods from out of scoped namespace: other';
      assert.equal(await failure(scoped, { namespaces: ['other'] }), text);
      assert.equal(await failure(scoped, { pods: { other: ['q'] } }), 'no pod is selected');
    });

    it('one for a namespace alone sees no experiment of another', async () => {
      begin([], { chaosMeshTargetNamespace: 'other' });
      inject();
      registry.create(stress(), 'other', smallStress('y', { selector: { namespaces: ['other'] } }));
      await until(() => messages().includes('Failed to select targets: no pod is selected'));
      assert.equal(read().metadata.finalizers, undefined);
    });
  });
});
