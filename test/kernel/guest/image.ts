import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { PACKAGES } from '../../../src/sandbox/preflight.js';
import { ROOT } from '../../../tools/root.js';
import { ensurePrograms } from '../../../tools/setup/debian.js';

/** Programs of this machine that run in the guest as well, with their libraries. */
const PROGRAMS = new Set([...Object.keys(PACKAGES), 'node', 'cat', 'tail', 'sleep', 'timeout']);
/** What ships: the agent, and the command line with the sandbox in it. */
const SHIPPED = ['agent.cjs', 'podstress.cjs', 'sandbox-programs.cjs'];
const KERNEL_META = 'linux-image-cloud-amd64';

const INIT = `#!/bb/busybox sh
export PATH=/usr/bin:/bb
/bb/busybox mkdir -p /proc /sys /dev /tmp /run
/bb/busybox mount -t proc proc /proc
/bb/busybox mount -t sysfs sysfs /sys
/bb/busybox mount -t devtmpfs dev /dev
/bb/busybox mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
/bb/busybox mount -t tmpfs tmp /tmp
echo on > /proc/sys/kernel/printk_devkmsg
echo 1 > /proc/sys/kernel/printk
/bb/busybox ip link set lo up
# Emulation has to translate anew what is compiled at run time: interpreted it is faster.
NODE_OPTIONS=--jitless PODSTRESS_AGENT=/app/agent.cjs node /scenario.cjs > /dev/ttyS0 2>&1
/bb/busybox poweroff -f
`;

/** What QEMU needs to boot. */
export interface GuestImage {
  readonly kernel: string;
  readonly initrd: string;
}

function output(program: string, args: readonly string[], cwd = ROOT): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Debian's own small kernel, downloaded once and unpacked, not installed. */
function ensureKernel(folder: string): string {
  const boot = join(folder, 'kernel/boot');
  const found = (): string | undefined =>
    existsSync(boot) ? readdirSync(boot).find((file) => file.startsWith('vmlinuz-')) : undefined;
  if (!found()) {
    const name = /Depends: (linux-image-\S+)/.exec(output('apt-cache', ['depends', KERNEL_META]))?.[1];
    if (!name) throw new Error(`apt does not know ${KERNEL_META}: run apt-get update`);
    output('apt-get', ['download', '-q', name], folder);
    const archive = readdirSync(folder).find(
      (file) => file.startsWith('linux-image') && file.endsWith('.deb'),
    );
    output('dpkg', ['-x', archive ?? '', join(folder, 'kernel')], folder);
  }
  return join(boot, found() ?? '');
}

function libraries(program: string): string[] {
  return [...output('ldd', [program]).matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
}

function put(root: string, from: string, to: string): void {
  const target = join(root, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(from, target);
}

/** Where in the guest each file of the base comes from: programs and libraries, none of them ours. */
function baseFiles(): Map<string, string> {
  const files = new Map([['bb/busybox', output('which', ['busybox']).trim()]]);
  for (const name of PROGRAMS) {
    const program = name === 'node' ? process.execPath : output('which', [name]).trim();
    files.set(`usr/bin/${name}`, program);
    for (const library of libraries(program)) files.set(library.slice(1), library);
  }
  return new Map([...files].map(([to, from]) => [to, realpathSync(from)]));
}

/** A cpio archive of a folder, as the kernel unpacks several of, one after the other. */
function archive(folder: string, file: string): void {
  const pack = 'find . | busybox cpio -o -H newc > "$1" 2>/dev/null';
  execFileSync('sh', ['-c', pack, 'cpio', file], { cwd: folder });
}

/** The base's archive, packed once for each content. */
function ensureBase(cache: string, workFolder: string): string {
  const files = baseFiles();
  const hash = createHash('sha256');
  for (const [to, from] of files) hash.update(`${to}\0`).update(readFileSync(from));
  const packed = join(cache, `base-${hash.digest('hex').slice(0, 16)}.cpio`);
  if (!existsSync(packed)) {
    const root = join(workFolder, 'base');
    for (const [to, from] of files) put(root, from, to);
    mkdirSync(join(root, 'bin'));
    symlinkSync('../usr/bin/sh', join(root, 'bin/sh'));
    // Whole or not at all: others may look for it at the same time.
    const fresh = `${packed}.${process.pid}`;
    archive(root, fresh);
    renameSync(fresh, packed);
    rmSync(root, { recursive: true });
  }
  return packed;
}

/** An initramfs of this machine's Node, the bundles as they ship and a scenario that the guest plays. */
export async function makeGuestImage(scenario: string, workFolder: string): Promise<GuestImage> {
  await ensurePrograms([
    { names: ['qemu-system-x86_64'], debianPackage: 'qemu-system-x86' },
    { names: ['busybox'], debianPackage: 'busybox-static' },
    ...Object.entries(PACKAGES).map(([name, debianPackage]) => ({ names: [name], debianPackage })),
  ]);
  const cache = join(ROOT, '.tools/guest');
  mkdirSync(cache, { recursive: true });
  const kernel = ensureKernel(cache);
  const initrd = join(workFolder, 'initrd');
  copyFileSync(ensureBase(cache, workFolder), initrd);
  const root = join(workFolder, 'root');
  for (const name of SHIPPED) put(root, join(ROOT, 'dist', name), `app/${name}`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [scenario],
    outfile: join(root, 'scenario.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  writeFileSync(join(root, 'init'), INIT, { mode: 0o755 });
  const ours = join(workFolder, 'ours.cpio');
  archive(root, ours);
  appendFileSync(initrd, readFileSync(ours));
  return { kernel, initrd };
}
