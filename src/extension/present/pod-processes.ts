import { type Weighed, weighProcesses } from '../../core/memory/victim.js';
import { displayBytes } from '../../core/units/display.js';
import type { ProcessInfo } from '../../protocol/agent/types.js';
import { Items } from '../contributions.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';
import { type Row, sentence, words } from './pods.js';

/** A process, what the OOM killer makes of it, and whether it would die first if the container ran out of memory now. */
export interface RankedProcess extends Weighed<ProcessInfo> {
  readonly isFirst: boolean;
}

/**
 * Processes in the order in which the OOM killer would take them.
 *
 * @param totalBytes what the killer shares out: the limit that acts on the container, or the node's memory and swap.
 */
export function rankProcesses(
  processes: readonly ProcessInfo[],
  totalBytes: number | null,
): readonly RankedProcess[] {
  return weighProcesses(processes, totalBytes).map((one, index) => ({
    ...one,
    isFirst: index === 0 && one.badness !== null,
  }));
}

/** The row of a process: what it runs, its memory, its oom_score_adj, and whether it is the first to die. */
export function processRow(id: string, { process, isFirst }: RankedProcess, language: Language): Row {
  const { l10n, locale } = language;
  const name = commandText(process);
  const memory = displayBytes(process.rssBytes, locale);
  const first = isFirst ? l10n.t('first to die') : null;
  return {
    id,
    label: name,
    description: words([memory, `adj ${process.oomScoreAdj}`, first]),
    icon: isFirst
      ? { kind: 'theme', id: 'flame', colour: 'list.warningForeground' }
      : { kind: 'theme', id: 'circle-small', colour: null },
    contextValue: Items.process,
    sentence: sentence([
      l10n.t('Process {0}', name),
      l10n.t('pid {0}', process.containerPid),
      memory,
      `oom_score_adj ${process.oomScoreAdj}`,
      process.stressRun === null ? null : l10n.t('under stress'),
      first,
    ]),
    highlighted: false,
  };
}

const MAX_COMMAND = 48;

/** The command line with the program's bare name, or the kernel's name of the process; one short line of harmless text. */
export function commandText({ comm, commandLine }: ProcessInfo): string {
  const [program = '', ...rest] = commandLine;
  const whole = plain([program.slice(program.lastIndexOf('/') + 1), ...rest].join(' '));
  const text = whole === '' ? plain(comm) : whole;
  return text.length > MAX_COMMAND ? `${text.slice(0, MAX_COMMAND - 1)}…` : text;
}
