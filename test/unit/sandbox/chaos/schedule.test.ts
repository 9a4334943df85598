import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setImmediate as settled } from 'node:timers/promises';
import { arrayAt, clone, ensureObject, type JsonObject, stringAt } from '../../../../src/sandbox/api/json.js';
import type { KubeObject } from '../../../../src/sandbox/api/kube-object.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import { parseDenial } from '../../../../src/sandbox/api/resources/access-reviews.js';
import { ApiError } from '../../../../src/sandbox/api/status.js';
import { type ChaosMeshOptions, prepareChaosMesh } from '../../../../src/sandbox/chaos/chaos-mesh.js';
import { ScheduleController } from '../../../../src/sandbox/chaos/schedule/controller.js';
import { cronErrorText } from '../../../../src/sandbox/chaos/schedule/cron-errors.js';
import { dueAt, readSchedule } from '../../../../src/sandbox/chaos/schedule/times.js';
import { startGarbageCollector } from '../../../../src/sandbox/controllers/garbage-collector.js';
import { smallStress, testRegistry } from '../support/api.js';

const MINUTE = 60_000;

function smallSchedule(spec: JsonObject = {}, stress: JsonObject = {}): JsonObject {
  const stressChaos = { ...(smallStress('x')['spec'] as JsonObject), ...stress };
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'Schedule',
    metadata: { name: 'nightly' },
    spec: { schedule: '@every 1m', type: 'StressChaos', historyLimit: 2, stressChaos, ...spec },
  };
}

function registryWith(options: Partial<ChaosMeshOptions> = {}, faults: readonly string[] = []): Registry {
  const chaosMesh = prepareChaosMesh({ log: () => undefined, ...options }, faults);
  assert.ok(chaosMesh !== null);
  return testRegistry({ chaosMesh: chaosMesh.resources });
}

const schedules = (registry: Registry) => registry.definition('schedules', 'chaos-mesh.org');

describe('when a Schedule starts one', () => {
  const START = Date.UTC(2026, 10, 21, 12, 0, 0);
  const due = (text: string, since: number, now: number, deadlineMs: number | null = null) => {
    const cron = readSchedule(text);
    assert.ok(cron.error === null);
    return dueAt(cron, { since, deadlineMs }, now);
  };

  it('what was missed counts once, and the last of it', () => {
    const at = (minutes: number): number => START + minutes * MINUTE;
    assert.deepEqual(due('*/5 * * * *', at(1), at(4)), { missed: null, next: at(5) });
    assert.deepEqual(due('*/5 * * * *', at(1), at(17)), { missed: at(15), next: at(20) });
    assert.deepEqual(due('*/5 * * * *', at(1), at(17), MINUTE), { missed: null, next: at(20) });
    assert.deepEqual(due('@every 90s', at(0), at(2)), { missed: at(1.5), next: at(3) });
  });

  it('in the clocks of its zone', () => {
    const next = Date.UTC(2026, 10, 21, 19, 0, 0);
    assert.deepEqual(due('TZ=Asia/Shanghai 0 3 * * *', START, START), { missed: null, next });
    assert.deepEqual(readSchedule('TZ=Not/There 0 3 * * *'), { error: 'time-zone', detail: 'Not/There' });
  });

  it('gives up after a hundred', () => {
    assert.throws(() => due('* * * * *', START, START + 102 * MINUTE), /^Error: too many missed start time/);
    assert.equal(due('* * * * *', START, START + 100 * MINUTE).missed, START + 100 * MINUTE);
  });

  const rows = JSON.parse(readFileSync('test/fixtures/go-truth/cron.json', 'utf8')) as {
    readonly in: string;
    readonly optionalSeconds: string | null;
  }[];
  for (const { in: text, optionalSeconds } of rows.filter((row) => row.optionalSeconds !== null)) {
    it(`cannot read ${JSON.stringify(text)}, and says so as robfig/cron does`, () => {
      const read = readSchedule(text);
      assert.ok(read.error !== null);
      assert.equal(cronErrorText(text, read), optionalSeconds);
    });
  }
});

