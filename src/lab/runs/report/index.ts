import type { RunRecord } from '../../../core/experiment/record.js';
import { compareReport } from './compare-report.js';
import type { ReportFormat } from './format.js';
import { reportHtml } from './html.js';
import { reportMarkdown } from './markdown.js';
import { runReport } from './run-report.js';

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
