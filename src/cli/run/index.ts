import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AGENT_VERSION } from '../../agent/version.js';
import type { RunEnd, RunRecord } from '../../core/experiment/record.js';
import { RunRecorder } from '../../lab/runs/recorder.js';
import { reportFormat } from '../../lab/runs/report/format.js';
import { writeReport } from '../../lab/runs/report/index.js';
import { couldNotRunJunit, runJunit } from '../../lab/runs/report/junit.js';
import { bytesText, printable, shareText } from '../../lab/runs/report/texts.js';
import type { Lab, StopReport } from '../../lab/types.js';
import { follow } from './follow.js';
import { pass } from './gate.js';
import { Interruption } from './interruption.js';
import type { RunOptions } from './options.js';
import { Progress } from './progress.js';
import { connected, settled } from './readiness.js';
import { RunRefusal } from './refusal.js';
import { EXIT, exitCode, resultText } from './result.js';
import { readSubject, type Subject } from './subject.js';

/** What comes late to the stores still belongs to the run: kills are named and restarts counted a moment after, ms. */
const SETTLE_MS = 2000;
/** Beyond its duration a run may take so long in all, ms. */
const SLACK_MS = 300_000;

/** \`podstress run\`: gives the exit code; never rejects. Progress goes to standard error, the result to standard output. */
export async function runExperiment(options: RunOptions): Promise<number> {
  const interruption = new Interruption(say);
  try {
    const subject = await readSubject(options);
    interruption.patience(options.timeout ?? subject.lastsMs + SLACK_MS);
    const record = await runIn(options, subject, interruption);
    await writeAll(options, record);
    process.stdout.write(resultText(record));
    return exitCode(record);
  } catch (error) {
    const lines = error instanceof RunRefusal ? error.lines : [textOf(error)];
    for (const line of lines) say(line);
    await writeFailure(options, lines);
    return EXIT.couldNotRun;
  } finally {
    interruption.dispose();
  }
}

async function runIn(options: RunOptions, subject: Subject, interruption: Interruption): Promise<RunRecord> {
  const { connect } = await import('../../lab/index.js');
  const { namespace } = subject.object.metadata;
  const lab = connect({
    ...(options.context === undefined ? {} : { context: options.context }),
    kubeconfigPath: options.kubeconfig ?? null,
    env: process.env,
    namespaces: [
      ...(namespace === undefined ? [] : [namespace]),
      ...(subject.object.spec.selector.namespaces ?? []),
    ],
    engine: options.engine,
    // Nobody would be there to end it.
    onDisconnect: options.keep === true ? 'keep' : 'stop',
    log: { info: () => undefined, warn: (message) => say(message) },
  });
  try {
    return await runWith(lab, options, subject, interruption);
  } finally {
    await lab.dispose();
  }
}

async function runWith(
  lab: Lab,
  options: RunOptions,
  subject: Subject,
  interruption: Interruption,
): Promise<RunRecord> {
  const { signal } = interruption;
  await connected(lab, signal);
  refuseBroken(interruption);
  const state = lab.connection.get();
  const own = state.phase === 'live' || state.phase === 'stale' ? state.namespace : undefined;
  const namespace = subject.object.metadata.namespace ?? own ?? 'default';
  const object = { ...subject.object, metadata: { ...subject.object.metadata, namespace } };
  const candidates = await settled(lab, object, namespace, signal);
  refuseBroken(interruption);
  await pass(lab, object, namespace, options, signal);
  refuseBroken(interruption);
  const engine = lab.engine.get().kind === 'agent' ? 'the node agents' : 'Chaos Mesh';
  say(`injecting ${namespace}/${object.metadata.name} into ${state.context ?? ''} through ${engine}`);
  for (const { pod, container } of candidates.slice(0, 10)) {
    const used = container.memory?.stale === false ? container.memory.workingSetBytes : null;
    say(
      `  ${pod.key}/${container.name}: ${used === null ? `limit ${bytesText(container.limitBytes)}, not measured` : shareText(used, container.limitBytes)}`,
    );
  }
  const recorder = new RunRecorder(lab, {
    object,
    namespace,
    manifestText: subject.text,
    file: subject.file,
    expectations: subject.expectations,
    podstressVersion: AGENT_VERSION,
  });
  const progress = new Progress(recorder, say);
  try {
    const { key } = await lab.inject(object, { replace: options.replace === true, file: subject.file });
    const end = await follow(recorder, options.for ?? null, interruption);
    const left = options.keep === true && isOwnEnd(end) ? null : await stop(lab, key);
    await pause(SETTLE_MS);
    progress.dispose();
    return recorder.finish(end, null, left);
  } catch (error) {
    throw refusalOf(error);
  } finally {
    progress.dispose();
    recorder.dispose();
  }
}

function isOwnEnd(end: RunEnd): boolean {
  return end === 'duration' || end === 'stopped';
}

async function stop(lab: Lab, key: string): Promise<StopReport> {
  say(`stopping ${key}`);
  const report = await lab.stop(key);
  for (const { target, pids } of report.left)
    say(`a stressor still runs in ${target}: pid ${pids.join(', ')}`);
  if (report.unknown.length > 0) {
    say(`nobody could look into ${report.unknown.length} containers: no agent on their nodes`);
  }
  if (report.left.length === 0) say(`${key} is gone; nothing is left in ${report.clean.length} containers`);
  return report;
}

function refuseBroken({ reason }: Interruption): void {
  if (reason === 'interrupted') throw new RunRefusal('broken off before anything was injected');
  if (reason === 'timeout') throw new RunRefusal('took longer than allowed before anything was injected');
}

/** Errors of the lab are told apart by their kind: they come from another bundle. */
function refusalOf(error: unknown): RunRefusal {
  const kind = error instanceof Error && 'kind' in error ? error.kind : null;
  const hint = kind === 'already-exists' ? ['--replace deletes the one that is there first.'] : [];
  return error instanceof RunRefusal ? error : new RunRefusal(textOf(error), ...hint);
}

async function writeAll({ report, junit }: RunOptions, record: RunRecord): Promise<void> {
  for (const file of report) await write(file, writeReport(record, reportFormat(file) ?? 'json'));
  if (junit !== undefined) await write(junit, runJunit(record));
}

async function writeFailure({ junit, manifest }: RunOptions, lines: readonly string[]): Promise<void> {
  if (junit === undefined) return;
  await write(junit, couldNotRunJunit(manifest, lines.join('\n'))).catch((error: unknown) =>
    say(textOf(error)),
  );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new RunRefusal(`cannot write ${file}: ${textOf(error)}`);
  }
}

function say(line: string): void {
  process.stderr.write(`podstress run: ${line.split('\n').map(printable).join('\n')}\n`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
