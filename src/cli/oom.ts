import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import type { OomKill } from '../core/kernel/oom-kill.js';
import { OomLogParser } from '../core/kernel/parser.js';
import { TextLogReader } from '../core/kernel/text-log.js';
import { killJson } from './oom-json.js';
import { killText } from './oom-text.js';

/** A log that is piped in live may stand still behind a kill: it is told then. */
const IDLE_MS = 200;
/** A log can hold a kill twice (console and buffer, two files joined); the same one is told once within so many. */
const REMEMBERED = 4096;

type Format = 'pretty' | 'json';

/** Tells each kill once: the same stamp, pid and name twice is one kill printed twice. */
class Once {
  readonly #seen = new Set<string>();

  isNew({ bootSeconds, victim }: OomKill): boolean {
    if (bootSeconds === null) return true;
    const key = `${bootSeconds} ${victim.pid} ${victim.comm}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}

async function printKills(file: string, format: Format): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const reader = new TextLogReader();
  const parser = new OomLogParser();
  const once = new Once();
  const print = (kills: readonly OomKill[]): void => {
    for (const kill of kills.filter((each) => once.isNew(each))) {
      process.stdout.write(format === 'json' ? `${JSON.stringify(killJson(kill))}\n` : killText(kill));
    }
  };
  const idle = setTimeout(() => print(parser.flush()), IDLE_MS);
  const failed = new Promise<never>((_, reject) => input.once('error', reject));
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const read = async (): Promise<void> => {
    for await (const raw of lines) {
      const line = reader.read(raw);
      if (line) print(parser.push(line));
      idle.refresh();
    }
  };
  try {
    await Promise.race([read(), failed]);
  } finally {
    clearTimeout(idle);
  }
  print(parser.gap());
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const HELP = `
Reads dmesg (also -T, -x, -r), journalctl -k, kern.log, raw /dev/kmsg and serial console captures of Linux 2.6.32
to 7.2. Prints one entry per process killed; nothing, and exit code 0, where there was none. What the log does not
say is null. dmesg -T tells local time without its zone: it is read in this machine's (set TZ for another's).

Examples:
  dmesg | podstress oom -
  journalctl -k -o short-iso | podstress oom --format json - | jq .victim
  podstress oom /var/log/kern.log`;

/** \`podstress oom\` */
export function oomCommand(): Command {
  return new Command('oom')
    .description('Print the OOM kills in a kernel log, with victim, cgroup and Pod')
    .argument('<file>', 'the log, or - for standard input')
    .addOption(new Option('--format <format>', 'how to print').choices(['pretty', 'json']).default('pretty'))
    .addHelpText('after', HELP)
    .action(async (file: string, { format }: { format: Format }) => {
      process.stdout.on('error', (error: NodeJS.ErrnoException) =>
        process.exit(error.code === 'EPIPE' ? 0 : 1),
      );
      try {
        await printKills(file, format);
      } catch (error) {
        process.stderr.write(`podstress oom: cannot read ${file}: ${reasonOf(error)}\n`);
        process.exitCode = 1;
      }
    });
}
