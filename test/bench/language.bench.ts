import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Checker, check } from '../../src/core/stresschaos/check/checker.js';
import { complete } from '../../src/core/stresschaos/editor/complete.js';
import { hover } from '../../src/core/stresschaos/editor/hover.js';
import { jsonSchema } from '../../src/core/stresschaos/spec/json-schema.js';
import type { Bench, BenchRow } from '../../tools/bench/row.js';
import { YamlLanguageServer } from '../../tools/yaml-language-server.js';

const ROUNDS = 9;
const REFERENCE = 'yaml-language-server';

/** A manifest of many documents, a tenth of them faulty, as they stand in real folders. */
function manifest(documents: number): string {
  return Array.from({ length: documents }, (_, index) =>
    [
      '---',
      'apiVersion: chaos-mesh.org/v1alpha1',
      'kind: StressChaos',
      'metadata:',
      `  name: mem-stress-${index}`,
      '  namespace: chaos-mesh',
      'spec:',
      `  mode: ${index % 10 === 0 ? 'some' : 'all'}`,
      '  selector:',
      '    namespaces:',
      '      - hello-kubernetes',
      '    labelSelectors:',
      "      'app.kubernetes.io/name': web",
      '  stressors:',
      '    memory:',
      `      workers: ${index % 10 === 0 ? "'4'" : '4'} # shared`,
      '      size: 50MiB',
      `      ${index % 10 === 0 ? 'oomScore' : 'oomScoreAdj'}: 1000`,
      "      options: ['--time', '1m']",
      "  duration: '1h'",
      '',
    ].join('\n'),
  ).join('');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** CPU time of a task, ms. */
function cpuOf(task: () => void): number {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function cpuThere(server: YamlLanguageServer, task: () => Promise<unknown>): Promise<number> {
  const before = server.cpuMs();
  await task();
  return server.cpuMs() - before;
}

function uriOf(documents: number, round: number): string {
  return `file:///bench-${documents}-${round}.yaml`;
}

/** Opening a file: nothing known before, the median of rounds that alternate between the two. */
async function openRow(server: YamlLanguageServer, documents: number): Promise<BenchRow> {
  const text = manifest(documents);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const uri = uriOf(documents, round);
    ours.push(cpuOf(() => check(text)));
    theirs.push(await cpuThere(server, () => server.open(uri, text)));
    if (round < ROUNDS - 1) await server.close(uri);
  }
  return {
    what: `check ${documents} StressChaos documents, cold`,
    unit: 'ms CPU',
    ours: median(ours),
    // The server's clock ticks in 10 ms: below one tick it gets the benefit of the doubt.
    reference: { name: REFERENCE, value: Math.max(median(theirs), 10) },
    goal: 1,
  };
}

async function editRow(server: YamlLanguageServer, documents: number): Promise<BenchRow> {
  const text = manifest(documents);
  const uri = uriOf(documents, ROUNDS - 1);
  const checker = new Checker();
  checker.check(text);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const edited = text.replace(`mem-stress-${documents / 2}\n`, `mem-stress-x${round}\n`);
    ours.push(cpuOf(() => checker.check(edited)));
    theirs.push(await cpuThere(server, () => server.change(uri, round + 2, edited)));
  }
  return {
    what: `one character edited in ${documents} documents`,
    unit: 'ms CPU',
    ours: median(ours),
    reference: { name: REFERENCE, value: Math.max(median(theirs), 10) },
    goal: 0.02,
  };
}

async function lookRows(server: YamlLanguageServer, documents: number): Promise<BenchRow[]> {
  const text = manifest(documents);
  const uri = uriOf(documents, ROUNDS - 1);
  const offset = text.indexOf('size: 50', Math.floor(text.length / 2)) + 'size: 50'.length;
  const before = text.slice(0, offset).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const clock = { nowMs: Date.now(), format: String };
  const tasks: readonly [string, () => void, () => Promise<unknown>][] = [
    ['completion', () => complete(text, offset, { locale: 'en' }), () => server.complete(uri, position)],
    ['hover', () => hover(text, offset, { locale: 'en', clock }), () => server.hover(uri, position)],
  ];
  const rows: BenchRow[] = [];
  for (const [name, here, there] of tasks) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(cpuOf(here));
      theirs.push(await cpuThere(server, there));
    }
    const reference = { name: REFERENCE, value: Math.max(median(theirs), 10) };
    rows.push({
      what: `${name} in ${documents} documents`,
      unit: 'ms CPU',
      ours: median(ours),
      reference,
      goal: 1,
    });
  }
  return rows;
}

/** What one more open file of that size holds on to; of the server, what its process grew by since it started. */
function memoryRow(server: YamlLanguageServer, idleBytes: number, documents: number): BenchRow {
  const text = manifest(documents);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const checker = new Checker();
  checker.check(text);
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  // Used once more, so that it was held until here.
  checker.check('');
  return {
    what: `memory for ${documents} open documents`,
    unit: 'MB',
    ours: Math.max(grown, 0) / 1e6,
    reference: { name: REFERENCE, value: Math.max(server.residentBytes() - idleBytes, 1) / 1e6 },
    goal: 0.15,
  };
}

/** The StressChaos language beside the real yaml-language-server with the schema that is made from the same table. */
export const bench: Bench = async () => {
  const server = await YamlLanguageServer.start(JSON.stringify(jsonSchema()));
  try {
    await server.open('file:///warm.yaml', manifest(1));
    const idle = server.residentBytes();
    const rows: BenchRow[] = [];
    for (const documents of [1, 100, 1000]) rows.push(await openRow(server, documents));
    rows.push(await editRow(server, 1000), ...(await lookRows(server, 1000)), memoryRow(server, idle, 1000));
    return rows;
  } finally {
    await server.stop();
  }
};
