import assert from 'node:assert/strict';
import { parseManifests } from '../../../../src/core/stresschaos/parse.js';

const SCHEDULE = `apiVersion: chaos-mesh.org/v1alpha1
kind: Schedule
metadata:
  name: nightly
  namespace: chaos
spec:
  schedule: '@every 5m'
  type: StressChaos
  stressChaos:
    mode: all
    selector:
      namespaces: [web]
    stressors:
      memory:
        workers: 2
        size: 50MiB
    duration: 1m
`;

const WORKFLOW = `apiVersion: chaos-mesh.org/v1alpha1
kind: Workflow
metadata:
  name: flow
spec:
  entry: both
  templates:
    - name: both
      templateType: Parallel
      deadline: 5m
      children: [memory, cpu]
    - name: memory
      templateType: StressChaos
      deadline: 2m
      stressChaos:
        mode: one
        selector: { namespaces: [web] }
        stressors: { memory: { workers: 1, size: 20MiB } }
    - name: cpu
      templateType: StressChaos
      deadline: 3m
      stressChaos:
        mode: one
        selector: { namespaces: [web] }
        stressors: { cpu: { workers: 1 } }
`;

const STRESS = `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata: { name: alone }
spec:
  mode: all
  selector: {}
  stressors: { memory: { workers: 1, size: 5MiB } }
`;

const embedded = (text: string) => parseManifests(text, { embedded: true });

describe('a StressChaos inside a Schedule or a Workflow', () => {
  it('is not among the objects of a file unless it is asked for', () => {
    assert.deepEqual(parseManifests(`${SCHEDULE}---\n${WORKFLOW}`), []);
  });

  it('of a Schedule can be injected once, as an object of its own', () => {
    const [stress, ...others] = embedded(SCHEDULE);
    assert.deepEqual(others, []);
    assert.ok(stress !== undefined);
    assert.deepEqual(stress.object, {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'StressChaos',
      metadata: { name: 'nightly-once', namespace: 'chaos' },
      spec: {
        mode: 'all',
        selector: { namespaces: ['web'] },
        stressors: { memory: { workers: 2, size: '50MiB' } },
        duration: '1m',
      },
    });
    assert.equal(SCHEDULE.slice(stress.head.start, stress.head.end), 'stressChaos');
    assert.equal(stress.carrier?.kind, 'Schedule');
    assert.equal(stress.carrier?.name, 'nightly');
    assert.equal(stress.carrier?.head.start, 0);
    assert.equal(stress.memory?.totalBytes, 50 * 1024 ** 2);
    assert.equal(stress.raw?.['kind'], 'Schedule');
  });

  it('of a Workflow’s step has the step’s deadline for its duration', () => {
    const stresses = embedded(WORKFLOW);
    assert.deepEqual(
      stresses.map(({ name, object }) => [name, object?.spec.duration]),
      [
        ['flow-memory-once', '2m'],
        ['flow-cpu-once', '3m'],
      ],
    );
  });

  it('keeps its place among several documents, and none that is broken takes the others along', () => {
    const text = `${STRESS}---\n${SCHEDULE}---\n${STRESS.replace('mode: all', 'mode: some')}---\n${STRESS}`;
    const manifests = embedded(text);
    assert.deepEqual(
      manifests.map(({ name, object }) => [name, object !== null]),
      [
        ['alone', true],
        ['nightly-once', true],
        ['alone', false],
        ['alone', true],
      ],
    );
    for (const { head, carrier } of manifests) {
      const word = carrier === null ? 'apiVersion' : 'stressChaos';
      assert.equal(text.slice(head.start, head.end), word);
      if (carrier !== null) assert.equal(text.slice(carrier.head.start, carrier.head.end), 'apiVersion');
    }
  });

  it('with an error in it cannot be injected; one beside it does not matter', () => {
    assert.equal(embedded(SCHEDULE.replace('mode: all', 'mode: some'))[0]?.object, null);
    assert.notEqual(embedded(SCHEDULE.replace('@every 5m', 'now and then'))[0]?.object, null);
  });

  it('has a name that Kubernetes takes, however long the carrier’s is', () => {
    const [stress] = embedded(SCHEDULE.replace('nightly', `${'n'.repeat(56)}-.${'x'.repeat(20)}`));
    assert.equal(stress?.name, `${'n'.repeat(56)}-once`);
  });
});

describe('a manifest as it is written', () => {
  it('has its mistakes and unknown fields', () => {
    const [stress] = parseManifests(STRESS.replace('size: 5MiB', 'size: 5Mi, time: 10m'));
    assert.equal(stress?.object, null);
    const spec = stress?.raw?.['spec'] as { stressors: unknown };
    assert.deepEqual(spec.stressors, { memory: { workers: 1, size: '5Mi', time: '10m' } });
  });

  it('is not known where the YAML is broken, or a template', () => {
    assert.equal(parseManifests(STRESS.replace('selector: {}', 'selector: {'))[0]?.raw ?? null, null);
    assert.equal(parseManifests(STRESS.replace('alone', "'{{ .name }}'"))[0]?.raw, null);
  });
});
