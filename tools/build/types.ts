import { join } from 'node:path';
import { ROOT } from '../root.js';
import { runCommand } from '../system/command.js';

/** Type-checks and compiles every room to out/ (incremental). Answers whether it is free of mistakes. */
export function compileRooms(): Promise<boolean> {
  return compileProject('.');
}

/** The same for one room, by its folder, and those it builds on. */
export async function compileProject(folder: string): Promise<boolean> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return (await runCommand(process.execPath, [tsc, '-b', folder])) === 0;
}

/** Checks format and lint. Answers whether it is free of mistakes. */
export async function checkStyle(): Promise<boolean> {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  return (await runCommand(process.execPath, [biome, 'check', '.'])) === 0;
}
