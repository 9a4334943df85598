import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Container, Pod, Volume } from '../../core/kubernetes/objects.js';
import type { Mount } from './root.js';

/** What hostPath's `type` asks of the path; the rest of the types make or need what the sandbox does not have. */
const HOST_PATH_CHECKS: Readonly<Record<string, (path: string) => boolean>> = {
  '': existsSync,
  Directory: (path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  File: (path) => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true,
  CharDevice: (path) => lstatSync(path, { throwIfNoEntry: false })?.isCharacterDevice() === true,
};

export const HOST_PATH_TYPES = Object.keys(HOST_PATH_CHECKS);

/** The volumes of one Pod: paths of this machine, and folders that go with the Pod. */
export class PodVolumes {
  readonly #folder: string;
  readonly #sources = new Map<string, string>();

  /** Makes the Pod's emptyDirs below the folder. Throws Error where a hostPath is not what it should be. */
  constructor(folder: string, pod: Pod) {
    this.#folder = join(folder, 'volumes', pod.metadata.uid ?? pod.metadata.name);
    for (const volume of pod.spec.volumes ?? []) this.#sources.set(volume.name, this.#source(volume));
  }

  mounts(container: Container): Mount[] {
    return (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
      source: this.#sources.get(name) ?? '',
      target: mountPath,
      readOnly: readOnly === true,
    }));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #source({ name, hostPath }: Volume): string {
    if (hostPath === undefined) {
      const path = join(this.#folder, name);
      mkdirSync(path, { recursive: true, mode: 0o777 });
      return path;
    }
    const { path, type = '' } = hostPath;
    if (HOST_PATH_CHECKS[type]?.(path) !== true) {
      throw new Error(
        `hostPath type check failed: ${path} is not a ${type === '' ? 'path of this machine' : type}`,
      );
    }
    return path;
  }
}

/** Whether a container can have something mounted there without leaving a folder behind on this machine. */
export function isMountPoint(path: string): boolean {
  const parts = path.split('/');
  const [, top = ''] = parts;
  if (!path.startsWith('/') || top === '' || parts.includes('..') || ['proc', 'sys'].includes(top))
    return false;
  return existsSync(path) || !existsSync(join('/', top));
}
