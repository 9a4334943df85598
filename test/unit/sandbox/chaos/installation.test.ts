import assert from 'node:assert/strict';
import { arrayAt, type JsonObject, numberAt, objectAt, stringAt } from '../../../../src/sandbox/api/json.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import { type ChaosMeshOptions, prepareChaosMesh } from '../../../../src/sandbox/chaos/chaos-mesh.js';
import { DaemonSetController } from '../../../../src/sandbox/controllers/daemon-sets.js';
import { createNode } from '../../../../src/sandbox/kubelet/node.js';
import { startSandbox } from '../../../../src/sandbox/sandbox.js';
import { json, send, testRegistry } from '../support/api.js';

describe('Chaos Mesh as it is installed in the sandbox', () => {
  const install = (options: Partial<ChaosMeshOptions> = {}, faults: readonly string[] = []): Registry => {
    const chaosMesh = prepareChaosMesh({ log: () => undefined, ...options }, faults);
    assert.ok(chaosMesh !== null);
    const registry = testRegistry({ chaosMesh: chaosMesh.resources });
    chaosMesh.install(registry, 1);
    return registry;
  };
  const manager = (registry: Registry): JsonObject =>
    registry.get(registry.definition('deployments', 'apps'), 'chaos-mesh', 'chaos-controller-manager');
  const daemon = (registry: Registry): JsonObject =>
    registry.get(registry.definition('daemonsets', 'apps'), 'chaos-mesh', 'chaos-daemon');
  const container = (workload: JsonObject): JsonObject =>
    arrayAt(workload, 'spec', 'template', 'spec', 'containers')[0] as JsonObject;
  const env = (registry: Registry): Record<string, string> =>
    Object.fromEntries(
      arrayAt(container(manager(registry)), 'env').map((one) => [
        stringAt(one, 'name'),
        stringAt(one, 'value'),
      ]),
    ) as Record<string, string>;

  it('says its version, scope, filter, runtime and where it is', () => {
    const registry = install();
    assert.equal(stringAt(container(manager(registry)), 'image'), 'ghcr.io/chaos-mesh/chaos-mesh:v2.8.3');
    const labels = objectAt(manager(registry), 'metadata', 'labels');
    assert.equal(labels?.['app.kubernetes.io/component'], 'controller-manager');
    assert.equal(labels?.['app.kubernetes.io/name'], 'chaos-mesh');
    assert.equal(labels?.['app.kubernetes.io/version'], '2.8.3');
    assert.equal(numberAt(manager(registry), 'status', 'readyReplicas'), 1);
    const { CLUSTER_SCOPED, ENABLE_FILTER_NAMESPACE, SECURITY_MODE } = env(registry);
    assert.deepEqual([CLUSTER_SCOPED, ENABLE_FILTER_NAMESPACE, SECURITY_MODE], ['true', 'false', 'true']);
    const command = arrayAt(container(daemon(registry)), 'command');
    assert.equal(command[command.indexOf('--runtime') + 1], 'containerd');
    assert.equal(numberAt(daemon(registry), 'status', 'numberReady'), 1);
    const webhooks = registry.definition('validatingwebhookconfigurations', 'admissionregistration.k8s.io');
    assert.deepEqual(
      registry.list(webhooks).map((one) => one.metadata.name),
      ['chaos-mesh-validation', 'chaos-mesh-validation-auth'],
    );
    const [first] = arrayAt(registry.get(webhooks, '', 'chaos-mesh-validation'), 'webhooks');
    assert.equal(stringAt(first, 'clientConfig', 'service', 'namespace'), 'chaos-mesh');
    const crds = registry.definition('customresourcedefinitions', 'apiextensions.k8s.io');
    const crd = registry.get(crds, '', 'stresschaos.chaos-mesh.org');
    const [version] = arrayAt(crd, 'spec', 'versions');
    const memory = ['spec', 'stressors', 'memory'].flatMap((name) => ['properties', name]);
    const schema = objectAt(version, 'schema', 'openAPIV3Schema', ...memory);
    assert.equal(numberAt(schema, 'properties', 'oomScoreAdj', 'minimum'), -1000);
    assert.ok(!JSON.stringify(crd).includes('$ref'));
  });

  it('says that it is scoped and filters, when it is', () => {
    const registry = install({ filterNamespaces: true, chaosMeshTargetNamespace: 'shop' });
    const { CLUSTER_SCOPED, TARGET_NAMESPACE, ENABLE_FILTER_NAMESPACE } = env(registry);
    assert.deepEqual([CLUSTER_SCOPED, TARGET_NAMESPACE, ENABLE_FILTER_NAMESPACE], ['false', 'shop', 'true']);
  });

  it('has no Pods, and every object that stands for some says so', () => {
    const registry = install();
    createNode(registry, 'node-1');
    const controller = new DaemonSetController(registry);
    controller.start();
    controller.stop();
    assert.deepEqual(registry.list(registry.definition('pods')), []);
    for (const object of [manager(registry), daemon(registry)]) {
      const note = stringAt(object, 'metadata', 'annotations', 'podstress/stand-in') ?? '';
      assert.match(note, /no Pod is behind this object/);
    }
    assert.equal(numberAt(daemon(registry), 'status', 'numberReady'), 1);
  });

  it('is seen to lack what a fault takes away', () => {
    assert.equal(numberAt(daemon(install({}, ['daemon-missing'])), 'status', 'numberReady'), 0);
    assert.equal(numberAt(manager(install({}, ['webhook-down'])), 'status', 'readyReplicas'), undefined);
  });

  it('is not there at all when left out', async () => {
    const sandbox = await startSandbox({ programs: null, chaosMesh: false, log: () => undefined });
    try {
      const { port } = new URL(sandbox.server);
      const headers = { Authorization: `Bearer ${sandbox.token}` };
      const ask = (path: string) => send(Number(port), sandbox.authority, { path, token: null, headers });
      assert.equal((await ask('/apis/chaos-mesh.org/v1alpha1')).status, 404);
      assert.ok(!(await ask('/apis')).text.includes('chaos-mesh.org'));
      const crds = json(await ask('/apis/apiextensions.k8s.io/v1/customresourcedefinitions'));
      assert.deepEqual(arrayAt(crds, 'items'), []);
      assert.equal((await ask('/api/v1/namespaces/chaos-mesh')).status, 404);
    } finally {
      await sandbox.stop();
    }
  });

  it('is not asked for anything when left out, and knows its faults', async () => {
    const start = (options: object) => startSandbox({ programs: null, log: () => undefined, ...options });
    await assert.rejects(
      start({ chaosMesh: false, faults: ['daemon-missing'] }),
      /the fault daemon-missing would be/,
    );
    await assert.rejects(
      start({ chaosMesh: false, filterNamespaces: true }),
      /the filter of namespaces would be/,
    );
    await assert.rejects(start({ faults: ['no-such'] }), /there is no fault "no-such"/);
  });
});