describe("Chaos Mesh's webhooks of a Schedule", () => {
  const USER = { user: 'somebody' };
  const attempt = (spec: JsonObject, stress: JsonObject = {}, registry = registryWith()) =>
    registry.create(schedules(registry), 'default', smallSchedule(spec, stress), { ...USER, dryRun: true });
  const refusal = (spec: JsonObject, stress: JsonObject = {}, registry = registryWith()): ApiError => {
    try {
      attempt(spec, stress, registry);
    } catch (error) {
      assert.ok(error instanceof ApiError, String(error));
      return error;
    }
    assert.fail('it was let through');
  };

  it('let a good one through, and keep nothing of a dry run', () => {
    const registry = registryWith();
    attempt({ startingDeadlineSeconds: null }, {}, registry);
    assert.deepEqual(registry.list(schedules(registry)), []);
  });

  it('name what is wrong with its times and its experiment', () => {
    const { code, message } = refusal(
      { schedule: '60 * * * *' },
      { stressors: { memory: { workers: 1, size: '50Mi' } } },
    );
    assert.equal(code, 403);
    assert.equal(
      message,
      'admission webhook "vschedule.kb.io" denied the request: [' +
        'spec.schedule: Invalid value: "60 * * * *": parse schedule field error:end of range (60) above maximum (59): 60, ' +
        'Spec.ScheduleItem.EmbedChaos.StressChaos.Stressors.MemoryStressor.Size: Invalid value: "50Mi": incorrect bytes format: invalid suffix: \'mi\']',
    );
    assert.match(refusal({ type: 'StresChaos' }).message, /missing chaos spec$/);
  });

  it('come after the schema', () => {
    const text = (spec: JsonObject): string => refusal(spec).message;
    assert.match(
      text({ concurrencyPolicy: 'Replace' }),
      /spec\.concurrencyPolicy: Unsupported value: "Replace"/,
    );
    assert.match(
      text({ historyLimit: 0 }),
      /spec\.historyLimit in body should be greater than or equal to 1$/,
    );
    assert.match(
      text({ startingDeadlineSeconds: 0 }),
      /startingDeadlineSeconds in body should be greater than 0$/,
    );
    assert.match(refusal({}, { mode: 'some' }).message, /spec\.stressChaos\.mode: Unsupported value: "some"/);
    const registry = registryWith();
    const strict = { ...USER, dryRun: true, fieldValidation: 'Strict' } as const;
    const body = smallSchedule({}, { scheduler: {} });
    assert.throws(
      () => registry.create(schedules(registry), 'default', body, strict),
      /strict decoding error: unknown field "spec\.stressChaos\.scheduler"/,
    );
  });

  it('fill in no namespace, so that its user must be allowed to do it everywhere', () => {
    const registry = registryWith({ denials: [parseDenial('create:schedule.chaos-mesh.org:default')] });
    assert.match(refusal({}, { selector: {} }, registry).message, /somebody is forbidden on cluster$/);
    const { message } = refusal({}, { selector: { namespaces: ['default'] } }, registry);
    assert.match(message, /somebody is forbidden on namespace default$/);
    // A right to the plural is not what is asked about.
    const plural = registryWith({ denials: [parseDenial('create:schedules.chaos-mesh.org')] });
    attempt({}, {}, plural);
  });

  it('fail as a whole where the block of the type is missing, or they are down', () => {
    const body = smallSchedule();
    delete ensureObject(body, 'spec')['stressChaos'];
    const registry = registryWith();
    assert.throws(
      () => registry.create(schedules(registry), 'default', body, USER),
      /failed calling webhook "vschedule\.kb\.io": .*: EOF$/,
    );
    const down = refusal({}, {}, registryWith({}, ['webhook-down']));
    assert.deepEqual([down.code, /"mschedule\.kb\.io"/.test(down.message)], [500, true]);
  });

  it('and what only the sandbox cannot do is refused as that', () => {
    const { code, message } = refusal({ type: 'PodChaos', podChaos: { action: 'pod-kill' } });
    assert.equal(code, 501);
    assert.match(message, /a Schedule of the type PodChaos is not something the Podstress sandbox can do/);
  });
});

