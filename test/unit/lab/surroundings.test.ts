import assert from 'node:assert/strict';
import { Transport } from '../../../src/cluster/transport.js';
import { NO_SURROUNDINGS, rightKey, type Surroundings } from '../../../src/core/kubernetes/surroundings.js';
import { ValueStore } from '../../../src/lab/store.js';
import { SurroundingsInterests, SurroundingsWatch } from '../../../src/lab/surroundings.js';
import type { NodeInfo } from '../../../src/protocol/agent/types.js';
import { access, json, type ScriptedServer, startServer, statusBody, until } from '../cluster/server.js';

type Answer = readonly [number, unknown];

const LISTS = {
  '/api/v1/namespaces/shop': {
    metadata: { name: 'shop', annotations: { 'chaos-mesh.org/inject': 'enabled' } },
  },
  '/apis/policy/v1/namespaces/shop/poddisruptionbudgets': {
    items: [
      {
        metadata: { name: 'web' },
        spec: { selector: { matchLabels: { app: 'web' } } },
        status: { disruptionsAllowed: 1 },
      },
      { metadata: { name: 'none' }, spec: {} },
      { spec: {} },
    ],
  },
  '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers': {
    items: [
      {
        metadata: { name: 'web' },
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'web' },
          metrics: [{ type: 'Resource', resource: { name: 'memory' } }],
        },
      },
      {
        metadata: { name: 'cpu' },
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'web' },
          metrics: [{ type: 'Resource', resource: { name: 'cpu' } }],
        },
      },
    ],
  },
  '/apis/autoscaling.k8s.io/v1/namespaces/shop/verticalpodautoscalers': {
    items: [
      { metadata: { name: 'db' }, spec: { targetRef: { kind: 'StatefulSet', name: 'db' } } },
      {
        metadata: { name: 'off' },
        spec: { targetRef: { kind: 'StatefulSet', name: 'db' }, updatePolicy: { updateMode: 'Off' } },
      },
    ],
  },
  '/apis/chaos-mesh.org/v1alpha1': { resources: [{ name: 'stresschaos' }] },
} as const;

describe('the surroundings of experiments', () => {
  let server: ScriptedServer;
  let transport: Transport;
  let end: AbortController;
  let running: Promise<void>;
  let surroundings: ValueStore<Surroundings>;
  const interests = new SurroundingsInterests();
  const reviewed: unknown[] = [];

  const start = async (answer: (path: string) => Answer): Promise<void> => {
    server = await startServer((request, response, url) => {
      if (!url.pathname.endsWith('selfsubjectaccessreviews')) {
        json(response, ...answer(url.pathname));
        return;
      }
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const { resourceAttributes } = (
          JSON.parse(body) as { spec: { resourceAttributes: { namespace?: string } } }
        ).spec;
        reviewed.push(resourceAttributes);
        json(response, 201, { status: { allowed: resourceAttributes.namespace === 'shop' } });
      });
    });
    transport = new Transport(access(server));
    end = new AbortController();
    surroundings = new ValueStore(NO_SURROUNDINGS, (error) => assert.fail(String(error)));
    running = new SurroundingsWatch({
      transport,
      signal: end.signal,
      interests,
      surroundings,
      agentOf: (name) =>
        name === 'n1' ? { node: async () => ({ memoryAvailableBytes: 7 }) as NodeInfo } : null,
    }).run();
  };
  afterEach(async () => {
    end.abort();
    await running;
    transport.dispose();
    await server.close();
  });

  const listed = (path: string): Answer =>
    path in LISTS
      ? [200, LISTS[path as keyof typeof LISTS]]
      : [404, statusBody(404, 'NotFound', 'not found')];

  it('are not asked for as long as nobody wants them', async () => {
    await start(listed);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(server.requests, []);
  });

  it('hold what concerns memory, and go when nobody wants them any more', async () => {
    await start(listed);
    const interest = interests.open();
    interest.want({
      namespaces: new Set(['shop', 'gone']),
      rights: [
        { namespace: 'shop', resource: 'stresschaos' },
        { namespace: '', resource: 'schedule' },
      ],
      nodes: new Set(['n1', 'n2']),
    });
    await until(() => {
      const { namespaces, mayCreate, stressChaos } = surroundings.get();
      return namespaces.size === 2 && mayCreate.size === 2 && stressChaos === true;
    }, 'all is read');
    const { namespaces, mayCreate } = surroundings.get();
    assert.deepEqual(namespaces.get('shop'), {
      exists: true,
      annotations: { 'chaos-mesh.org/inject': 'enabled' },
      disruptionBudgets: [
        {
          name: 'web',
          selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
          disruptionsAllowed: 1,
        },
        { name: 'none', selector: null, disruptionsAllowed: null },
      ],
      autoscalers: [
        { kind: 'HorizontalPodAutoscaler', name: 'web', targetKind: 'Deployment', targetName: 'web' },
        { kind: 'VerticalPodAutoscaler', name: 'db', targetKind: 'StatefulSet', targetName: 'db' },
      ],
    });
    assert.deepEqual([namespaces.get('gone')?.exists, namespaces.get('gone')?.annotations], [false, null]);
    assert.deepEqual(
      [mayCreate.get(rightKey('shop', 'stresschaos')), mayCreate.get(rightKey('', 'schedule'))],
      [true, false],
    );
    assert.ok(
      reviewed.some(
        (one) => JSON.stringify(one) === '{"verb":"create","group":"chaos-mesh.org","resource":"schedule"}',
      ),
    );
    await until(() => surroundings.get().availableBytes.size === 1, 'the agent answers');
    assert.deepEqual([...surroundings.get().availableBytes], [['n1', 7]]);
    interest.dispose();
    await until(() => surroundings.get().namespaces.size === 0, 'it is forgotten');
    assert.equal(surroundings.get().stressChaos, null);
  });

  it('are null where they may not be read, and what fails is not told', async () => {
    await start((path) => {
      if (path.includes('horizontal')) return [503, statusBody(503, 'ServiceUnavailable', 'later')];
      if (path.startsWith('/apis/chaos-mesh.org')) return listed(path);
      return [403, statusBody(403, 'Forbidden', 'no')];
    });
    const interest = interests.open();
    interest.want({ namespaces: new Set(['shop']), rights: [], nodes: new Set() });
    await until(() => surroundings.get().stressChaos === true, 'the cluster answers');
    assert.equal(surroundings.get().namespaces.size, 0, 'a server in trouble says nothing');
    server.handler = (_, response) => json(response, 403, statusBody(403, 'Forbidden', 'no'));
    interest.want({ namespaces: new Set(['shop', 'other']), rights: [], nodes: new Set() });
    await until(() => surroundings.get().namespaces.has('other'), 'the refusal is known');
    assert.deepEqual(surroundings.get().namespaces.get('other'), {
      exists: null,
      annotations: null,
      disruptionBudgets: null,
      autoscalers: null,
    });
    interest.dispose();
  });
});
