import { durationMs } from '../../units/duration.js';
import type { ScheduleModel, StressModel } from '../check/model.js';
import { nearest } from '../check/nearest.js';
import { parseCron, shortestInterval } from '../cron.js';
import { CHAOS_FIELDS } from '../spec/embedding.js';
import { entryOf, type YamlNode } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';
import { schedule } from './example.js';
import type { Report, Rule } from './rule.js';

/** Longer names do not leave room for what Chaos Mesh appends (its documentation says so). */
const DOCUMENTED_NAME_LENGTH = 57;
/** The name becomes the value of the label `managed-by` on each child. */
const LABEL_LENGTH = 63;

function cron(model: ScheduleModel, report: Report): void {
  const node = entryOf(model.map, 'schedule')?.value;
  const text = stringOf(node);
  if (node === undefined || text === null) return;
  const parsed = parseCron(text);
  if (parsed.error === null) return;
  const lower = text.startsWith('@') && parseCron(text.toLowerCase()).error === null;
  const fix = lower ? model.source.replaceScalar(node, text.toLowerCase()) : undefined;
  report(node, { value: text, variant: parsed.error, detail: parsed.detail }, { fix });
}

function typeAndBlock(model: ScheduleModel, report: Report): void {
  const entry = entryOf(model.map, 'type');
  const type = stringOf(entry?.value);
  if (entry === undefined || type === null) return;
  const field = type === 'Workflow' && model.object.kind === 'Schedule' ? 'workflow' : CHAOS_FIELDS.get(type);
  if (field === undefined) {
    const near = nearest(type, [...CHAOS_FIELDS.keys(), 'Workflow']);
    const fix = near === null ? undefined : model.source.replaceScalar(entry.value, near);
    report(entry.value, { value: type, variant: 'type' }, { fix });
  } else if (entryOf(model.map, field) === undefined) {
    report(entry.value, { value: type, field }, { missing: true });
  }
}

function nameLength(model: ScheduleModel, report: Report): void {
  const { metadata, name } = model.object;
  const node: YamlNode | undefined = metadata === undefined ? undefined : entryOf(metadata, 'name')?.value;
  if (node === undefined || name === null || model.object.kind !== 'Schedule') return;
  if (name.length <= DOCUMENTED_NAME_LENGTH) return;
  const fatal = name.length > LABEL_LENGTH;
  const params = { length: name.length, limit: DOCUMENTED_NAME_LENGTH };
  report(node, fatal ? { ...params, limit: LABEL_LENGTH } : params, fatal ? {} : { severity: 'warning' });
}

function policy(model: ScheduleModel): { readonly allow: boolean; readonly node: YamlNode | undefined } {
  const node = entryOf(model.map, 'concurrencyPolicy')?.value;
  return { allow: stringOf(node) === 'Allow', node };
}

/** Runs that overlap add their loads up. */
function overlap(model: StressModel, report: Report): void {
  if (model.schedule === undefined) return;
  const { allow, node } = policy(model.schedule);
  if (!allow || node === undefined) return;
  const suggestion = model.source.replaceScalar(node, 'Forbid');
  const duration = entryOf(model.spec, 'duration')?.value;
  if (duration === undefined || stringOf(duration) === '') {
    report(node, { variant: 'endless' }, { suggestion });
    return;
  }
  const ms = durationMs(stringOf(duration) ?? '');
  const parsed = parseCron(stringOf(entryOf(model.schedule.map, 'schedule')?.value) ?? '');
  if (ms === null || parsed.error !== null) return;
  const interval = shortestInterval(parsed);
  if (interval !== null && interval < ms) report(node, { interval, ms }, { suggestion });
}

function blockedForEver(model: StressModel, report: Report): void {
  if (model.schedule === undefined || policy(model.schedule).allow) return;
  const duration = entryOf(model.spec, 'duration');
  if (duration !== undefined && stringOf(duration.value) !== '') return;
  const suggestion =
    duration === undefined
      ? model.source.addEntry(model.spec, "duration: '10m'")
      : model.source.replaceScalar(duration.value, '10m');
  report(duration?.value ?? model.specKey, {}, { missing: true, suggestion });
}

export const scheduleStressRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS044',
    severity: 'warning',
    check: overlap,
    good: [
      { text: schedule() },
      {
        text: schedule({
          schedule: "'@every 10m'",
          spec: ['concurrencyPolicy: Allow'],
          stress: { duration: '10m' },
        }),
      },
    ],
    bad: [
      {
        text: schedule({
          schedule: "'@every 5m'",
          spec: ['concurrencyPolicy: «Allow»'],
          stress: { duration: '10m' },
        }),
        suggested: schedule({
          schedule: "'@every 5m'",
          spec: ['concurrencyPolicy: Forbid'],
          stress: { duration: '10m' },
        }),
      },
      {
        text: schedule({
          schedule: "'*/30 * * * * *'",
          spec: ['concurrencyPolicy: «Allow»'],
          stress: { duration: '1m' },
        }),
      },
      { text: schedule({ spec: ['concurrencyPolicy: «Allow»'], stress: { duration: null } }) },
    ],
  },
  {
    code: 'MS065',
    severity: 'warning',
    check: blockedForEver,
    good: [{ text: schedule() }],
    bad: [
      {
        text: schedule({ stress: { duration: null } }).replace('stressChaos:', '«stressChaos»:'),
        suggested: schedule({ stress: { duration: "'10m'" } }),
      },
    ],
  },
];

const LONG = 'a'.repeat(58);

export const scheduleRules: readonly Rule<ScheduleModel>[] = [
  {
    code: 'MS061',
    severity: 'error',
    check: cron,
    good: [
      { text: schedule({ schedule: "'*/10 * * * * *'" }) },
      { text: schedule({ schedule: "'0 0 * * SUN'" }) },
    ],
    bad: [
      { text: schedule({ schedule: "«'* * * *'»" }) },
      { text: schedule({ schedule: "«'60 * * * *'»" }) },
      { text: schedule({ schedule: "«'0 0 * * 7'»" }) },
      { text: schedule({ schedule: "«'@every soon'»" }) },
      { text: schedule({ schedule: "«'@Daily'»" }), fixed: schedule({ schedule: "'@daily'" }) },
    ],
  },
  {
    code: 'MS062',
    severity: 'error',
    check: typeAndBlock,
    good: [{ text: schedule() }],
    bad: [
      { text: schedule({ type: '«Stresschaos»' }), fixed: schedule() },
      { text: schedule({ type: '«PodChaos»' }) },
      { text: schedule({ type: '«StressChaos»', stress: null }) },
    ],
  },
  {
    code: 'MS063',
    severity: 'error',
    check: nameLength,
    good: [{ text: schedule({ metadata: [`name: ${LONG.slice(1)}`, 'namespace: chaos-mesh'] }) }],
    bad: [
      { text: schedule({ metadata: [`name: «${LONG}»`, 'namespace: chaos-mesh'] }), severity: 'warning' },
      { text: schedule({ metadata: [`name: «${LONG}aaaaaa»`, 'namespace: chaos-mesh'] }) },
    ],
  },
];
