import assert from 'node:assert/strict';
import { locateProblem } from '../../../../src/core/stresschaos/locate.js';
import { parseManifests } from '../../../../src/core/stresschaos/parse.js';
import { serverProblems } from '../../../../src/core/stresschaos/server-errors.js';

const DENIED = 'admission webhook "vstresschaos.kb.io" denied the request: ';
const DUMP =
  'v1alpha1.StressChaosSpec{ContainerSelector:v1alpha1.ContainerSelector{PodSelector:v1alpha1.PodSelector{Selector:v1alpha1.PodSelectorSpec{Nodes:[]string(nil), Pods:map[string][]string(nil)}, Mode:"all", Value:""}, ContainerNames:[]string(nil)}, Stressors:(*v1alpha1.Stressors)(nil), StressngStressors:"", Duration:(*string)(nil)}';

interface Case {
  readonly name: string;
  readonly says: string;
  /** `path: message`, joined. */
  readonly means: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'missing stressors, with the long dump of the spec',
    says: `${DENIED}Spec: Invalid value: ${DUMP}: missing stressors`,
    means: ['spec: missing stressors'],
  },
  {
    name: 'empty stressors',
    says: `${DENIED}Spec.Stressors: Invalid value: v1alpha1.Stressors{MemoryStressor:(*v1alpha1.MemoryStressor)(nil)}: missing stressors`,
    means: ['spec.stressors: missing stressors'],
  },
  {
    name: 'a size that go-units does not read',
    says: `${DENIED}Spec.Stressors.MemoryStressor.Size: Invalid value: "50Mi": incorrect bytes format: invalid suffix: 'mi'`,
    means: ["spec.stressors.memory.size: incorrect bytes format: invalid suffix: 'mi'"],
  },
  {
    name: 'an illegal proportion',
    says: `${DENIED}Spec.Stressors.MemoryStressor.Size: Invalid value: "120%": illegal proportion`,
    means: ['spec.stressors.memory.size: illegal proportion'],
  },
  {
    name: 'a duration without unit',
    says: `${DENIED}Spec.Duration: Invalid value: "10": parse duration field error: time: missing unit in duration "10"`,
    means: ['spec.duration: parse duration field error: time: missing unit in duration "10"'],
  },
  {
    name: 'a value, said twice by the walker',
    says: `${DENIED}[Spec.ContainerSelector.PodSelector.value: Invalid value: "": parse value field error:strconv.Atoi: parsing "": invalid syntax, Spec.ContainerSelector.PodSelector.value: Invalid value: "": parse value field error:strconv.Atoi: parsing "": invalid syntax]`,
    means: ['spec.value: parse value field error:strconv.Atoi: parsing "": invalid syntax'],
  },
  {
    name: 'a percentage out of range',
    says: `${DENIED}Spec.ContainerSelector.PodSelector.value: Invalid value: "120": value of 120 is invalid, Must be (0,100] with mode:fixed-percent`,
    means: ['spec.value: value of 120 is invalid, Must be (0,100] with mode:fixed-percent'],
  },
  {
    name: 'several, with a comma and a bracket in a message and a dump among them',
    says: `${DENIED}[Spec: Invalid value: ${DUMP}: missing stressors, Spec.Duration: Invalid value: "1d": parse duration field error: time: unknown unit "d" in duration "1d", Spec.ContainerSelector.PodSelector.value: Invalid value: "0": value of 0 is invalid, Must be (0,100] with mode:fixed-percent]`,
    means: [
      'spec: missing stressors',
      'spec.duration: parse duration field error: time: unknown unit "d" in duration "1d"',
      'spec.value: value of 0 is invalid, Must be (0,100] with mode:fixed-percent',
    ],
  },
  {
    name: 'a changed spec',
    says: `${DENIED}Cannot update chaos spec`,
    means: ['spec: Cannot update chaos spec'],
  },
  {
    name: 'no rights on a namespace',
    says: 'admission webhook "vauth.kb.io" denied the request: dev is forbidden on namespace prod',
    means: ['spec.selector.namespaces: dev is forbidden on namespace prod'],
  },
  {
    name: 'no rights on the cluster',
    says: 'admission webhook "vauth.kb.io" denied the request: dev is forbidden on cluster',
    means: ['spec.selector.namespaces: dev is forbidden on cluster'],
  },
  {
    name: 'unknown fields',
    says: 'StressChaos in version "v1alpha1" cannot be handled as a StressChaos: strict decoding error: unknown field "spec.stressors.memory.time", unknown field "spec.selector.expressionSelectors[0].op"',
    means: [
      'spec.stressors.memory.time: unknown field "spec.stressors.memory.time"',
      'spec.selector.expressionSelectors.0.op: unknown field "spec.selector.expressionSelectors[0].op"',
    ],
  },
  {
    name: 'a mode that the schema does not know',
    says: 'StressChaos.chaos-mesh.org "mem" is invalid: spec.mode: Unsupported value: "some": supported values: "one", "all", "fixed", "fixed-percent", "random-max-percent"',
    means: [
      'spec.mode: Unsupported value: "some": supported values: "one", "all", "fixed", "fixed-percent", "random-max-percent"',
    ],
  },
  {
    name: 'several of the schema',
    says: 'StressChaos.chaos-mesh.org "mem" is invalid: [spec.mode: Required value, spec.stressors.memory.workers: Invalid value: 9000: spec.stressors.memory.workers in body should be less than or equal to 8192, spec.value: Invalid value: "integer": spec.value in body must be of type string: "integer", <nil>: Invalid value: "null": some validation rules were not checked because the object was invalid]',
    means: [
      'spec.mode: Required value',
      'spec.stressors.memory.workers: spec.stressors.memory.workers in body should be less than or equal to 8192',
      'spec.value: spec.value in body must be of type string: "integer"',
      ': some validation rules were not checked because the object was invalid',
    ],
  },
  {
    name: 'a name that is none',
    says: 'StressChaos.chaos-mesh.org "Mem_1" is invalid: metadata.name: Invalid value: "Mem_1": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \'-\' or \'.\'',
    means: [
      "metadata.name: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'",
    ],
  },
  {
    name: 'a type that the webhook cannot decode',
    says: `${DENIED}json: cannot unmarshal string into Go struct field StressChaos.spec.stressors.memory.workers of type int`,
    means: [
      'spec.stressors.memory.workers: json: cannot unmarshal string into Go struct field StressChaos.spec.stressors.memory.workers of type int',
    ],
  },
  {
    name: 'a Schedule’s own field, and its embedded spec',
    says: 'admission webhook "vschedule.kb.io" denied the request: [spec.schedule: Invalid value: "every day": parse schedule field error:expected exactly 5 fields, Spec.ScheduleItem.EmbedChaos.StressChaos.Stressors.MemoryStressor.Size: Invalid value: "5x": incorrect bytes format: invalid suffix: \'x\']',
    means: [
      'spec.schedule: parse schedule field error:expected exactly 5 fields',
      "spec.stressChaos.stressors.memory.size: incorrect bytes format: invalid suffix: 'x'",
    ],
  },
  {
    name: 'a Workflow’s step',
    says: 'admission webhook "vworkflow.kb.io" denied the request: Spec.Templates[1].EmbedChaos.StressChaos.Duration: Invalid value: "1h": should not define duration in chaos when using Workflow, use Template#Deadline instead.',
    means: [
      'spec.templates.1.stressChaos.duration: should not define duration in chaos when using Workflow, use Template#Deadline instead.',
    ],
  },
  {
    name: 'a namespace that is not there',
    says: 'namespaces "nope" not found',
    means: ['metadata.namespace: namespaces "nope" not found'],
  },
  {
    name: 'no right to create it',
    says: 'stresschaos.chaos-mesh.org is forbidden: User "dev" cannot create resource "stresschaos" in API group "chaos-mesh.org" in the namespace "prod"',
    means: [
      'metadata.namespace: stresschaos.chaos-mesh.org is forbidden: User "dev" cannot create resource "stresschaos" in API group "chaos-mesh.org" in the namespace "prod"',
    ],
  },
  { name: 'what nobody foresaw', says: 'the sky fell', means: [': the sky fell'] },
  { name: 'nothing at all', says: '', means: [': '] },
];

