import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { createInterface } from 'node:readline';

/** USER_HZ, in which /proc/PID/stat counts. */
const TICKS_PER_SECOND = 100;

/** What a process has used of the processors so far, s. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export interface Answer {
  status: number;
  contentType: string;
  body: unknown;
}

/** A stream of NDJSON lines, collected as they come. */
export interface Lines<T> {
  readonly seen: T[];
  close(): void;
}

/** The agent, as a process of its own, as a node runs it. */
export class RunningAgent {
  readonly child: ChildProcess;
  readonly #where: RequestOptions;

  private constructor(child: ChildProcess, where: RequestOptions) {
    this.child = child;
    this.#where = where;
  }

  static start(...flags: string[]): Promise<RunningAgent> {
    return RunningAgent.startIn([], ...flags);
  }

  /** Starts it by a program that becomes it. */
  static async startIn(wrapper: readonly string[], ...flags: string[]): Promise<RunningAgent> {
    const listens = flags.includes('--socket') ? [] : ['--listen', '127.0.0.1:0'];
    const program = process.env['PODSTRESS_AGENT'] ?? 'out/src/agent/main.js';
    const [command = '', ...args] = [...wrapper, process.execPath, program, ...listens, ...flags];
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'pipe'] });
    const where = await new Promise<RequestOptions>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (data: Buffer) => {
        said += data.toString();
        const tcp = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
        if (tcp) resolve({ host: '127.0.0.1', port: Number(tcp[1]) });
        const unix = /listening on unix:(\S+)/.exec(said);
        if (unix?.[1]) resolve({ socketPath: unix[1] });
      });
      child.once('exit', (code) => reject(new Error(`the agent ended with ${code}: ${said}`)));
    });
    return new RunningAgent(child, where);
  }

  ask(path: string, options: RequestOptions = {}, body?: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        host: 'localhost',
        ...(sent ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      };
      const asked = request({ ...this.#where, path, ...options, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const contentType = response.headers['content-type'] ?? '';
          resolve({
            status: response.statusCode ?? 0,
            contentType,
            body: text === '' ? null : parse(text, contentType),
          });
        });
      });
      asked.on('error', reject);
      asked.end(sent);
    });
  }

  /** Follows an NDJSON stream; `arrived` is called with each line at once. */
  follow<T>(path: string, arrived: (line: T) => void = () => undefined): Promise<Lines<T>> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { ...this.#where, path, headers: { host: 'localhost' } },
        (response: IncomingMessage) => {
          const seen: T[] = [];
          response.on('error', () => undefined);
          const lines = createInterface({ input: response });
          const take = (line: string): void => {
            const parsed = JSON.parse(line) as T;
            seen.push(parsed);
            arrived(parsed);
          };
          lines.on('line', take).on('error', () => undefined);
          resolve({ seen, close: () => asked.destroy() });
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return Promise.resolve(this.child.exitCode);
    return new Promise((resolve) => {
      this.child.once('exit', (code) => resolve(code));
      this.child.kill(signal);
    });
  }
}

function parse(text: string, contentType: string): unknown {
  if (contentType.startsWith('text/plain')) return text;
  if (!contentType.includes('ndjson')) return JSON.parse(text);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
