import type { Finding, Severity, TextEdit } from '../core/stresschaos/finding.js';
import { formatFinding, type Locale, TEXTS } from '../core/stresschaos/format.js';
import { LineIndex } from '../core/stresschaos/position.js';
import { RULE_BY_CODE } from '../core/stresschaos/rules/index.js';

/** What was found in one file. */
export interface FileReport {
  readonly name: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface JsonEdit extends Region {
  readonly newText: string;
}

/** One element of `--format json`. */
export interface JsonFinding extends Region {
  readonly file: string;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly fix?: readonly JsonEdit[];
}

function region(index: LineIndex, range: { readonly start: number; readonly end: number }): Region {
  const start = index.position(range.start);
  const end = index.position(range.end);
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

function jsonFindings(reports: readonly FileReport[], locale: Locale): JsonFinding[] {
  return reports.flatMap((report) => {
    const index = new LineIndex(report.text);
    const edit = (each: TextEdit): JsonEdit => ({ ...region(index, each.range), newText: each.newText });
    return report.findings.map((finding) => ({
      file: report.name,
      ...region(index, finding.range),
      severity: finding.severity,
      code: finding.code,
      message: formatFinding(finding, locale),
      ...(finding.fix === undefined ? {} : { fix: finding.fix.map(edit) }),
    }));
  });
}

/** `--format json`: an array, lines and columns from 1. */
export function jsonReport(reports: readonly FileReport[], locale: Locale): string {
  return `${JSON.stringify(jsonFindings(reports, locale), null, 2)}\n`;
}

const GITHUB_COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** `--format github`: workflow commands, which GitHub shows at the line. */
export function githubReport(reports: readonly FileReport[], locale: Locale): string {
  return jsonFindings(reports, locale)
    .map((each) => {
      const place = [
        `file=${escapeProperty(each.file)}`,
        `line=${each.line}`,
        `endLine=${each.endLine}`,
        // GitHub takes columns only within one line.
        ...(each.line === each.endLine ? [`col=${each.column}`, `endColumn=${each.endColumn}`] : []),
        `title=${escapeProperty(each.code)}`,
      ];
      return `::${GITHUB_COMMANDS[each.severity]} ${place.join(',')}::${escapeData(each.message)}\n`;
    })
    .join('');
}

const SARIF_LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

function artifactUri(name: string): string {
  return name
    .replaceAll('\\', '/')
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}

/** `--format sarif`: SARIF 2.1.0. */
export function sarifReport(reports: readonly FileReport[], locale: Locale): string {
  const codes = [...RULE_BY_CODE.keys()].sort();
  const found = jsonFindings(reports, locale);
  const sarifRegion = (each: Region) => ({
    startLine: each.line,
    startColumn: each.column,
    endLine: each.endLine,
    endColumn: each.endColumn,
  });
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        columnKind: 'utf16CodeUnits',
        tool: {
          driver: {
            name: 'podstress',
            rules: codes.map((code) => ({
              id: code,
              shortDescription: { text: TEXTS.en[code] ?? code },
              defaultConfiguration: { level: SARIF_LEVELS[RULE_BY_CODE.get(code)?.severity ?? 'warning'] },
            })),
          },
        },
        results: found.map((each) => {
          const artifactLocation = { uri: artifactUri(each.file) };
          return {
            ruleId: each.code,
            ruleIndex: codes.indexOf(each.code),
            level: SARIF_LEVELS[each.severity],
            message: { text: each.message },
            locations: [{ physicalLocation: { artifactLocation, region: sarifRegion(each) } }],
            ...(each.fix === undefined ? {} : { fixes: [sarifFix(artifactLocation, each.fix)] }),
          };
        }),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;

  function sarifFix(artifactLocation: { readonly uri: string }, edits: readonly JsonEdit[]) {
    const replacements = edits.map((edit) => ({
      deletedRegion: sarifRegion(edit),
      insertedContent: { text: edit.newText },
    }));
    return { artifactChanges: [{ artifactLocation, replacements }] };
  }
}

const COLOURS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, information: 34, hint: 36 };

/** `--format pretty`: for people, with the line and a mark below it. */
export function prettyReport(reports: readonly FileReport[], locale: Locale, colour: boolean): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines: string[] = [];
  const counts = new Map<Severity, number>();
  let fixable = 0;
  for (const report of reports) {
    const index = new LineIndex(report.text);
    for (const finding of report.findings) {
      counts.set(finding.severity, (counts.get(finding.severity) ?? 0) + 1);
      if (finding.fix !== undefined) fixable++;
      const place = region(index, finding.range);
      const head = `${report.name}:${place.line}:${place.column}`;
      const level = paint(COLOURS[finding.severity], `${finding.severity} ${finding.code}`);
      lines.push(`${paint(1, head)} ${level} ${printable(formatFinding(finding, locale))}`);
      lines.push(...frame(report.text, index, place, (text) => paint(COLOURS[finding.severity], text)), '');
    }
  }
  if (reports.length === 0) return '';
  const total = (['error', 'warning', 'information', 'hint'] as const)
    .filter((severity) => counts.has(severity))
    .map((severity) => plural(counts.get(severity) ?? 0, severity))
    .join(', ');
  lines.push(
    total === '' ? 'No findings.' : `${total}${fixable > 0 ? ` (${fixable} can be mended with --fix)` : ''}`,
  );
  return `${lines.join('\n')}\n`;
}

function plural(count: number, severity: Severity): string {
  return `${count} ${severity}${count === 1 || severity === 'information' ? '' : 's'}`;
}

/** Text of a manifest may hold anything: no escape sequence of it reaches the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

const MAX_FRAME_WIDTH = 160;

function frame(text: string, index: LineIndex, place: Region, paint: (text: string) => string): string[] {
  const start = index.lineStart(place.line) ?? 0;
  const line = (/^[^\r\n]*/.exec(text.slice(start, start + 2000))?.[0] ?? '').replaceAll('\t', ' ');
  if (place.column > MAX_FRAME_WIDTH) return [];
  const gutter = ` ${place.line} │ `;
  const last = place.endLine === place.line ? place.endColumn : line.length + 1;
  const width = Math.max(1, Math.min(last, line.length + 1, MAX_FRAME_WIDTH) - place.column);
  const mark = `${' '.repeat(gutter.length - 2)}│ ${' '.repeat(place.column - 1)}${paint('~'.repeat(width))}`;
  return [`${gutter}${printable(line.slice(0, MAX_FRAME_WIDTH))}`, mark];
}
