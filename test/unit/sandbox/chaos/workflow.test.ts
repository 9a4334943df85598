import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/sandbox/api/json.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import { parseDenial } from '../../../../src/sandbox/api/resources/access-reviews.js';
import { ApiError } from '../../../../src/sandbox/api/status.js';
import { type ChaosMeshOptions, prepareChaosMesh } from '../../../../src/sandbox/chaos/chaos-mesh.js';
import { smallStress, testRegistry } from '../support/api.js';

const PREFIX = 'admission webhook "vworkflow.kb.io" denied the request: ';
const stressChaos = smallStress('x')['spec'] as JsonObject;
const STRESS: JsonObject = { name: 'stress', templateType: 'StressChaos', deadline: '1m', stressChaos };
const ENTRY: JsonObject = { name: 'entry', templateType: 'Serial', children: ['stress'] };

describe("Chaos Mesh's webhooks of a Workflow", () => {
  const attempt = (templates: JsonObject[], entry = 'entry', options: Partial<ChaosMeshOptions> = {}) => {
    const chaosMesh = prepareChaosMesh({ log: () => undefined, ...options }, []);
    const registry: Registry = testRegistry({ chaosMesh: chaosMesh?.resources ?? [] });
    const object = {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'Workflow',
      metadata: { name: 'w' },
      spec: { entry, templates },
    };
    return (write: object): unknown =>
      registry.create(registry.definition('workflows', 'chaos-mesh.org'), 'default', object, {
        user: 'somebody',
        ...write,
      });
  };
  const refusal = (...given: Parameters<typeof attempt>): string => {
    try {
      attempt(...given)({ dryRun: true });
    } catch (error) {
      assert.ok(error instanceof ApiError, String(error));
      return error.message;
    }
    assert.fail('it was let through');
  };

  it('let a good one through as a dry run, and the sandbox says that it runs none', () => {
    const write = attempt([ENTRY, STRESS]);
    write({ dryRun: true });
    assert.throws(
      () => write({}),
      (error) => error instanceof ApiError && error.code === 501 && /running a Workflow/.test(error.message),
    );
  });

  const verdicts: readonly [string, JsonObject[], string][] = [
    [
      'a duration',
      [ENTRY, { ...STRESS, stressChaos: { ...stressChaos, duration: '8m' } }],
      'spec.templates[1]: Invalid value: 480000000000: should not define duration in chaos when using Workflow, use Template#Deadline instead.',
    ],
    [
      'a size',
      [
        ENTRY,
        { ...STRESS, stressChaos: { ...stressChaos, stressors: { memory: { workers: 1, size: '5x' } } } },
      ],
      'Spec.Templates[1].EmbedChaos.StressChaos.Stressors.MemoryStressor.Size: Invalid value: "5x": incorrect bytes format: invalid suffix: \'x\'',
    ],
    [
      'a missing block',
      [ENTRY, { name: 'stress', templateType: 'StressChaos' }],
      'spec.templates[1].StressChaos: Invalid value: null: parse workflow field error: missing chaos spec StressChaos',
    ],
    [
      'an unknown type',
      [ENTRY, { ...STRESS, templateType: 'Stress' }],
      'spec.templates[1].templateType: Invalid value: "Stress": unrecognized template type: Stress',
    ],
    [
      'a child that is not there',
      [{ ...ENTRY, children: ['stres'] }, STRESS],
      'spec.templates[0].children[0]: Invalid value: "stres": can not find a template with name stres',
    ],
    [
      'names given twice',
      [ENTRY, STRESS, STRESS],
      'spec.templates: Invalid value: "": template name must be unique, duplicated names: [stress]',
    ],
    [
      'an experiment in a step of another type',
      [{ ...ENTRY, stressChaos }, STRESS],
      'spec.templates[0]: Invalid value: v1alpha1.Template{}: this template should not contain any Chaos',
    ],
    [
      'a pause without end',
      [ENTRY, STRESS, { name: 'wait', templateType: 'Suspend' }],
      'spec.templates[2].deadline: Invalid value: "": deadline in template with type Suspend could not be empty',
    ],
  ];
  for (const [what, templates, says] of verdicts) {
    it(`refuse ${what}`, () => assert.equal(refusal(templates), `${PREFIX}${says}`));
  }

  it('name the entry that is not there', () => {
    const says = 'spec.entry: Invalid value: "main": can not find a template with name main';
    assert.equal(refusal([ENTRY, STRESS], 'main'), `${PREFIX}${says}`);
  });

  it('ask for rights where its experiments are', () => {
    const denials = [parseDenial('create:workflow.chaos-mesh.org:default')];
    assert.match(
      refusal([ENTRY, STRESS], 'entry', { denials }),
      /somebody is forbidden on namespace default$/,
    );
  });
});