describe('a Schedule in the sandbox', () => {
  let registry: Registry;
  let controller: ScheduleController;
  let ahead = 0;
  let stopCollector: () => void;

  beforeEach(() => {
    ahead = 0;
    registry = registryWith();
    stopCollector = startGarbageCollector(registry);
    controller = new ScheduleController({ registry, log: assert.fail, now: () => Date.now() + ahead });
    controller.start();
  });
  afterEach(() => {
    controller.stop();
    stopCollector();
  });

  const stress = () => registry.definition('stresschaos', 'chaos-mesh.org');
  const children = (): KubeObject[] => registry.list(stress(), 'default');
  const make = (spec: JsonObject = {}, chaos: JsonObject = { duration: '30s' }) =>
    registry.create(schedules(registry), 'default', smallSchedule(spec, chaos));
  const read = () => registry.get(schedules(registry), 'default', 'nightly');
  const events = (): string[] =>
    registry
      .list(registry.definition('events'))
      .map((event) => `${stringAt(event, 'reason')}: ${stringAt(event, 'message')}`);
  /** So much later. */
  const pass = async (ms: number): Promise<void> => {
    await turns();
    ahead += ms;
    controller.wake('default', 'nightly');
    await turns();
  };
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await settled();
  };
  /** As its controller leaves an experiment that is over. */
  const finish = (child: KubeObject): void => {
    const status = { experiment: { desiredPhase: 'Stop', containerRecords: [] } };
    registry.patch(stress(), 'default', child.metadata.name, (current) => ({ ...current, status }));
  };
  const annotate = (value: string): void =>
    void registry.patch(schedules(registry), 'default', 'nightly', (current) => {
      const copy = clone(current);
      ensureObject(ensureObject(copy, 'metadata'), 'annotations')['experiment.chaos-mesh.org/pause'] = value;
      return copy;
    });

  it('starts one at its time, as its own', async () => {
    const { uid } = make().metadata;
    await pass(30_000);
    assert.deepEqual(children(), []);
    await pass(31_000);
    const [child, ...more] = children();
    assert.ok(child !== undefined && more.length === 0);
    assert.match(child.metadata.name, /^nightly-[a-z0-9]{5}$/);
    assert.deepEqual(child.metadata['labels'], { 'managed-by': 'nightly' });
    const [owner] = arrayAt(child.metadata, 'ownerReferences');
    assert.deepEqual([stringAt(owner, 'kind'), stringAt(owner, 'uid')], ['Schedule', uid]);
    assert.equal(stringAt(child, 'spec', 'duration'), '30s');
    const active = arrayAt(read(), 'status', 'active').map((one) => stringAt(one, 'name'));
    assert.deepEqual(active, [child.metadata.name]);
    const started = Date.parse(stringAt(read(), 'status', 'time') ?? '');
    assert.ok(Math.abs(started - (Date.now() + ahead)) < 5000);
    assert.ok(events().includes(`Spawned: Create new object: ${child.metadata.name}`));
  });

  it('forbids a second while the first is not over', async () => {
    make({}, {});
    await pass(61_000);
    await pass(MINUTE);
    const [first, ...more] = children();
    assert.ok(first !== undefined && more.length === 0);
    assert.ok(
      events().includes(`Forbid: Forbid spawning new job because: ${first.metadata.name} is still running`),
    );
    finish(first);
    await turns();
    assert.equal(children().length, 2, 'what was missed is started at once');
  });

  it('allows it when told so, keeps as many as it says, and clears up the oldest that are over', async () => {
    make({ concurrencyPolicy: 'Allow', historyLimit: 1 }, { duration: '150s' });
    await pass(61_000);
    await pass(MINUTE);
    assert.equal(children().length, 2);
    assert.ok(events().some((text) => text.startsWith('Skip: Skip removing history:')));
    for (const child of children()) finish(child);
    controller.stop();
    ahead += 4 * MINUTE;
    const later = new ScheduleController({ registry, log: assert.fail, now: () => Date.now() + ahead });
    later.wake('default', 'nightly');
    await turns();
    later.stop();
    // One of the two was kept, and a new one started.
    assert.equal(children().length, 2);
  });

  it('pauses with its experiments, and goes on with them', async () => {
    make({}, { duration: '1h' });
    await pass(61_000);
    annotate('true');
    await turns();
    const pause = (): string | undefined =>
      stringAt(children()[0], 'metadata', 'annotations', 'experiment.chaos-mesh.org/pause');
    assert.equal(pause(), 'true');
    const [child] = children();
    assert.ok(child !== undefined);
    finish(child);
    await pass(5 * MINUTE);
    assert.equal(children().length, 1, 'nothing is started meanwhile');
    annotate('false');
    await turns();
    assert.equal(pause(), 'false');
  });

  it('takes its experiments with it', async () => {
    make();
    await pass(61_000);
    assert.equal(children().length, 1);
    registry.delete(schedules(registry), 'default', 'nightly');
    await turns();
    assert.deepEqual(children(), []);
  });

  it('may be changed', async () => {
    make({ schedule: '@yearly' });
    await pass(61_000);
    assert.equal(children().length, 0);
    registry.patch(schedules(registry), 'default', 'nightly', (current) => {
      const copy = clone(current);
      ensureObject(copy, 'spec')['schedule'] = '@every 10s';
      return copy;
    });
    await turns();
    assert.equal(children().length, 1);
  });
});
