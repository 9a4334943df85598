import { type FSWatcher, readdirSync, type Stats, statSync, watch } from 'node:fs';
import { join, posix } from 'node:path';
import type { PodIdentity } from '../../core/cgroup/identity.js';
import { podOfCgroup } from '../../core/cgroup/path.js';
import type { FoundCgroup } from './access.js';
import { isGone } from './files.js';

/** Up to this age the watches are believed; who asks for newer gets every directory looked at, ms. */
const WATCH_LAG_MS = 100;
/** So often every directory is looked at in any case, ms. */
const VERIFY_MS = 10_000;
/** A Pod's cgroups come in a row: they are taken in together, ms. */
const SETTLE_MS = 5;

interface Directory {
  readonly found: FoundCgroup;
  readonly parent: Directory | null;
  readonly children: Map<string, Directory>;
  readonly inode: number;
  /** Of a cgroup's directory this is two more than its children: it changes with them, and the times do not. */
  links: number;
  watcher: FSWatcher | null;
}

/**
 * The cgroups of one hierarchy, kept up to date without reading its directories again and again: inotify tells which
 * one changed (on cgroup v1 and v2 within a millisecond, for mkdir and rmdir). One that cannot be watched is looked
 * at instead: a change shows in its link count, or in a child that is gone or has another inode.
 */
export class CgroupTree {
  readonly #mount: string;
  readonly #scope: string;
  readonly #watchDirectory: typeof watch;
  readonly #directories = new Map<string, Directory>();
  readonly #changed = new Set<Directory>();
  #list: readonly FoundCgroup[] | null = null;
  #watchable = true;
  #polledAt = Number.NEGATIVE_INFINITY;
  #verifiedAt = Number.NEGATIVE_INFINITY;
  #settle: NodeJS.Timeout | null = null;

  constructor(mount: string, scope: string, watchDirectory: typeof watch = watch) {
    this.#mount = mount;
    this.#scope = scope;
    this.#watchDirectory = watchDirectory;
  }

  /** All cgroups, parents first, as they were at most `maxAgeMs` ago: the same array as long as nothing changed. */
  scan(maxAgeMs: number): readonly FoundCgroup[] {
    const root = this.#directories.get(this.#scope) ?? null;
    if (root === null) this.#enter(this.#scope, podOfCgroup(posix.dirname(this.#scope)), null);
    else this.#look(maxAgeMs);
    this.#takeChanges();
    this.#list ??= [...this.#directories.values()].map(({ found }) => found);
    return this.#list;
  }

  close(): void {
    if (this.#settle) clearTimeout(this.#settle);
    for (const directory of this.#directories.values()) directory.watcher?.close();
    this.#directories.clear();
    this.#list = null;
  }

  #look(maxAgeMs: number): void {
    const now = performance.now();
    const all = now - this.#verifiedAt > (maxAgeMs < WATCH_LAG_MS ? maxAgeMs : VERIFY_MS);
    if (!all && now - this.#polledAt <= maxAgeMs) return;
    this.#polledAt = now;
    if (all) this.#verifiedAt = now;
    for (const directory of this.#directories.values())
      if (all || directory.watcher === null) this.#compare(directory);
  }

  #compare(directory: Directory): void {
    const stats = this.#stat(directory.found.path);
    if (stats === null || stats.ino !== directory.inode) this.#changed.add(directory.parent ?? directory);
    else if (stats.nlink !== directory.links) this.#changed.add(directory);
  }

  #takeChanges(): void {
    for (const directory of this.#changed) this.#readAgain(directory);
    this.#changed.clear();
  }

  #readAgain(directory: Directory): void {
    const { found, parent, children } = directory;
    if (this.#directories.get(found.path) !== directory) return;
    const stats = this.#stat(found.path);
    if (stats === null || stats.ino !== directory.inode) {
      this.#leave(directory);
      if (parent === null) this.#enter(this.#scope, podOfCgroup(posix.dirname(this.#scope)), null);
      else this.#changed.add(parent);
      return;
    }
    directory.links = stats.nlink;
    const names = this.#namesIn(found.path);
    for (const [name, child] of children) {
      const same = names.has(name) && this.#stat(child.found.path)?.ino === child.inode;
      if (!same) this.#leave(child);
    }
    for (const name of names) {
      if (!children.has(name)) this.#enter(below(found.path, name), found.identity, directory);
    }
  }

  /** Watched first, then looked at, then read: whatever happens in between shows. */
  #enter(path: string, above: PodIdentity | null, parent: Directory | null): void {
    const watcher = this.#watch(path);
    const stats = this.#stat(path);
    if (stats === null) {
      watcher?.close();
      return;
    }
    const found = describe(path, above);
    const { ino: inode, nlink: links } = stats;
    const directory: Directory = { found, parent, children: new Map(), inode, links, watcher };
    watcher?.on('change', (event) => event === 'rename' && this.#announce(directory));
    watcher?.on('error', () => this.#unwatch(directory));
    this.#directories.set(path, directory);
    parent?.children.set(posix.basename(path), directory);
    this.#list = null;
    for (const name of this.#namesIn(path)) this.#enter(below(path, name), found.identity, directory);
  }

  #leave(directory: Directory): void {
    for (const child of directory.children.values()) this.#leave(child);
    this.#unwatch(directory);
    directory.parent?.children.delete(posix.basename(directory.found.path));
    this.#directories.delete(directory.found.path);
    this.#list = null;
  }

  #announce(directory: Directory): void {
    this.#changed.add(directory);
    this.#settle ??= setTimeout(() => {
      this.#settle = null;
      try {
        this.#takeChanges();
      } catch {
        // The changes are still to be taken in: whoever asks next gets the error.
      }
    }, SETTLE_MS).unref();
  }

  #watch(path: string): FSWatcher | null {
    if (!this.#watchable) return null;
    try {
      return this.#watchDirectory(join(this.#mount, path), { persistent: false });
    } catch (error) {
      // Out of watches (ENOSPC) or of inotify instances (EMFILE): it does not help to ask again for each directory.
      if (!isGone(error)) this.#watchable = false;
      return null;
    }
  }

  #unwatch(directory: Directory): void {
    directory.watcher?.close();
    directory.watcher = null;
  }

  #stat(path: string): Stats | null {
    return statSync(join(this.#mount, path), { throwIfNoEntry: false }) ?? null;
  }

  #namesIn(path: string): Set<string> {
    try {
      const entries = readdirSync(join(this.#mount, path), { withFileTypes: true });
      return new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
    } catch (error) {
      if (isGone(error)) return new Set();
      throw error;
    }
  }
}

function below(path: string, name: string): string {
  return path === '/' ? `/${name}` : `${path}/${name}`;
}

/** @param above what the path of the cgroup above it says */
function describe(path: string, above: PodIdentity | null): FoundCgroup {
  const identity = podOfCgroup(path);
  const isContainer = identity !== null && identity.containerId !== null;
  return {
    path,
    identity,
    container: isContainer && (above === null || above.containerId === null),
    pod: identity !== null && !isContainer && above === null,
  };
}
