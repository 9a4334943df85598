import { Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../core/units/duration.js';
import { reportFormat } from '../lab/runs/report/format.js';
import type { RunOptions } from './run/options.js';

/** The run could not be, or cannot be judged. */
const EXIT_COULD_NOT_RUN = 2;

const HELP = `
Injects the manifest's StressChaos, follows it to the end of its duration (or of --for), stops it, looks into the cgroups
whether anything is left, and holds what it saw against what was expected.

Expectations, separated by commas; each is of every container that is stressed:
  noKills  maxKills=3             OOM kills, the stressors' own included
  maxWorkingSet=400MiB  =80%      the working set's peak, in bytes or of the container's limit
  noRestarts  maxRestarts=1       of the container
  minArrived=90%                  so much of the stress was there at a time
  noProbeFailures                 no probe failed meanwhile
  ready                           ready at the end, when the stress is gone
A file (YAML or JSON) has the same keys, and containers: with keys for single ones by name (“web”, “web-*/app”).

Exit code 0: all expectations are met, or none was given and it ran. 1: one is not met. 2: it could not run, was broken
off, left a stressor behind, or what it saw does not tell. Ctrl-C stops the stress and cleans up (2); a second one leaves
at once (130).

Examples:
  podstress run chaos/mem-stress.yaml --expect noKills,maxWorkingSet=80%
  podstress run mem-stress.yaml --for 2m --expect expect.yaml --report run.html --report run.md --junit junit.xml`;

/** \`podstress run\`: an experiment as a test. What it needs of the cluster's world is loaded when it runs. */
export function runCommand(): Command {
  return new Command('run')
    .description('run a StressChaos manifest as a test of memory limits, and end with its verdict')
    .argument('<manifest>', 'the file, or - for standard input')
    .option('--name <name>', 'which experiment, where the file has several')
    .option('--context <name>', 'the context of the kubeconfig', text)
    .option('--kubeconfig <file>', 'the kubeconfig, instead of $KUBECONFIG or ~/.kube/config')
    .option('--namespace <name>', 'the namespace of a manifest that names none')
    .addOption(
      new Option('--engine <engine>', 'what stresses the containers')
        .choices(['auto', 'chaos-mesh', 'agent'])
        .default('auto'),
    )
    .option('--expect <what>', 'expectations, or a YAML or JSON file of them; may be repeated', several, [])
    .option('--report <file>', 'write a report: .json, .md or .html; may be repeated', reportFile, [])
    .option('--junit <file>', 'write the verdict as JUnit XML')
    .option('--for <duration>', 'stop the stress so long after it was injected, e.g. 90s', duration)
    .option(
      '--timeout <duration>',
      'give up after so long; by default the duration and five minutes',
      duration,
    )
    .option('--keep', 'leave the experiment in the cluster at the end')
    .option('--replace', 'delete an experiment of the same name first')
    .option('--yes', 'also into contexts and namespaces that are protected')
    .option('--max-targets <n>', 'the most Pods to stress at once; 0: any number', wholeNumber)
    .addHelpText('after', HELP)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_COULD_NOT_RUN))
    .action(async (manifest: string, flags: Omit<RunOptions, 'manifest'>) => {
      const { runExperiment } = await import('./run/index.js');
      process.exit(await runExperiment({ ...flags, manifest }));
    });
}

function text(value: string): string {
  if (value !== '') return value;
  throw new InvalidArgumentError('It must not be empty.');
}

function several(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function reportFile(file: string, before: readonly string[]): readonly string[] {
  if (reportFormat(file) !== null) return [...before, file];
  throw new InvalidArgumentError('Its name must end in .json, .md or .html.');
}

function duration(value: string): number {
  const ms = durationMs(value);
  if (ms !== null && ms > 0) return ms;
  throw new InvalidArgumentError('Write a duration as 90s, 5m or 1h30m.');
}

function wholeNumber(value: string): number {
  if (/^[0-9]{1,6}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Give a whole number, 0 or more.');
}
