import { mkdirSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tools } from '../preflight.js';

/** A file or folder of this machine that a container sees at a path of its own. */
export interface Mount {
  readonly source: string;
  /** Absolute. */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface RootOptions {
  readonly mounts: readonly Mount[];
  /** `readOnlyRootFilesystem`. */
  readonly readOnly: boolean;
}

/** What stays writable in a read-only root: the kernel's own file systems. */
const KERNEL_FOLDERS = ['dev', 'proc', 'sys'];

// Only positional arguments reach it: ROOT ro|rw MOUNT CHROOT (SOURCE TARGET ro|rw)... -- COMMAND...
const SCRIPT =
  'root=$1; mode=$2; mount=$3; chroot=$4; shift 4; ' +
  '"$mount" --bind "$root" "$root" || exit 125; ' +
  'while [ "$1" != "--" ]; do "$mount" --rbind "$1" "$root$2" || exit 125; ' +
  'if [ "$3" = ro ]; then "$mount" -o remount,bind,ro "$root$2" || exit 125; fi; shift 3; done; shift; ' +
  'if [ "$mode" = ro ]; then "$mount" -o remount,bind,ro "$root" || exit 125; fi; ' +
  'cd /; exec "$chroot" "$root" "$@"';

/**
 * A root of its own for a container: what stands in this machine's root, with the container's volumes and its image's
 * files beside or over it. The mounts live in the container's mount namespace alone and go with it; on the machine
 * there are only the empty folders that they are made on.
 */
export class ContainerRoot {
  readonly #folder: string;
  readonly #options: RootOptions;

  /** Makes the folder with a place for everything that is mounted. Throws Error. */
  constructor(folder: string, options: RootOptions) {
    this.#folder = folder;
    this.#options = options;
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const own = this.#ownFolders();
    for (const name of readdirSync('/')) {
      if (own.has(name)) continue;
      const kind = kindOf(join('/', name));
      if (kind === 'link') symlinkSync(readlinkSync(join('/', name)), join(folder, name));
      else if (kind !== null) place(join(folder, name), kind);
    }
    for (const { source, target } of options.mounts) {
      const [, top = ''] = target.split('/', 2);
      // Below a folder of this machine the target is there already, or the Pod would have been refused.
      if (own.has(top) || kindOf(join('/', top)) === null) {
        place(join(folder, target), kindOf(source) === 'folder' ? 'folder' : 'file');
      }
    }
  }

  /** The command line that enters the root and becomes the command. */
  enter({ unshare, sh, mount, chroot }: Tools, command: readonly string[]): string[] {
    const { mounts, readOnly } = this.#options;
    const own = this.#ownFolders();
    const machine = readdirSync('/').filter((name) => !own.has(name) && isMountable(join('/', name)));
    const base = machine.map((name): Mount => {
      const path = join('/', name);
      return { source: path, target: path, readOnly: readOnly && !KERNEL_FOLDERS.includes(name) };
    });
    const triples = [...base, ...mounts].flatMap((one) => [
      one.source,
      one.target,
      one.readOnly ? 'ro' : 'rw',
    ]);
    const mode = readOnly ? 'ro' : 'rw';
    const script = [sh, '-c', SCRIPT, 'sh', this.#folder, mode, mount, chroot, ...triples, '--'];
    return [unshare, '--mount', '--', ...script, ...command];
  }

  /** Removes the folder; nothing is mounted on it here. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Folders of the root that belong to single files of the image: this machine's are not seen there. */
  #ownFolders(): Set<string> {
    const files = this.#options.mounts.filter(({ source, target }) => {
      const folder = dirname(target);
      return (
        kindOf(source) === 'file' && dirname(folder) === '/' && !KERNEL_FOLDERS.includes(folder.slice(1))
      );
    });
    return new Set(files.map(({ target }) => dirname(target).slice(1)));
  }
}

type Kind = 'folder' | 'file' | 'link';

function kindOf(path: string): Kind | null {
  try {
    readlinkSync(path);
    return 'link';
  } catch {
    // Not a link, or not there.
  }
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : found.isDirectory() ? 'folder' : 'file';
}

function isMountable(path: string): boolean {
  const kind = kindOf(path);
  return kind === 'folder' || kind === 'file';
}

function place(path: string, kind: 'folder' | 'file'): void {
  if (kind === 'folder') mkdirSync(path, { recursive: true, mode: 0o755 });
  else {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, '');
  }
}
