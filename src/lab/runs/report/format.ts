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
