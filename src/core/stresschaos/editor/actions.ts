import type { Finding, TextEdit, TextRange } from '../finding.js';
import { fillTemplate } from '../format.js';
import type { Locale, Localized } from '../locale.js';

export interface CodeAction {
  readonly title: string;
  readonly finding: Finding;
  readonly edits: readonly TextEdit[];
  /** It is sure: a key press may apply it without a look. */
  readonly preferred: boolean;
}

const TITLES = {
  remove: { en: 'Remove {text}', 'zh-cn': '删除 {text}', ja: '{text} を削除', fr: 'Supprimer {text}' },
  insert: { en: 'Add {text}', 'zh-cn': '添加 {text}', ja: '{text} を追加', fr: 'Ajouter {text}' },
  replace: {
    en: 'Change to {text}',
    'zh-cn': '改为 {text}',
    ja: '{text} に変更',
    fr: 'Remplacer par {text}',
  },
} as const satisfies Record<string, Localized>;

/** The quick fixes for the findings that touch a range: sure ones first, then suggestions. */
export function codeActions(
  text: string,
  range: TextRange,
  findings: readonly Finding[],
  locale: Locale,
): CodeAction[] {
  const here = findings.filter((each) => each.range.start <= range.end && range.start <= each.range.end);
  return [
    ...here.flatMap((finding) => action(text, finding, finding.fix, true, locale)),
    ...here.flatMap((finding) => action(text, finding, finding.suggestion, false, locale)),
  ];
}

function action(
  text: string,
  finding: Finding,
  edits: readonly TextEdit[] | undefined,
  preferred: boolean,
  locale: Locale,
): CodeAction[] {
  const [first] = edits ?? [];
  if (edits === undefined || first === undefined) return [];
  return [{ title: titleOf(text, first, locale), finding, edits, preferred }];
}

function titleOf(text: string, edit: TextEdit, locale: Locale): string {
  const old = text.slice(edit.range.start, edit.range.end);
  const kind = edit.newText.trim() === '' ? 'remove' : old.trim() === '' ? 'insert' : 'replace';
  const shown = kind === 'remove' ? old : edit.newText;
  const line = shown
    .trim()
    .replace(/^,|,$/g, '')
    .replaceAll(/\s*\r?\n\s*/g, ' ')
    .trim();
  return fillTemplate(TITLES[kind][locale], { text: line.length > 60 ? `${line.slice(0, 59)}…` : line });
}
