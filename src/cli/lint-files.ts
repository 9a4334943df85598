import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file to lint: its name as the user will read it, and its text without byte order mark. */
export interface LintFile {
  readonly name: string;
  readonly text: string;
  readonly bom: boolean;
}

export interface Unreadable {
  readonly name: string;
  readonly reason: string;
}

const STDIN = '-';
const MANIFEST = /\.ya?ml$/i;

function lintFile(name: string, raw: string): LintFile {
  const bom = raw.startsWith('\uFEFF');
  return { name, text: bom ? raw.slice(1) : raw, bom };
}

async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** The *.yaml and *.yml below a folder in order of their names. Hidden folders and node_modules are passed over, links not followed. */
async function* manifestsBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules') yield* manifestsBelow(path);
    } else if (MANIFEST.test(entry.name) && !entry.isDirectory()) {
      yield path;
    }
  }
}

/** Reads what the arguments name: files, folders, `-` for standard input. What cannot be read is yielded as such. */
export async function* readArguments(args: readonly string[]): AsyncGenerator<LintFile | Unreadable> {
  for (const arg of args) {
    if (arg === STDIN) {
      yield lintFile(STDIN, await readStdin());
      continue;
    }
    try {
      const isFolder = (await stat(arg)).isDirectory();
      if (!isFolder) yield lintFile(arg, await readFile(arg, 'utf8'));
      else for await (const path of manifestsBelow(arg)) yield* readOne(path);
    } catch (error) {
      yield { name: arg, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

async function* readOne(path: string): AsyncGenerator<LintFile | Unreadable> {
  try {
    yield lintFile(path, await readFile(path, 'utf8'));
  } catch (error) {
    yield { name: path, reason: error instanceof Error ? error.message : String(error) };
  }
}
