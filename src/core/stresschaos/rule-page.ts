import { check } from './check/checker.js';
import type { Finding, Severity } from './finding.js';
import { applyEdits } from './fix.js';
import { formatFinding, type Locale, TEXTS } from './format.js';
import { checkLive, LiveDocuments } from './live/check.js';
import { LIVE_RULES } from './live/index.js';
import type { LiveRule } from './live/rule.js';
import type { Localized } from './locale.js';
import { RULES } from './rules/index.js';
import type { BadExample, Rule } from './rules/rule.js';

const WORDS: Readonly<
  Record<
    'severity' | 'versions' | 'since' | 'until' | 'wrong' | 'fixed' | 'suggested' | 'live' | 'place',
    Localized
  >
> = {
  severity: { en: 'Severity', 'zh-cn': '级别', ja: '重大度', fr: 'Gravité' },
  live: {
    en: 'While connected to a cluster',
    'zh-cn': '连接到集群时',
    ja: 'クラスターに接続している間',
    fr: 'Connecté à un cluster',
  },
  place: { en: 'Here', 'zh-cn': '位置', ja: '場所', fr: 'Ici' },
  versions: { en: 'Chaos Mesh', 'zh-cn': 'Chaos Mesh', ja: 'Chaos Mesh', fr: 'Chaos Mesh' },
  since: {
    en: '{version} and later',
    'zh-cn': '{version} 及以后',
    ja: '{version} 以降',
    fr: '{version} et suivants',
  },
  until: {
    en: 'up to {version}',
    'zh-cn': '{version} 及以前',
    ja: '{version} まで',
    fr: 'jusqu’à {version}',
  },
  wrong: { en: 'Wrong', 'zh-cn': '错误', ja: '誤り', fr: 'Faux' },
  fixed: {
    en: 'After the quick fix',
    'zh-cn': '快速修复之后',
    ja: 'クイックフィックス後',
    fr: 'Après la correction rapide',
  },
  suggested: { en: 'Suggested', 'zh-cn': '建议', ja: '提案', fr: 'Suggestion' },
};

const SEVERITIES: Readonly<Record<Severity, Localized>> = {
  error: { en: 'error', 'zh-cn': '错误', ja: 'エラー', fr: 'erreur' },
  warning: { en: 'warning', 'zh-cn': '警告', ja: '警告', fr: 'avertissement' },
  information: { en: 'information', 'zh-cn': '信息', ja: '情報', fr: 'information' },
  hint: { en: 'hint', 'zh-cn': '提示', ja: 'ヒント', fr: 'indice' },
};

/** The lines around the mistake, with a mark at the line that holds it. */
function excerpt(text: string, finding: Finding): string {
  const lines = text.split('\n');
  const line = text.slice(0, finding.range.start).split('\n').length - 1;
  const from = Math.max(0, line - 3);
  const to = Math.min(lines.length, line + 3);
  return lines
    .slice(from, to)
    .map((each, index) => (from + index === line ? `${each}  # <-- ${finding.code}` : each))
    .join('\n');
}

/** The lines of the second text that differ from the first, with a line of context. */
function changed(before: string, after: string): string {
  const old = before.split('\n');
  const lines = after.split('\n');
  let from = 0;
  while (from < lines.length && lines[from] === old[from]) from++;
  let end = 0;
  while (end < lines.length - from && lines.at(-1 - end) === old.at(-1 - end)) end++;
  return lines.slice(Math.max(0, from - 1), Math.max(from, lines.length - end)).join('\n');
}

function fence(text: string): string {
  return `\`\`\`yaml\n${text.replace(/\n+$/, '')}\n\`\`\``;
}

function exampleSection(rule: Rule<never>, example: BadExample, locale: Locale): string[] {
  const text = unmarked(example.text);
  const finding = check(text, { chaosMeshVersion: example.version ?? null }).find(
    (each) => each.code === rule.code,
  );
  return finding === undefined ? [] : findingSection(text, finding, WORDS.wrong, locale);
}

/** The example without its marks. */
function unmarked(text: string): string {
  return text.replace('«', '').replace('»', '');
}

function findingSection(text: string, finding: Finding, place: Localized, locale: Locale): string[] {
  const edits = finding.fix ?? finding.suggestion;
  const mended = edits === undefined ? null : changed(text, applyEdits(text, edits));
  const word = finding.fix === undefined ? WORDS.suggested : WORDS.fixed;
  return [
    `> ${formatFinding(finding, locale)}`,
    `${place[locale]}:`,
    fence(excerpt(text, finding)),
    ...(mended === null || mended.trim() === '' ? [] : [`${word[locale]}:`, fence(mended)]),
  ];
}

/** The page of a live rule: why it matters and what to do, and what it says where. */
function livePage(rule: LiveRule, locale: Locale): string {
  const said = new Set<string>();
  const sections = rule.bad.flatMap(({ text, world }) => {
    const [document] = [...new LiveDocuments().read(unmarked(text))];
    const found = document === undefined ? [] : checkLive(document, world).findings;
    // Where a rule says several things of one example, the mark tells which is meant.
    const finding = found.find(({ code, range }) => code === rule.code && range.start === text.indexOf('«'));
    const variant = String(finding?.params['variant'] ?? '');
    if (finding === undefined || said.has(variant)) return [];
    said.add(variant);
    return findingSection(unmarked(text), finding, WORDS.place, locale);
  });
  return `${[
    `## ${rule.code}`,
    `${WORDS.severity[locale]}: ${SEVERITIES[rule.severity][locale]}. ${WORDS.live[locale]}.`,
    TEXTS[locale][`${rule.code}.about`] ?? '',
    ...sections,
  ].join('\n\n')}\n`;
}

/** The page of a rule in Markdown, made from its row: what it says, for which versions, one example per wording. */
export function rulePage(code: string, locale: Locale): string {
  const live = LIVE_RULES.find((rule) => rule.code === code);
  if (live !== undefined) return livePage(live, locale);
  const rows = RULES.filter((rule) => rule.code === code);
  const [first] = rows;
  if (first === undefined) return `# ${code}\n`;
  const span = [
    ...(first.since === undefined ? [] : [WORDS.since[locale].replace('{version}', first.since)]),
    ...(first.until === undefined ? [] : [WORDS.until[locale].replace('{version}', first.until)]),
  ];
  const said = new Set<string>();
  const sections: string[] = [];
  for (const rule of rows) {
    for (const example of rule.bad) {
      const section = exampleSection(rule, example, locale);
      const message = section[0] ?? '';
      if (section.length === 0 || said.has(message)) continue;
      said.add(message);
      sections.push(...section);
      if (said.size === 3) break;
    }
  }
  return `${[
    `## ${code}`,
    `${WORDS.severity[locale]}: ${SEVERITIES[first.severity][locale]}${span.length === 0 ? '' : `. ${WORDS.versions[locale]}: ${span.join(', ')}`}.`,
    ...sections,
  ].join('\n\n')}\n`;
}

/** All codes, in order. */
export function ruleCodes(): string[] {
  return [...new Set([...RULES, ...LIVE_RULES].map((rule) => rule.code))];
}
