import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../../tools/root.js';
import { ensurePrograms } from '../../../tools/setup/debian.js';

/** Programs of this machine that run in the guest as well, with their libraries. */
const PROGRAMS = [
  'node',
  'sh',
  'cat',
  'tail',
  'sleep',
  'setpriv',
  'nsenter',
  'unshare',
  'timeout',
  'stress-ng',
];
const KERNEL_META = 'linux-image-cloud-amd64';

const INIT = `#!/bb/busybox sh
export PATH=/usr/bin:/bb
/bb/busybox mkdir -p /proc /sys /dev /tmp /run
/bb/busybox mount -t proc proc /proc
/bb/busybox mount -t sysfs sysfs /sys
/bb/busybox mount -t devtmpfs dev /dev
/bb/busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
/bb/busybox mount -t tmpfs tmp /tmp
echo on > /proc/sys/kernel/printk_devkmsg
echo 1 > /proc/sys/kernel/printk
/bb/busybox ip link set lo up
PODSTRESS_AGENT=/agent.cjs node /scenario.cjs > /dev/ttyS0 2>&1
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
  if (!existsSync(target)) copyFileSync(realpathSync(from), target);
}

/** An initramfs of this machine's Node, the agent as it ships and a scenario that the guest plays. */
export async function makeGuestImage(scenario: string, workFolder: string): Promise<GuestImage> {
  await ensurePrograms([
    { names: ['qemu-system-x86_64'], debianPackage: 'qemu-system-x86' },
    { names: ['busybox'], debianPackage: 'busybox-static' },
    { names: ['stress-ng'], debianPackage: 'stress-ng' },
  ]);
  const cache = join(ROOT, '.tools/guest');
  mkdirSync(cache, { recursive: true });
  const kernel = ensureKernel(cache);
  const root = join(workFolder, 'root');
  put(root, output('which', ['busybox']).trim(), 'bb/busybox');
  for (const name of PROGRAMS) {
    const program = name === 'node' ? process.execPath : output('which', [name]).trim();
    put(root, program, join('usr/bin', name));
    for (const library of libraries(program)) put(root, library, library);
  }
  mkdirSync(join(root, 'bin'), { recursive: true });
  symlinkSync('../usr/bin/sh', join(root, 'bin/sh'));
  for (const [entry, outfile] of [
    ['src/agent/main.ts', 'agent.cjs'],
    [scenario, 'scenario.cjs'],
  ] as const) {
    await build({
      absWorkingDir: ROOT,
      entryPoints: [entry],
      outfile: join(root, outfile),
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
    });
  }
  writeFileSync(join(root, 'init'), INIT);
  chmodSync(join(root, 'init'), 0o755);
  const initrd = join(workFolder, 'initrd');
  execFileSync('sh', ['-c', 'find . | busybox cpio -o -H newc > "$1" 2>/dev/null', 'cpio', initrd], {
    cwd: root,
  });
  return { kernel, initrd };
}
