import { Command, InvalidArgumentError, Option } from 'commander';
import { AGENT_PORT } from '../protocol/agent/types.js';
import { type ListenTarget, startAgent } from './agent.js';
import { checkHealth } from './health.js';
import { keepHeapSmall } from './heap.js';

interface Flags {
  readonly listen?: ListenTarget;
  readonly socket?: string;
  readonly sysFsCgroup: string;
  readonly cgroupRoot: string;
  readonly kmsg: string | false;
  readonly allowStress?: true;
  readonly nodeName?: string;
  readonly state?: string;
  readonly history: number;
  readonly metricsListen?: ListenTarget;
}

/** Where root's agent listens on a plain host; its folder is made 0700. */
const HOST_SOCKET = '/run/podstress/agent.sock';

/** `HOST:PORT` of the loopback. Nothing else is taken: whoever reaches the agent may use it. */
function loopbackAddress(text: string): ListenTarget {
  const match = /^(?:(127\.0\.0\.1|localhost|\[::1\]):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    throw new InvalidArgumentError(
      'It must be a loopback address and port, such as 127.0.0.1:10880 or [::1]:10880.',
    );
  }
  return { kind: 'tcp', host: (match[1] ?? '127.0.0.1').replace(/[[\]]/g, ''), port };
}

/** `HOST:PORT` of any interface: metrics tell no more than a cgroup's memory and kills. */
function anyAddress(text: string): ListenTarget {
  const match = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new InvalidArgumentError('It must be an address and port, such as 0.0.0.0:9108.');
  return { kind: 'tcp', host: match[1] ?? match[2] ?? '', port };
}

function byteCount(text: string): number {
  if (!/^\d{5,10}$/.test(text))
    throw new InvalidArgumentError('It must be a number of bytes, at least 10000.');
  return Number(text);
}

/**
 * Where the flags say. Without one, in a Pod its own loopback, which only a port-forward reaches; on a plain host a
 * unix socket, as any user of the host could reach a loopback port.
 */
export function listenTarget(
  flags: Pick<Flags, 'listen' | 'socket'>,
  env: Readonly<Record<string, string | undefined>>,
): ListenTarget {
  if (flags.socket !== undefined) return { kind: 'socket', path: flags.socket };
  if (flags.listen !== undefined) return flags.listen;
  return env['KUBERNETES_SERVICE_HOST'] === undefined
    ? { kind: 'socket', path: HOST_SOCKET }
    : { kind: 'tcp', host: '127.0.0.1', port: AGENT_PORT };
}

function display(target: ListenTarget): string {
  if (target.kind === 'socket') return `unix:${target.path}`;
  return `http://${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

function say(message: string): void {
  process.stderr.write(`podstress agent: ${message}\n`);
}

async function serve(flags: Flags): Promise<void> {
  keepHeapSmall();
  const agent = await startAgent({
    listen: listenTarget(flags, process.env),
    sysFsCgroup: flags.sysFsCgroup,
    cgroupRoot: flags.cgroupRoot,
    kmsg: flags.kmsg === false ? null : flags.kmsg,
    allowStress: flags.allowStress === true,
    nodeName: flags.nodeName ?? null,
    state: flags.state ?? null,
    historyBytes: flags.history,
    metricsListen: flags.metricsListen ?? null,
    log: say,
  });
  say(`listening on ${display(agent.listening)}`);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    agent.close().then(
      (left) => {
        for (const what of left) say(what);
        process.exit(left.length === 0 ? 0 : 1);
      },
      (error: unknown) => {
        say(String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function withAddress(command: Command): Command {
  const listen = new Option(
    '--listen <address>',
    `loopback address and port of the API; port 0 takes a free one (default in a Pod: 127.0.0.1:${AGENT_PORT})`,
  );
  return command
    .addOption(listen.argParser(loopbackAddress))
    .option(
      '--socket <path>',
      `unix socket of mode 0600 of the API (default on a plain host: ${HOST_SOCKET})`,
    );
}

const HELP = `
The agent watches the memory cgroups of this node and the kernel's log, and serves what it sees over HTTP:
  GET    /healthz                          alive
  GET    /v1/node                          kernel, cgroup version, what this agent can do
  GET    /v1/kills?since=SEQ&follow=1      OOM kills, one JSON object a line
  GET    /v1/memory?interval=1s&containers=ID,ID   memory of containers and their Pods, one JSON object a line,
                                           every 200ms to 60s
  GET    /v1/containers/ID/processes       the container's processes, with the kernel's own OOM score
  GET    /v1/stress, POST /v1/stress, GET|DELETE /v1/stress/ID    only with --allow-stress

Only what somebody asks for is read, once for all who ask. A reader that is slow is told what it missed.
It needs root to read /dev/kmsg (and, in a container, privileged mode); without, kills are counted but not named.`;

/** \`podstress agent\`, also the program dist/agent.cjs. */
export function agentCommand(): Command {
  const agent = withAddress(new Command('agent'))
    .description("Serve this node's OOM kills and container memory on the loopback")
    .option('--sys-fs-cgroup <dir>', "where the host's cgroup file system is mounted", '/sys/fs/cgroup')
    .option('--cgroup-root <path>', 'look only at this cgroup of the memory hierarchy and below', '/')
    .option('--kmsg <file>', "the kernel's log device", '/dev/kmsg')
    .option('--no-kmsg', "do not read the kernel's log: kills are only counted")
    .addOption(
      new Option(
        '--history <bytes>',
        'how much of the newest entries is kept for readers that come late or are slow',
      )
        .argParser(byteCount)
        .default(16 * 1024 * 1024, '16 MiB'),
    )
    .option(
      '--metrics-listen <address>',
      'serve Prometheus metrics, and nothing else, at this address and port, such as 0.0.0.0:9108',
      anyAddress,
    )
    .option('--state <file>', 'remember what was told, so that a restart neither loses nor repeats a kill')
    .option(
      '--allow-stress',
      'let clients start stress-ng, or memStress where it is on PATH, in containers (needs root and the host PID namespace)',
    )
    .option('--node-name <name>', 'the Kubernetes name of this node (default: the host name)')
    .addHelpText('after', HELP)
    .action(serve);
  agent.addCommand(
    withAddress(new Command('health'))
      .description('exit 0 when an agent answers there, else 1: for exec probes')
      .action(async (_own: unknown, command: Command) => {
        const problem = await checkHealth(
          listenTarget(command.optsWithGlobals<Pick<Flags, 'listen' | 'socket'>>(), process.env),
        );
        if (problem !== null) say(problem);
        process.exitCode = problem === null ? 0 : 1;
      }),
  );
  return agent;
}
