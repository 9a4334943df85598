import { writeFile } from 'node:fs/promises';
import { Command, type CommanderError, InvalidArgumentError, Option } from 'commander';
import { Checker } from '../core/stresschaos/check/checker.js';
import { fixAll } from '../core/stresschaos/fix.js';
import { type Locale, pickLocale } from '../core/stresschaos/format.js';
import { CHAOS_MESH_VERSIONS, isVersion } from '../core/stresschaos/version.js';
import { readArguments } from './lint-files.js';
import { type FileReport, githubReport, jsonReport, prettyReport, sarifReport } from './lint-report.js';

const EXIT_FOUND = 1;
const EXIT_USAGE = 2;

interface LintOptions {
  readonly format: 'pretty' | 'json' | 'sarif' | 'github';
  readonly chaosMesh: string;
  readonly fix?: true;
  readonly maxWarnings?: number;
}

function version(text: string): string {
  if (text === 'auto' || text === 'latest' || isVersion(text)) return text;
  throw new InvalidArgumentError(`Give a version such as ${CHAOS_MESH_VERSIONS.at(-1)} or 2.5.3.`);
}

function count(text: string): number {
  if (/^[0-9]+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number, 0 or more.');
}

/** The language of the person at the terminal; what machines read is English. */
function localeFor(format: LintOptions['format']): Locale {
  const { env } = process;
  const tag = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'en';
  return format === 'pretty' ? pickLocale(tag) : 'en';
}

function render(reports: readonly FileReport[], format: LintOptions['format'], colour: boolean): string {
  const locale = localeFor(format);
  switch (format) {
    case 'json':
      return jsonReport(reports, locale);
    case 'sarif':
      return sarifReport(reports, locale);
    case 'github':
      return githubReport(reports, locale);
    case 'pretty':
      return prettyReport(reports, locale, colour);
  }
}

async function lint(args: readonly string[], options: LintOptions): Promise<number> {
  const checker = new Checker({
    chaosMeshVersion: isVersion(options.chaosMesh) ? options.chaosMesh : null,
  });
  const reports: FileReport[] = [];
  let unreadable = false;
  let fixedStdin: string | null = null;
  for await (const file of readArguments(args)) {
    if ('reason' in file) {
      process.stderr.write(`podstress lint: cannot read ${file.name}: ${file.reason}\n`);
      unreadable = true;
      continue;
    }
    let { text } = file;
    if (options.fix === true) {
      text = fixAll(text, checker);
      if (file.name === '-') fixedStdin = text;
      else if (text !== file.text) await writeFile(file.name, (file.bom ? '\uFEFF' : '') + text);
    }
    const findings = checker.check(text);
    // Only what will be shown is kept: a folder of thousands of manifests stays small.
    reports.push({ name: file.name, text: findings.length === 0 ? '' : text, findings });
  }
  // With `--fix -` the mended text takes standard output, so the report goes beside it.
  const out = fixedStdin === null ? process.stdout : process.stderr;
  if (fixedStdin !== null) process.stdout.write(fixedStdin);
  out.write(render(reports, options.format, out.isTTY === true && !process.env['NO_COLOR']));
  if (unreadable) return EXIT_USAGE;
  const all = reports.flatMap((report) => report.findings);
  const warnings = all.filter((finding) => finding.severity === 'warning').length;
  const tooMany = options.maxWarnings !== undefined && warnings > options.maxWarnings;
  return tooMany || all.some((finding) => finding.severity === 'error') ? EXIT_FOUND : 0;
}

/** `podstress lint`: checks manifests. Exit code 0: no errors; 1: errors, or more warnings than allowed; 2: usage or unreadable file. */
export function lintCommand(): Command {
  return new Command('lint')
    .description('check StressChaos manifests (also inside Schedule, Workflow and List)')
    .argument('<file...>', 'files, folders (searched for *.yaml and *.yml), or - for standard input')
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['pretty', 'json', 'sarif', 'github'])
        .default('pretty'),
    )
    .option('--chaos-mesh <version>', 'check by the rules of this Chaos Mesh version', version, 'latest')
    .option('--fix', 'mend what is sure to be mended, in place (with -: to standard output)')
    .option('--max-warnings <n>', 'fail with more warnings than this', count)
    .exitOverride((error: CommanderError) => {
      process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
    })
    .action(async (files: string[], options: LintOptions) => {
      try {
        process.exitCode = await lint(files, options);
      } catch (error) {
        process.stderr.write(`podstress lint: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = EXIT_USAGE;
      }
    });
}
