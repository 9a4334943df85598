import { existsSync } from 'node:fs';
import { findProgram, runCommand } from '../system/command.js';
import { SetupError } from './error.js';

/** A program that a task needs, and the Debian package it comes in. */
export interface Program {
  /** Any of these names will do. */
  readonly names: readonly string[];
  readonly debianPackage: string;
}

export const STRESS_NG: Program = { names: ['stress-ng'], debianPackage: 'stress-ng' };
export const CHROMIUM: Program = {
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  debianPackage: 'chromium',
};
export const IP: Program = { names: ['ip'], debianPackage: 'iproute2' };
export const NAMESPACES: readonly Program[] = ['unshare', 'nsenter', 'setpriv'].map((name) => ({
  names: [name],
  debianPackage: 'util-linux',
}));

/**
 * Installs what is missing where this is root on Debian (or a distribution of its family), saying so on stderr.
 * Throws SetupError with the command to run otherwise.
 */
export async function ensurePrograms(programs: readonly Program[]): Promise<void> {
  const missing = programs.filter(({ names }) => findProgram(...names) === null);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))];
  const names = missing.map(({ names: [name] }) => name).join(', ');
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const apt = findProgram('apt-get');
  if (apt === null || !existsSync('/etc/debian_version')) {
    throw new SetupError(
      `${names} not found: install it with this system's package manager and put it on PATH`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new SetupError(`${names} not found: run  sudo apt-get update && sudo apt-get ${install.join(' ')}`);
  }
  console.error(`podstress: installing ${packages.join(', ')} (apt-get ${install.join(' ')})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-q', '-o', 'Dpkg::Use-Pty=0'];
  let code = await runCommand(apt, [...quiet, ...install], { env, stdout: 'stderr' });
  if (code !== 0) {
    await runCommand(apt, [...quiet, 'update'], { env, stdout: 'stderr' });
    code = await runCommand(apt, [...quiet, ...install], { env, stdout: 'stderr' });
  }
  if (code !== 0) throw new SetupError(`apt-get ended with ${code}: see its messages above`);
  const absent = programs.filter(({ names }) => findProgram(...names) === null);
  if (absent.length > 0)
    throw new SetupError(`${absent[0]?.names[0]} is not on PATH although its package is installed`);
}
