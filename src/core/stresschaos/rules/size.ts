import { parseGoFloat } from '../../units/go-float.js';
import { manifestSize, type Size } from '../../units/size.js';
import type { StressModel } from '../check/model.js';
import { runtimeSize, webhookSize } from '../size.js';
import { BEHAVIOUR, holdsIn } from '../version.js';
import { entryOf, seqOf, type YamlNode } from '../yaml/node.js';
import { integerOf, isNull, stringOf } from '../yaml/scalar.js';
import { stress } from './example.js';
import type { Params, Report, ReportExtra, Rule } from './rule.js';

const PAGE = 4096;
const MIB = 1024 ** 2;

/** A size that stands in the manifest as a string, read by both programs on its way. */
interface WrittenSize {
  readonly text: string;
  readonly node: YamlNode;
  readonly webhook: Size;
  readonly runtime: Size;
  /** Whether Chaos Mesh splits its command line at white space before the size is read. */
  readonly split: boolean;
  readonly workers: number | null;
}

/** Ten rules ask for the same size. */
const SIZES = new WeakMap<StressModel, { readonly size: WrittenSize; readonly verdict: Verdict } | 'none'>();

function judgedSize(model: StressModel): { readonly size: WrittenSize; readonly verdict: Verdict } | null {
  let known = SIZES.get(model);
  if (known === undefined) {
    const size = writtenSize(model);
    known = size === null ? 'none' : { size, verdict: judge(size) };
    SIZES.set(model, known);
  }
  return known === 'none' ? null : known;
}

function writtenSize(model: StressModel): WrittenSize | null {
  const node = model.memory === undefined ? undefined : entryOf(model.memory.map, 'size')?.value;
  const text = stringOf(node);
  if (node === undefined || text === null || text === '' || model.memory === undefined) return null;
  return {
    text,
    node,
    webhook: webhookSize(text, model.version),
    runtime: runtimeSize(text, model.version),
    split: holdsIn(BEHAVIOUR.memStress, model.version),
    workers: integerOf(entryOf(model.memory.map, 'workers')?.value),
  };
}

/** The kinds of size mistakes, each said by one rule; the first that applies speaks alone. */
type Verdict =
  | { readonly code: string; readonly params?: Params; readonly fixed?: string }
  | { readonly code: null; readonly bytes: number | null };

function judge(size: WrittenSize): Verdict {
  const { text, webhook, runtime } = size;
  if (webhook.kind === 'error') return judgeRejected(text, webhook.error);
  const inner = text.trim();
  // The command line is split at white space: memStress sees only what stands before the blank.
  if (size.split && /\s/.test(inner)) {
    return {
      code: 'MS016',
      params: { value: text, ...bytesOf(runtime) },
      fixed: inner.replaceAll(/\s/g, ''),
    };
  }
  if (runtime.kind === 'error') {
    const decimal = decimalSize(inner);
    return { code: 'MS017', params: { value: text }, ...(decimal === null ? {} : { fixed: decimal }) };
  }
  if (runtime.kind === 'percent') {
    return runtime.percent === 0
      ? { code: 'MS014', params: { value: text } }
      : { code: 'MS020', params: { value: text, percent: runtime.percent } };
  }
  if (runtime.bytes === 0) return { code: 'MS014', params: { value: text } };
  if (/^[0-9.]+$/.test(inner) && runtime.bytes < MIB) {
    return { code: 'MS015', params: { value: text, bytes: runtime.bytes }, fixed: `${inner}MiB` };
  }
  return { code: null, bytes: runtime.bytes };
}

function bytesOf(size: Size): Params {
  return { bytes: size.kind === 'bytes' ? size.bytes : 0 };
}

function judgeRejected(text: string, error: string): Verdict {
  const compact = text.replaceAll(/\s/g, '');
  if (error === 'invalid-suffix' && /^[0-9.]+[kmgtp]i$/i.test(compact)) {
    const unit = compact.slice(-2, -1);
    return {
      code: 'MS011',
      params: { value: text },
      fixed: `${compact.slice(0, -2)}${unit.toUpperCase()}iB`,
    };
  }
  if (error === 'invalid-percent' || error === 'percent-out-of-range') {
    const fixable =
      /^\s*[0-9]{1,3}\s*%\s*$/.test(text) && Number.parseInt(compact, 10) <= 100 && compact !== text;
    return { code: 'MS019', params: { value: text }, ...(fixable ? { fixed: compact } : {}) };
  }
  const repaired = compact.replaceAll(',', '').replace(/bytes?$/i, 'B');
  const sound = repaired !== text && /^[0-9]+(\.[0-9]+)?([kmgtp]i?)?b?$/i.test(repaired);
  const mended = sound ? (/[kmgtp]i$/i.test(repaired) ? `${repaired}B` : repaired) : null;
  return { code: 'MS050', params: { value: text }, ...(mended === null ? {} : { fixed: mended }) };
}