const MANIFEST = `# a comment
apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata:
  name: mem
spec:
  mode: all
  selector:
    labelSelectors: { app: web }
  stressors:
    memory:
      workers: 1
      size: 50Mi
      time: 10m
`;

function place(text: string, index: number, says: string): string {
  const manifest = parseManifests(text, { embedded: true })[index];
  const [problem] = serverProblems(says);
  assert.ok(manifest !== undefined && problem !== undefined);
  const { start, end } = locateProblem(text, manifest, problem);
  const line = text.slice(0, start).split('\n').length;
  return `${line}: ${text.slice(start, end)}`;
}

describe('what the server says of a manifest', () => {
  for (const { name, says, means } of CASES) {
    it(name, () => {
      assert.deepEqual(
        serverProblems(says).map(({ path, message }) => `${path.join('.')}: ${message}`),
        means,
      );
    });
  }
});

describe('where it stands in the manifest', () => {
  it('a wrong value: at the value', () => {
    const says = `${DENIED}Spec.Stressors.MemoryStressor.Size: Invalid value: "50Mi": incorrect bytes format: invalid suffix: 'mi'`;
    assert.equal(place(MANIFEST, 0, says), '13: 50Mi');
  });

  it('an unknown field: at its key', () => {
    const says = 'strict decoding error: unknown field "spec.stressors.memory.time"';
    assert.equal(place(MANIFEST, 0, says), '14: time');
  });

  it('what is not there: at the nearest key above it', () => {
    const duration = `${DENIED}Spec.Duration: Invalid value: "": parse duration field error`;
    assert.equal(place(MANIFEST, 0, duration), '6: spec');
    const forbidden =
      'admission webhook "vauth.kb.io" denied the request: dev is forbidden on namespace prod';
    assert.equal(place(MANIFEST, 0, forbidden), '8: selector');
  });

  it('what names no place: at the head', () => {
    assert.equal(place(MANIFEST, 0, 'the sky fell'), '2: apiVersion');
  });

  it('in the right one of several documents, also items of a List', () => {
    const says = `${DENIED}Spec.Stressors.MemoryStressor.Size: Invalid value: "50Mi": no`;
    assert.equal(place(`${MANIFEST}---\n${MANIFEST}`, 1, says), '28: 50Mi');
    const item = MANIFEST.replace('# a comment\n', '').replace(/^/gm, '    ').replace('    api', '  - api');
    const list = `apiVersion: v1\nkind: List\nitems:\n${item}`;
    assert.equal(place(list, 0, says), '15: 50Mi');
  });

  it('a Workflow’s step: in that step', () => {
    const says = `Spec.Templates[1].EmbedChaos.StressChaos.Mode: Invalid value: "x": no`;
    const text = `apiVersion: chaos-mesh.org/v1alpha1
kind: Workflow
metadata: { name: w }
spec:
  entry: a
  templates:
    - { name: b, templateType: Suspend, deadline: 1m }
    - name: a
      templateType: StressChaos
      deadline: 1m
      stressChaos:
        mode: x
        selector: {}
        stressors: { memory: { workers: 1, size: 5MiB } }
`;
    assert.equal(place(text, 0, says), '12: x');
  });
});
