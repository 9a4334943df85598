import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type Position,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

const SCHEMA_URI = 'podstress-schema://schema/stresschaos.json';

/** The real yaml-language-server of npm as a process, with one schema that it asks us for: what our figures are held against. */
export class YamlLanguageServer {
  readonly #process: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #diagnostics = new Map<string, (diagnostics: Diagnostic[]) => void>();

  private constructor(process: ChildProcess, connection: ProtocolConnection) {
    this.#process = process;
    this.#connection = connection;
  }

  /** Starts it; every file it opens gets the schema, given as JSON text. */
  static async start(schema: string): Promise<YamlLanguageServer> {
    const root = dirname(createRequire(import.meta.url).resolve('yaml-language-server/package.json'));
    const child = spawn(process.execPath, [join(root, 'bin/yaml-language-server'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const server = new YamlLanguageServer(child, connection);
    connection.onRequest('workspace/configuration', ({ items }: { items: { section: string }[] }) =>
      items.map(({ section }) =>
        section === 'yaml'
          ? {
              validate: true,
              completion: true,
              hover: true,
              schemaStore: { enable: false },
              kubernetesCRDStore: { enable: false },
            }
          : {},
      ),
    );
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('custom/schema/request', () => SCHEMA_URI);
    connection.onRequest('custom/schema/content', () => schema);
    connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
        server.#diagnostics.get(uri)?.(diagnostics);
      },
    );
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { configuration: true } },
    });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('yaml/registerCustomSchemaRequest', {});
    return server;
  }

  /** Opens a document and gives its diagnostics. */
  open(uri: string, text: string): Promise<Diagnostic[]> {
    return this.#after(uri, 'textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
  }

  /** Replaces the text of an open document and gives its diagnostics. */
  change(uri: string, version: number, text: string): Promise<Diagnostic[]> {
    return this.#after(uri, 'textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  async complete(uri: string, position: Position): Promise<CompletionItem[]> {
    const answer = await this.#connection.sendRequest<CompletionItem[] | CompletionList | null>(
      'textDocument/completion',
      { textDocument: { uri }, position },
    );
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  hover(uri: string, position: Position): Promise<Hover | null> {
    return this.#connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri },
      position,
    });
  }

  /** CPU time it has used so far, ms, to the 10 ms of /proc. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Memory it holds now, bytes. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
  }

  async stop(): Promise<void> {
    this.#connection.dispose();
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
  }

  async #after(uri: string, method: string, params: object): Promise<Diagnostic[]> {
    const answer = new Promise<Diagnostic[]>((resolve) => this.#diagnostics.set(uri, resolve));
    await this.#connection.sendNotification(method, params);
    return answer;
  }
}