/** `1e3MB` -> `1000MB`, where the number is plain enough to write out. */
function decimalSize(text: string): string | null {
  const parts = /^([+0-9._eE]*[0-9.])([kmgtp]?i?b?)$/i.exec(text);
  const number = parseGoFloat(parts?.[1] ?? '');
  if (parts === null || number.error !== null || !(number.value > 0) || number.value > 1e15) return null;
  return `${number.value}${parts[2] ?? ''}`;
}

function judged(code: string): (model: StressModel, report: Report) => void {
  return (model, report) => {
    const known = judgedSize(model);
    if (known === null || known.verdict.code !== code) return;
    const { size, verdict } = known;
    const fix =
      verdict.fixed === undefined ? undefined : model.source.replaceScalar(size.node, verdict.fixed);
    report(size.node, verdict.params ?? {}, { fix });
  };
}

/** A size that both programs take, with its total in bytes; null otherwise. */
function soundSize(model: StressModel): { readonly size: WrittenSize; readonly bytes: number } | null {
  const known = judgedSize(model);
  if (known === null || known.verdict.code !== null || known.verdict.bytes === null) return null;
  return { size: known.size, bytes: known.verdict.bytes };
}

function optionsGiveSize(model: StressModel): boolean {
  const options = seqOf(model.memory?.map, 'options');
  return options?.items.some((item) => /(^|\s)--?size(\s|=|$)/.test(stringOf(item) ?? '')) === true;
}

function missingSize(model: StressModel, report: Report): void {
  if (model.memory === undefined || optionsGiveSize(model)) return;
  const { map, key } = model.memory;
  const entry = entryOf(map, 'size');
  if (entry === undefined) {
    const workers = map.entries.find((each) => each.key.text === 'workers' && !each.merged);
    const extra: ReportExtra = { missing: true, fix: model.source.addEntry(map, 'size: 64MiB', workers) };
    report(key, {}, extra);
  } else if (isNull(entry.value)) {
    const end = Math.min(Math.max(entry.key.end + 1, entry.value.end), model.source.text.length);
    const written = entry.value.end > entry.value.start;
    const range = written ? entry.value : { start: end, end };
    const fix =
      entry.merged || entry.value.aliased ? undefined : [{ range, newText: written ? '64MiB' : ' 64MiB' }];
    report(entry.key, { variant: 'empty' }, { fix });
  } else if (stringOf(entry.value) === '') {
    report(entry.value, { variant: 'empty' }, { fix: model.source.replaceScalar(entry.value, '64MiB') });
  }
}

function sized(size: string, more: readonly string[] = ['oomScoreAdj: 500'], workers = 1): string {
  return stress({ memory: [`workers: ${workers}`, `size: ${size}`, ...more] });
}

function simpleBad(bad: string, fixed?: string, version?: string) {
  return {
    text: sized(bad),
    ...(fixed === undefined ? {} : { fixed: sized(fixed) }),
    ...(version === undefined ? {} : { version }),
  };
}

