import assert from 'node:assert/strict';
import { arrayAt, type JsonObject, objectAt, stringAt } from '../../../../src/sandbox/api/json.js';
import { json, type TestApi, testApi } from '../support/api.js';

const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const AUTOSCALERS = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';

describe('what the sandbox stores and nobody acts on', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await testApi();
  });
  afterEach(() => api.close());

  const post = (path: string, spec: JsonObject) =>
    api.ask({
      method: 'POST',
      path,
      headers: { 'Content-Type': 'application/json' },
      body: { metadata: { name: 'x' }, spec },
    });
  const patch = (path: string, body: JsonObject) =>
    api.ask({ method: 'PATCH', path, headers: { 'Content-Type': 'application/merge-patch+json' }, body });

  it('a budget: as it was made, without a status until somebody writes one', async () => {
    const selector = { matchLabels: { app: 'web' } };
    assert.equal((await post(BUDGETS, { minAvailable: '50%', selector })).status, 201);
    const [found] = arrayAt(json(await api.ask({ path: BUDGETS })), 'items');
    assert.deepEqual(objectAt(found, 'spec'), { minAvailable: '50%', selector });
    assert.equal(objectAt(found, 'status'), undefined);
    await patch(`${BUDGETS}/x/status`, { status: { disruptionsAllowed: 1 } });
    const read = json(await api.ask({ path: `${BUDGETS}/x` }));
    assert.deepEqual(read['status'], { disruptionsAllowed: 1 });
    const both = json(await post(BUDGETS, { minAvailable: 1, maxUnavailable: 1, selector }));
    assert.match(stringAt(both, 'message') ?? '', /minAvailable and maxUnavailable cannot be both set$/);
  });

  it('an autoscaler: with its defaults, and its mistakes named', async () => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const memory = {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
    };
    const made = await post(AUTOSCALERS, { scaleTargetRef, maxReplicas: 3, metrics: [memory] });
    assert.equal(made.status, 201);
    const spec = objectAt(json(await api.ask({ path: `${AUTOSCALERS}/x` })), 'spec');
    assert.deepEqual(spec, { scaleTargetRef, maxReplicas: 3, minReplicas: 1, metrics: [memory] });
    const bad = json(await post(AUTOSCALERS, { scaleTargetRef: { kind: 'Deployment' } }));
    assert.match(
      stringAt(bad, 'message') ?? '',
      /spec\.maxReplicas: .*greater than 0, spec\.scaleTargetRef\.name: Required/,
    );
    const typo = json(await post(AUTOSCALERS, { scaleTargetRef, maxReplicas: 'many' }));
    assert.match(
      stringAt(typo, 'message') ?? '',
      /^HorizontalPodAutoscaler in version "v2" cannot be handled/,
    );
  });
});
