import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'yaml';
import {
  ExpectationError,
  type ExpectationSet,
  expectationsFrom,
  parseExpectations,
} from '../../core/experiment/expectations.js';
import type { StressChaos } from '../../core/kubernetes/objects.js';
import { check } from '../../core/stresschaos/check/checker.js';
import { formatFinding } from '../../core/stresschaos/format.js';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import { parseManifests } from '../../core/stresschaos/parse.js';
import { LineIndex } from '../../core/stresschaos/position.js';
import { durationMs } from '../../core/units/duration.js';
import { type LintFile, readArguments } from '../lint-files.js';
import type { RunOptions } from './options.js';
import { RunRefusal } from './refusal.js';

/** What is to be run, read from files. */
export interface Subject {
  readonly object: StressChaos;
  /** How long the stress goes on, ms. */
  readonly lastsMs: number;
  readonly text: string;
  /** The file's name; null: standard input. */
  readonly file: string | null;
  /** Null: none was given. */
  readonly expectations: ExpectationSet | null;
}

/** So many mistakes are listed. */
const MOST_FINDINGS = 20;
const FILE_SUFFIXES = new Set(['.yaml', '.yml', '.json']);

/** Reads and checks manifest and expectations; touches no cluster. Throws RunRefusal. */
export async function readSubject(options: RunOptions): Promise<Subject> {
  const expectations = await readExpectations(options.expect);
  const file = await readManifest(options.manifest);
  refuseMistakes(file);
  const document = choose(parseManifests(file.text), options.name, file.name);
  if (document.object === null) {
    throw new RunRefusal(
      `${file.name}: ${document.name ?? 'the experiment'} cannot be sent as it is written.`,
    );
  }
  const { duration } = document.object.spec;
  const lastsMs = options.for ?? (duration === undefined ? null : durationMs(duration));
  if (lastsMs === null) {
    throw new RunRefusal(`${file.name} has no duration: give --for, so that the run has an end.`);
  }
  return {
    lastsMs,
    object: inNamespace(document.object, options.namespace, file.name),
    text: file.text,
    file: file.name === '-' ? null : file.name,
    expectations,
  };
}

async function readExpectations(given: readonly string[]): Promise<ExpectationSet | null> {
  const sets = await Promise.all(given.map(readExpectation));
  return sets.length === 0 ? null : sets.flat();
}

async function readExpectation(given: string): Promise<ExpectationSet> {
  const isFile = FILE_SUFFIXES.has(extname(given).toLowerCase());
  try {
    if (!isFile) return parseExpectations(given);
    return expectationsFrom(parse(await readFile(given, 'utf8'), { maxAliasCount: 0, uniqueKeys: true }));
  } catch (error) {
    if (error instanceof ExpectationError) {
      throw new RunRefusal(`${isFile ? given : '--expect'}: ${error.message}`);
    }
    throw new RunRefusal(`cannot read ${given}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readManifest(name: string): Promise<LintFile> {
  const files: LintFile[] = [];
  for await (const file of readArguments([name])) {
    if ('reason' in file) throw new RunRefusal(`cannot read ${file.name}: ${file.reason}`);
    files.push(file);
  }
  const [only, ...others] = files;
  if (only === undefined || others.length > 0 || (only.name !== name && name !== '-')) {
    throw new RunRefusal(`${name} is a folder: give one manifest.`);
  }
  return only;
}

function refuseMistakes({ name, text }: LintFile): void {
  const findings = check(text).filter(({ severity }) => severity === 'error');
  if (findings.length === 0) return;
  const index = new LineIndex(text);
  const lines = findings.slice(0, MOST_FINDINGS).map((finding) => {
    const { line, column } = index.position(finding.range.start);
    return `${name}:${line}:${column} error ${finding.code} ${formatFinding(finding, 'en')}`;
  });
  const more = findings.length - lines.length;
  throw new RunRefusal(...lines, ...(more > 0 ? [`and ${more} more errors`] : []));
}

function choose(
  documents: readonly ManifestDocument[],
  wanted: string | undefined,
  file: string,
): ManifestDocument {
  const named = wanted === undefined ? documents : documents.filter(({ name }) => name === wanted);
  const [only, ...others] = named;
  const names = documents.map(({ name }) => name ?? '(no name)').join(', ');
  if (only === undefined) {
    throw new RunRefusal(
      wanted === undefined
        ? `${file} holds no StressChaos that could be run.`
        : `${file} holds no StressChaos ${wanted}; it has: ${names}.`,
    );
  }
  if (others.length > 0)
    throw new RunRefusal(`${file} holds several experiments (${names}): choose one by --name.`);
  return only;
}

function inNamespace(object: StressChaos, namespace: string | undefined, file: string): StressChaos {
  const own = object.metadata.namespace;
  if (namespace === undefined) return object;
  if (own !== undefined && own !== namespace) {
    throw new RunRefusal(`${file} is of the namespace ${own}, and --namespace says ${namespace}.`);
  }
  return { ...object, metadata: { ...object.metadata, namespace } };
}
