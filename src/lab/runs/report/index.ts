import type { RunRecord } from '../../../core/experiment/record.js';
import { compareReport } from './compare-report.js';
import { reportHtml } from './html.js';
import { reportMarkdown } from './markdown.js';
import { runReport } from './run-report.js';

/** The forms that a report is written in. */
export const REPORT_FORMATS = ['json', 'md', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The format that a file's name asks for; null: none of ours. */
export function reportFormat(file: string): ReportFormat | null {
  const suffix = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  if (suffix === 'markdown') return 'md';
  if (suffix === 'htm') return 'html';
  return REPORT_FORMATS.find((format) => format === suffix) ?? null;
}

/** The run as a file: the record itself, or a report of it. */
export function writeReport(record: RunRecord, format: ReportFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(record)}\n`;
    case 'md':
      return reportMarkdown(runReport(record));
    case 'html':
      return reportHtml(runReport(record));
  }
}

/** Two runs against each other. */
export function writeComparison(first: RunRecord, second: RunRecord, format: 'md' | 'html'): string {
  const report = compareReport(first, second);
  return format === 'md' ? reportMarkdown(report) : reportHtml(report);
}
