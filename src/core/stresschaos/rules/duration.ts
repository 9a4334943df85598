import { durationMs, parseDuration, repairDuration } from '../../units/duration.js';
import type { StressModel } from '../check/model.js';
import { entryOf, type YamlNode } from '../yaml/node.js';
import { integerOf, stringOf } from '../yaml/scalar.js';
import { schedule, stress } from './example.js';
import { rampMs } from './options.js';
import type { Report, Rule } from './rule.js';

const DAY_MS = 24 * 3_600_000;

/** The duration that stands in a spec as text; a step of a Workflow must not have one (another rule says so). */
function written(model: StressModel): { readonly text: string; readonly node: YamlNode } | null {
  if (model.template !== undefined && model.schedule === undefined) return null;
  const node = entryOf(model.spec, 'duration')?.value;
  const text = stringOf(node);
  return node === undefined || text === null || text === '' ? null : { text, node };
}

function invalid(model: StressModel, report: Report): void {
  const duration = written(model);
  if (duration === null || parseDuration(duration.text).error === null) return;
  const repaired = repairDuration(duration.text);
  const fix = repaired === null ? undefined : model.source.replaceScalar(duration.node, repaired);
  report(duration.node, { value: duration.text }, { fix });
}

function missing(model: StressModel, report: Report): void {
  if (model.template !== undefined || model.schedule !== undefined) return;
  const entry = entryOf(model.spec, 'duration');
  if (entry === undefined) {
    const suggestion = model.source.addEntry(model.spec, "duration: '10m'");
    report(model.specKey, {}, { missing: true, suggestion });
  } else if (stringOf(entry.value) === '') {
    report(entry.value, {}, { suggestion: model.source.replaceScalar(entry.value, '10m') });
  }
}

function tooShort(model: StressModel, report: Report): void {
  const duration = written(model);
  const ms = duration === null ? null : durationMs(duration.text);
  if (duration === null || ms === null || ms <= 0 || model.memory === undefined) return;
  const workers = integerOf(entryOf(model.memory.map, 'workers')?.value) ?? 0;
  const ramp = rampMs(model) ?? 0;
  if (ramp >= workers * 1000 && ms < ramp) report(duration.node, { ms, needs: ramp, variant: 'ramp' });
  else if (ms < workers * 1000) report(duration.node, { ms, workers, needs: workers * 1000 });
}

function withDuration(duration: string | null): string {
  return stress({ duration });
}

export const durationRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS003',
    severity: 'error',
    check: invalid,
    good: [{ text: stress() }, { text: withDuration("'1h30m'") }, { text: withDuration("'0.5h'") }],
    bad: [
      { text: withDuration('«10min»'), fixed: withDuration('10m') },
      { text: withDuration("«'1d'»"), fixed: withDuration("'24h'") },
      { text: withDuration('«"30"»'), fixed: withDuration('"30s"') },
      { text: withDuration('«1 hour»'), fixed: withDuration('1h') },
      { text: withDuration('«forever»') },
    ],
  },
  {
    code: 'MS026',
    severity: 'warning',
    check: missing,
    good: [{ text: stress() }, { text: schedule({ stress: { duration: null } }) }],
    bad: [
      { text: withDuration(null).replace('spec:', '«spec»:'), suggested: withDuration("'10m'") },
      { text: withDuration("«''»"), suggested: withDuration("'10m'") },
    ],
  },
  {
    code: 'MS027',
    severity: 'warning',
    since: '2.2',
    check: tooShort,
    good: [
      { text: stress() },
      { text: stress({ memory: ['workers: 4', 'size: 64MiB', 'oomScoreAdj: 500'], duration: '4s' }) },
    ],
    bad: [
      { text: stress({ memory: ['workers: 4', 'size: 64MiB', 'oomScoreAdj: 500'], duration: '«3s»' }) },
      {
        text: stress({
          memory: ['workers: 1', 'size: 64MiB', 'oomScoreAdj: 500', 'options: [--time, 10m]'],
          duration: '«5m»',
        }),
      },
    ],
  },
  {
    code: 'MS028',
    severity: 'warning',
    check(model, report) {
      const duration = written(model);
      const ms = duration === null ? null : durationMs(duration.text);
      if (duration !== null && ms !== null && ms > DAY_MS) report(duration.node, { ms });
    },
    good: [{ text: withDuration('24h') }],
    bad: [{ text: withDuration('«24h1s»') }],
  },
  {
    code: 'MS056',
    severity: 'error',
    check(model, report) {
      const duration = written(model);
      const ms = duration === null ? null : durationMs(duration.text);
      if (duration !== null && ms !== null && ms <= 0) report(duration.node, { value: duration.text });
    },
    good: [{ text: stress() }],
    bad: [{ text: withDuration("«'0s'»") }, { text: withDuration('«-5m»') }],
  },
];
