import assert from 'node:assert/strict';
import { readInstallation } from '../../../src/cluster/chaos-mesh.js';
import { Transport } from '../../../src/cluster/transport.js';
import type { ChaosMeshInstallation } from '../../../src/core/kubernetes/chaos-mesh.js';
import { access, json, type ScriptedServer, startServer, statusBody } from './server.js';

const HOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const NOTHING: ChaosMeshInstallation = {
  version: null,
  namespace: null,
  controllerReady: null,
  clusterScoped: null,
  targetNamespace: null,
  filtersNamespaces: null,
  runtime: null,
  checksRights: null,
  daemonNodes: null,
};

type Objects = Record<string, unknown>;

/** What the chart makes, by the paths at which it is asked for. */
function chart(environment: Record<string, string>, over: Objects = {}): Objects {
  const env = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const image = 'registry.example/mirror/chaos-mesh/chaos-mesh:v2.8.3';
  return {
    [`${HOOKS}/chaos-mesh-validation`]: {
      webhooks: [
        { clientConfig: { service: { namespace: 'chaos', name: 'chaos-mesh-controller-manager' } } },
      ],
    },
    [`${HOOKS}/chaos-mesh-validation-auth`]: { webhooks: [] },
    '/apis/apps/v1/deployments': {
      items: [
        {
          metadata: { namespace: 'chaos', labels: { 'app.kubernetes.io/version': '9.9.9' } },
          spec: { template: { spec: { containers: [{ name: 'chaos-mesh', image, env }] } } },
          status: { availableReplicas: 3 },
        },
      ],
    },
    '/apis/apps/v1/daemonsets': {
      items: [
        {
          spec: {
            template: {
              spec: { containers: [{ command: ['/usr/local/bin/chaos-daemon', '--runtime', 'containerd'] }] },
            },
          },
        },
      ],
    },
    '/api/v1/pods': { items: [daemon('n2', 'True'), daemon('n1', 'True'), daemon('n3', 'False')] },
    ...over,
  };
}

function daemon(nodeName: string, ready: string): object {
  return { spec: { nodeName }, status: { conditions: [{ type: 'Ready', status: ready }] } };
}

describe('Chaos Mesh as it is installed', () => {
  let server: ScriptedServer;
  let transport: Transport;
  const { signal } = new AbortController();
  before(async () => {
    server = await startServer(() => undefined);
    transport = new Transport(access(server));
  });
  after(async () => {
    transport.dispose();
    await server.close();
  });

  /** What is read where these objects may be read, others are not there, and the refused ones are forbidden. */
  function read(objects: Objects, refused: (path: string) => boolean = () => false): Promise<object> {
    server.handler = (_request, response, url) => {
      const { pathname } = url;
      if (refused(pathname)) json(response, 403, statusBody(403, 'Forbidden', 'no'));
      else if (pathname in objects) json(response, 200, objects[pathname]);
      else if (pathname.startsWith(HOOKS)) json(response, 404, statusBody(404, 'NotFound', 'not found'));
      else json(response, 200, { items: [] });
    };
    return readInstallation(transport, signal);
  }

  it('is read whole', async () => {
    const environment = {
      CLUSTER_SCOPED: 'true',
      TARGET_NAMESPACE: 'chaos',
      ENABLE_FILTER_NAMESPACE: 'true',
      SECURITY_MODE: 'true',
    };
    assert.deepEqual(await read(chart(environment)), {
      version: '2.8.3',
      namespace: 'chaos',
      controllerReady: true,
      clusterScoped: true,
      targetNamespace: null,
      filtersNamespaces: true,
      runtime: 'containerd',
      checksRights: true,
      daemonNodes: ['n1', 'n2'],
    });
  });

  it('acts in one namespace, and without its check of rights', async () => {
    const found = await read(
      chart(
        { CLUSTER_SCOPED: 'false', TARGET_NAMESPACE: 'app' },
        { [`${HOOKS}/chaos-mesh-validation-auth`]: undefined },
      ),
      () => false,
    );
    assert.ok('clusterScoped' in found && 'targetNamespace' in found && 'filtersNamespaces' in found);
    assert.deepEqual(
      [found.clusterScoped, found.targetNamespace, found.filtersNamespaces],
      [false, 'app', false],
    );
    const off = await read(chart({ SECURITY_MODE: 'false' }));
    assert.ok('checksRights' in off);
    assert.equal(off.checksRights, false);
  });

  it('is not ready where its Deployment has gone, and knows no check where both configurations are absent', async () => {
    const found = await read({});
    assert.deepEqual(found, { ...NOTHING, controllerReady: false, checksRights: false, daemonNodes: [] });
  });

  it('is asked for in its own namespace where the cluster as a whole is refused', async () => {
    const all = chart({});
    const objects = {
      ...all,
      '/apis/apps/v1/namespaces/chaos/deployments': all['/apis/apps/v1/deployments'],
      '/apis/apps/v1/namespaces/chaos/daemonsets': all['/apis/apps/v1/daemonsets'],
      '/api/v1/namespaces/chaos/pods': all['/api/v1/pods'],
    };
    const found = await read(objects, (path) => /v1\/(deployments|daemonsets|pods)$/.test(path));
    assert.ok('version' in found && 'runtime' in found && 'daemonNodes' in found);
    assert.deepEqual(
      [found.version, found.runtime, found.daemonNodes],
      ['2.8.3', 'containerd', ['n1', 'n2']],
    );
  });

  it('says of no node that its daemon is missing where the DaemonSet counts more than there are Pods to see', async () => {
    const counting = (numberReady: number) => ({ items: [{ status: { numberReady } }] });
    const found = async (numberReady: number) =>
      read(chart({}, { '/apis/apps/v1/daemonsets': counting(numberReady) }));
    assert.deepEqual(
      [await found(3), await found(2)].map((one) => ('daemonNodes' in one ? one.daemonNodes : undefined)),
      [null, ['n1', 'n2']],
    );
  });

  it('leaves null what may not be read, and does not fail', async () => {
    assert.deepEqual(await read({}, () => true), NOTHING);
    server.handler = (_request, response) => response.end('not JSON');
    assert.deepEqual(await readInstallation(transport, signal), NOTHING);
  });

  it('has no daemon where the DaemonSet counts none, whatever may be seen of its Pods', async () => {
    const items = [{ status: { numberReady: 0 } }];
    const found = await read({ '/apis/apps/v1/daemonsets': { items } }, (path) => path.endsWith('/pods'));
    assert.deepEqual('daemonNodes' in found && found.daemonNodes, []);
  });

  it('reads hostile objects as nothing', async () => {
    const odd = { items: [null, 7, { spec: { template: { spec: { containers: ['x', { name: 3 }] } } } }] };
    const found = await read({
      '/apis/apps/v1/deployments': odd,
      '/apis/apps/v1/daemonsets': odd,
      '/api/v1/pods': odd,
      [`${HOOKS}/chaos-mesh-validation`]: { webhooks: [null, { clientConfig: { service: 'x' } }] },
    });
    assert.deepEqual(found, { ...NOTHING, controllerReady: false, checksRights: false, daemonNodes: [] });
  });
});
