import assert from 'node:assert/strict';
import { clone, ensureObject, type JsonObject, objectAt } from '../../../../src/sandbox/api/json.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import { STRESS_CHAOS } from '../../../../src/sandbox/api/resources/stress-chaos.js';
import { ApiError } from '../../../../src/sandbox/api/status.js';
import { withWebhooks } from '../../../../src/sandbox/chaos/webhook.js';
import { type Answer, smallStress, testApi, testRegistry } from '../support/api.js';

const PREFIX = 'admission webhook "vstresschaos.kb.io" denied the request: ';

describe("Chaos Mesh's webhooks", () => {
  let registry: Registry;
  const stress = () => registry.definition('stresschaos', 'chaos-mesh.org');
  const create = (spec: JsonObject, dryRun = true) =>
    registry.create(stress(), 'default', smallStress('x', spec), { dryRun });

  beforeEach(() => {
    registry = testRegistry({ chaosMesh: [withWebhooks(STRESS_CHAOS)] });
  });

  const verdicts: readonly [string, JsonObject, RegExp | null][] = [
    ['a size in MiB', { stressors: { memory: { workers: 1, size: '50MiB' } } }, null],
    ['no size', { stressors: { memory: { workers: 1 } } }, null],
    ['zero workers', { stressors: { memory: { workers: 0, size: '1MB' } } }, null],
    ['a percentage', { stressors: { memory: { workers: 1, size: '50%' } } }, null],
    [
      "Kubernetes' Mi",
      { stressors: { memory: { workers: 1, size: '50Mi' } } },
      /^Spec\.Stressors\.MemoryStressor\.Size: Invalid value: "50Mi": incorrect bytes format: invalid suffix: 'mi'$/,
    ],
    [
      'a percentage over 100',
      { stressors: { memory: { workers: 1, size: '101%' } } },
      /Size: Invalid value: "101%": .*illegal proportion$/,
    ],
    [
      'a broken percentage',
      { stressors: { memory: { workers: 1, size: '50.5%' } } },
      /incorrect bytes format: strconv\.Atoi: parsing "50\.5": invalid syntax$/,
    ],
    [
      'a size without a number',
      { stressors: { memory: { workers: 1, size: 'lots' } } },
      /incorrect bytes format: invalid size: 'lots'$/,
    ],
    ['only stressngStressors', { stressors: null, stressngStressors: '--vm 1' }, null],
    ['no stressors', { stressors: null }, /^Spec: Invalid value: .*: missing stressors$/],
    ['empty stressors', { stressors: {} }, /^Spec\.Stressors: Invalid value: .*: missing stressors$/],
    ['a compound duration', { duration: '1h30m' }, null],
    ['an empty duration', { duration: '' }, null],
    ['a negative duration', { duration: '-1s' }, null],
    [
      'a duration without unit',
      { duration: '10' },
      /^Spec\.Duration: Invalid value: "10": parse duration field error: time: missing unit in duration "10"$/,
    ],
    [
      'a duration in days',
      { duration: '1d' },
      /parse duration field error: time: unknown unit "d" in duration "1d"$/,
    ],
    [
      'no duration at all',
      { duration: 'soon' },
      /parse duration field error: time: invalid duration "soon"$/,
    ],
    ['fixed with a value', { mode: 'fixed', value: '2' }, null],
    [
      'fixed without value',
      { mode: 'fixed' },
      /parse value field error:strconv\.Atoi: parsing "": invalid syntax$/,
    ],
    ['fixed with 0', { mode: 'fixed', value: '0' }, /value must be greater than 0 with mode:fixed$/],
    [
      'a percentage of Pods over 100',
      { mode: 'fixed-percent', value: '120' },
      /value of 120 is invalid, Must be \(0,100\] with mode:fixed-percent$/,
    ],
  ];
  for (const [what, spec, text] of verdicts) {
    it(`${text === null ? 'let through' : 'refuse'} ${what}`, () => {
      const kept = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
      const body = smallStress('x', kept);
      if (spec['stressors'] === null) delete ensureObject(body, 'spec')['stressors'];
      const attempt = (): unknown => registry.create(stress(), 'default', body, { dryRun: true });
      if (text === null) {
        attempt();
        return;
      }
      assert.throws(attempt, (error: unknown) => {
        assert.ok(error instanceof ApiError);
        assert.equal(error.code, 403);
        assert.equal(error.message.slice(0, PREFIX.length), PREFIX);
        assert.match(error.message.slice(PREFIX.length), text);
        return true;
      });
    });
  }

  it('join several problems', () => {
    const spec = { duration: '10', mode: 'fixed', value: 'x' };
    assert.throws(() => create(spec), /denied the request: \[Spec\.Duration: .*, Spec\.ContainerSelector/);
  });

  it("fill in the experiment's own namespace", () => {
    const { spec } = create({ selector: {} }) as unknown as { spec: { selector: JsonObject } };
    assert.deepEqual(spec.selector, { namespaces: ['default'] });
  });

  it('freeze the spec but not labels, annotations and status', () => {
    create({}, false);
    const change = (edit: (copy: JsonObject) => JsonObject) =>
      registry.patch(stress(), 'default', 'x', (current) => edit(clone(current)));
    assert.throws(
      () => change((copy) => ({ ...copy, spec: { ...objectAt(copy, 'spec'), duration: '5s' } })),
      (error: unknown) => error instanceof ApiError && error.message === `${PREFIX}Cannot update chaos spec`,
    );
    change((copy) => ({ ...copy, metadata: { ...objectAt(copy, 'metadata'), annotations: { a: 'b' } } }));
    change((copy) => ({ ...copy, status: { experiment: { desiredPhase: 'Run' } } }));
  });

  it('come after the schema: what that refuses they never see', () => {
    const spec = { mode: 'some', duration: '10' };
    assert.throws(
      () => create(spec),
      (error: unknown) => error instanceof ApiError && error.code === 422,
    );
  });

  it('see dry runs over the wire as well, by POST and PATCH, of which nothing is kept', async () => {
    const api = await testApi({ chaosMesh: [withWebhooks(STRESS_CHAOS)] });
    const collection = '/apis/chaos-mesh.org/v1alpha1/namespaces/default/stresschaos';
    const send = (method: string, path: string, body: JsonObject): Promise<Answer> => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      return api.ask({ method, path, headers: { 'Content-Type': type }, body });
    };
    const dry = '?dryRun=All&fieldValidation=Strict';
    try {
      assert.equal((await send('POST', `${collection}${dry}`, smallStress('x'))).status, 201);
      const bad = await send('POST', `${collection}${dry}`, smallStress('x', { duration: '10' }));
      assert.match(bad.text, /vstresschaos\.kb\.io.*missing unit/);
      const unknown = await send('POST', `${collection}${dry}`, smallStress('x', { time: '1m' }));
      assert.match(unknown.text, /strict decoding error: unknown field \\"spec\.time\\"/);
      assert.equal((await api.ask({ path: `${collection}/x` })).status, 404);
      await send('POST', collection, smallStress('x'));
      const before = (await api.ask({ path: `${collection}/x` })).text;
      const frozen = await send('PATCH', `${collection}/x${dry}`, { spec: { duration: '2s' } });
      assert.match(frozen.text, /Cannot update chaos spec/);
      const paused = { metadata: { annotations: { 'experiment.chaos-mesh.org/pause': 'true' } } };
      assert.equal((await send('PATCH', `${collection}/x${dry}`, paused)).status, 200);
      assert.equal((await api.ask({ path: `${collection}/x` })).text, before);
    } finally {
      await api.close();
    }
  });
});