export const sizeRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS011',
    severity: 'error',
    since: '2.6',
    check: judged('MS011'),
    good: [{ text: stress() }, { text: sized('50Mi'), version: '2.5' }],
    bad: [simpleBad('«50Mi»', '50MiB'), simpleBad("«'512Ki'»", "'512KiB'"), simpleBad('«"1 Gi"»', '"1GiB"')],
  },
  {
    code: 'MS013',
    severity: 'error',
    since: '2.2',
    check: missingSize,
    good: [
      { text: stress() },
      { text: stress({ memory: ['workers: 1', 'oomScoreAdj: 500', 'options: [--size, 64MiB]'] }) },
      { text: stress({ memory: ['workers: 1'] }), version: '2.1' },
    ],
    bad: [
      {
        text: stress({ memory: ['workers: 1 # one', 'oomScoreAdj: 500'] }).replace('memory:', '«memory»:'),
        fixed: stress({ memory: ['workers: 1 # one', 'size: 64MiB', 'oomScoreAdj: 500'] }),
      },
      {
        text: stress({ stressors: ['stressors: { «memory»: { workers: 1, oomScoreAdj: 500 } }'] }),
        fixed: stress({
          stressors: ['stressors: { memory: { workers: 1, size: 64MiB, oomScoreAdj: 500 } }'],
        }),
      },
      simpleBad("«''»", "'64MiB'"),
      { text: sized('').replace('size: ', '«size»:'), fixed: sized('64MiB') },
      { text: sized('null').replace('size:', '«size»:'), fixed: sized('64MiB') },
    ],
  },
  {
    code: 'MS014',
    severity: 'error',
    since: '2.2',
    check: judged('MS014'),
    good: [{ text: stress() }],
    bad: [simpleBad("«'0'»"), simpleBad('«0MB»'), simpleBad('«0%»')],
  },
  {
    code: 'MS015',
    severity: 'error',
    check: judged('MS015'),
    good: [{ text: stress() }, { text: sized("'67108864'") }, { text: sized('512KiB') }],
    bad: [simpleBad("«'256'»", "'256MiB'"), simpleBad('«"50 "»', '"50MiB"')],
  },
  {
    code: 'MS016',
    severity: 'error',
    since: '2.2',
    check: judged('MS016'),
    good: [{ text: stress() }, { text: sized('256 MB'), version: '2.1' }],
    bad: [simpleBad('«256 MB»', '256MB'), simpleBad("«'1.5 GiB'»", "'1.5GiB'")],
  },
  {
    code: 'MS017',
    severity: 'error',
    since: '2.2',
    check: judged('MS017'),
    good: [{ text: stress() }, { text: sized('1.5GiB') }, { text: sized('.5GB') }],
    bad: [simpleBad('«1e3MB»', '1000MB'), simpleBad("«'+5MB'»", "'5MB'"), simpleBad('«1_000KB»', '1000KB')],
  },
  {
    code: 'MS018',
    severity: 'information',
    since: '2.2',
    check(model, report) {
      const sound = soundSize(model);
      if (sound === null) return;
      const { size, bytes } = sound;
      if (!/^[0-9.,]+[kmgtpe]b?$/i.test(size.text)) return;
      const lowerM = /m$/.test(size.text);
      const suggestion = model.source.replaceScalar(size.node, manifestSize(bytes));
      report(size.node, { value: size.text, bytes, ...(lowerM ? { variant: 'mega' } : {}) }, { suggestion });
    },
    good: [{ text: stress() }, { text: sized("'67108864'") }],
    bad: [
      { text: sized('«500MB»'), suggested: sized('477MiB') },
      { text: sized('«256m»'), suggested: sized('244MiB') },
    ],
  },
  {
    code: 'MS019',
    severity: 'error',
    check: judged('MS019'),
    good: [{ text: sized('25%') }, { text: sized('100%') }],
    bad: [simpleBad('«12.5%»'), simpleBad('«101%»'), simpleBad('«-1%»'), simpleBad("«'50 %'»", "'50%'")],
  },
  {
    code: 'MS020',
    severity: 'warning',
    check: judged('MS020'),
    good: [{ text: stress() }],
    bad: [simpleBad('«25%»'), simpleBad('«"100%"»')],
  },
  {
    code: 'MS021',
    severity: 'information',
    check(model, report) {
      const sound = soundSize(model);
      if (sound === null) return;
      const { size, bytes } = sound;
      if (size.workers === null || size.workers < 2) return;
      report(size.node, { workers: size.workers, total: bytes, each: bytes / size.workers });
    },
    good: [{ text: stress() }, { text: sized('25%', ['oomScoreAdj: 500'], 4) }],
    bad: [{ text: sized('«50MiB»', ['oomScoreAdj: 500'], 4) }],
  },
  {
    code: 'MS022',
    severity: 'warning',
    check(model, report) {
      const sound = soundSize(model);
      if (sound === null) return;
      const { size, bytes } = sound;
      if (size.workers === null || size.workers < 1) return;
      const each = Math.floor(bytes / size.workers);
      if (each < PAGE) report(size.node, { workers: size.workers, each, total: bytes });
    },
    good: [{ text: stress() }, { text: sized('16KiB', ['oomScoreAdj: 500'], 4) }],
    bad: [{ text: sized('«12KiB»', ['oomScoreAdj: 500'], 4) }, { text: sized('«50B»') }],
  },
  {
    code: 'MS050',
    severity: 'error',
    check: judged('MS050'),
    good: [{ text: stress() }, { text: sized('5.MB') }],
    bad: [
      simpleBad('«1EB»'),
      simpleBad("«'50,000KB'»", "'50000KB'"),
      simpleBad('«64 bytes»', '64B'),
      simpleBad('«lots»'),
      simpleBad('«-5MB»'),
      simpleBad('«.5GB»', undefined, '2.5'),
    ],
  },
];
