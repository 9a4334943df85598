import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isLabel } from '../sandbox/api/names.js';
import { type Denial, parseDenial } from '../sandbox/api/resources/access-reviews.js';
import { ALL_FAULTS } from '../sandbox/faults.js';
import { CannotRun } from '../sandbox/preflight.js';
import { podsReady } from '../sandbox/readiness.js';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.js';
import { sweep } from '../sandbox/sweep.js';

interface Flags {
  readonly demo?: true;
  readonly agent: boolean;
  readonly deny: readonly Denial[];
  readonly chaosMesh: boolean;
  readonly filterNamespaces?: true;
  readonly chaosMeshTargetNamespace?: string;
  readonly kubeconfig?: string;
  readonly port: number;
  readonly output: 'text' | 'json';
  readonly fault?: readonly string[];
  readonly syntheticPods?: number;
  readonly syntheticChanges?: number;
  readonly clean?: true;
}

/** How long the first Pods may take until they are ready, ms. */
const READY_TIMEOUT_MS = 60_000;

/** Exit code of a command that could not do its work. */
const FAILED = 2;

const HELP = `
It runs Pods as processes of this machine, in memory cgroups and namespaces of their own: OOM kills are the kernel's.
Its API server and its Chaos Mesh are stand-ins. It needs Linux, root, a writable memory cgroup and stress-ng, listens
on 127.0.0.1 only, and answers nobody without the token of the kubeconfig that it writes. Ctrl-C ends everything.

Faults, for those who want to see a client survive them:
${ALL_FAULTS.map(({ name, description }) => `  ${name.padEnd(20)}${description}`).join('\n')}`;

/** \`podstress sandbox\`. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Make this machine a small Kubernetes cluster with StressChaos, until Ctrl-C')
    .option('--demo', 'run the two hello-kubernetes Pods of the walk-through')
    .option('--no-agent', 'do not install the node agent; its image is there, so that you can')
    .option('--no-chaos-mesh', 'a cluster without Chaos Mesh; the node agent may stress all the same')
    .option(
      '--filter-namespaces',
      'Chaos Mesh selects only in namespaces annotated chaos-mesh.org/inject=enabled',
    )
    .addOption(
      new Option(
        '--chaos-mesh-target-namespace <namespace>',
        'Chaos Mesh is installed for this namespace alone',
      ).argParser(namespaceName),
    )
    .addOption(
      new Option(
        '--deny <right>',
        'a right that the user is told to lack, VERB:RESOURCE[:NAMESPACE], e.g. create:namespaces; may be repeated',
      )
        .argParser(denial)
        .default([], 'none'),
    )
    .option('--kubeconfig <file>', 'write the kubeconfig there instead of into a temporary folder')
    .addOption(
      new Option('--port <number>', 'port of the API on 127.0.0.1; 0 takes a free one')
        .argParser(port)
        .default(0),
    )
    .addOption(
      new Option('--output <format>', 'how to say that it is ready')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addOption(
      new Option(
        '--synthetic-pods <number>',
        'beside the Pods that run so many that are objects of the API only, in up to 200 namespaces',
      ).argParser((text) => wholeNumber(text, 100_000)),
    )
    .addOption(
      new Option('--synthetic-changes <number>', 'change so many of the synthetic Pods a second').argParser(
        (text) => wholeNumber(text, 10_000),
      ),
    )
    .addOption(
      new Option('--fault <name>', 'make the API or Chaos Mesh faulty (repeatable), see below').argParser(
        faults,
      ),
    )
    .option('--clean', 'only clear up what killed sandboxes have left, then end')
    .addHelpText('after', HELP)
    .action((flags: Flags) => (flags.clean === true ? clean() : serve(flags)));
}

function denial(text: string, earlier: readonly Denial[]): readonly Denial[] {
  try {
    return [...earlier, parseDenial(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a port number.');
  }
  return Number(text);
}

function faults(name: string, before: readonly string[] = []): readonly string[] {
  if (!ALL_FAULTS.some((one) => one.name === name)) {
    throw new InvalidArgumentError(`There is ${ALL_FAULTS.map((one) => one.name).join(', ')}.`);
  }
  return [...before, name];
}

function namespaceName(text: string): string {
  if (!isLabel(text)) throw new InvalidArgumentError('It must be the name of a namespace.');
  return text;
}

function wholeNumber(text: string, most: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) > most) {
    throw new InvalidArgumentError(`It must be a whole number up to ${most}.`);
  }
  return Number(text);
}

function say(message: string): void {
  process.stderr.write(`podstress sandbox: ${message}\n`);
}

async function clean(): Promise<void> {
  const removed = await sweep();
  for (const path of removed) console.log(`removed ${path}`);
  if (removed.length === 0) console.log('nothing was left');
}

async function serve(flags: Flags): Promise<void> {
  const interrupted = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done());
  });
  let sandbox: RunningSandbox | null = null;
  try {
    sandbox = await startSandbox({
      log: say,
      port: flags.port,
      ...programs(),
      demo: flags.demo === true,
      ...synthetic(flags),
      agentPod: flags.agent,
      denials: flags.deny,
      chaosMesh: flags.chaosMesh,
      filterNamespaces: flags.filterNamespaces === true,
      ...(flags.chaosMeshTargetNamespace === undefined
        ? {}
        : { chaosMeshTargetNamespace: flags.chaosMeshTargetNamespace }),
      faults: flags.fault ?? [],
      ...(flags.kubeconfig === undefined ? {} : { kubeconfig: resolve(flags.kubeconfig) }),
    });
    const ready = podsReady(sandbox.registry, READY_TIMEOUT_MS).then(() => 'ready');
    const first = await Promise.race([ready, interrupted]);
    if (first === 'ready') {
      announce(flags, sandbox);
      await interrupted;
    }
  } catch (error) {
    say(error instanceof CannotRun || error instanceof Error ? error.message : String(error));
    process.exitCode = FAILED;
  } finally {
    await sandbox?.stop();
  }
  process.exit();
}

function synthetic({ syntheticPods, syntheticChanges = 0 }: Flags): Pick<SandboxOptions, 'synthetic'> {
  if (syntheticPods === undefined) return {};
  return { synthetic: { pods: syntheticPods, changesPerSecond: syntheticChanges } };
}

function announce(flags: Flags, { kubeconfigPath, server }: RunningSandbox): void {
  if (flags.output === 'json') {
    console.log(JSON.stringify({ ready: true, kubeconfig: kubeconfigPath, server, pid: process.pid }));
    return;
  }
  console.log(
    `The sandbox is ready at ${server}; Ctrl-C ends it.\n\n  export KUBECONFIG=${kubeconfigPath}\n`,
  );
  console.log('  kubectl get pods -A');
  if (flags.chaosMesh) console.log('  kubectl get stresschaos -A');
}

/** Beside the bundle in dist/, else where the compiler puts them below out/. */
function programs(): { programs: string; agent: string } {
  const here = import.meta.dirname;
  const bundled = { programs: join(here, 'sandbox-programs.cjs'), agent: join(here, 'agent.cjs') };
  if (existsSync(bundled.programs)) return bundled;
  return { programs: join(here, '../sandbox/programs/main.js'), agent: join(here, '../agent/main.js') };
}
