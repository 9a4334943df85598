import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patience } from '../../../tools/system/patience.js';
import { makeGuestImage } from './image.js';
import { CHECKS, type CheckResult, MARK } from './titles.js';

/** An emulated machine on a loaded one is slow; the whole tier has ten minutes. */
const BOOT_AND_PLAY_MS = Math.min(patience(180_000).allowedMs, 480_000);
const GUEST_WAIT_MS = Math.min(patience(60_000).allowedMs, 240_000);

// Without huge pages: the kernel rounds up to 2 MiB what a process has begun to use, whenever it finds the time.
const BOOT = 'console=ttyS0 quiet panic=1 psi=1 log_buf_len=128K transparent_hugepage=never';

/** Boots the image and waits until it powers off. The console's text, whatever happened. */
async function play(kernel: string, initrd: string, folder: string): Promise<string> {
  const console_ = join(folder, 'console');
  const args = [
    // Emulation: nested virtualisation fails on machines that are virtual themselves.
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max'],
    ...['-m', '1200', '-smp', '2', '-kernel', kernel, '-initrd', initrd],
    ...['-append', `${BOOT} podstress_wait_ms=${GUEST_WAIT_MS}`],
    ...['-nic', 'none', '-nographic', '-no-reboot', '-serial', `file:${console_}`, '-monitor', 'none'],
  ];
  const qemu = spawn('qemu-system-x86_64', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  qemu.stderr.on('data', (data: Buffer) => {
    complaint += data.toString();
  });
  const timer = setTimeout(() => qemu.kill('SIGKILL'), BOOT_AND_PLAY_MS);
  const code = await new Promise<number | null>((resolve) => qemu.once('exit', resolve));
  clearTimeout(timer);
  const text = existsSync(console_) ? readFileSync(console_, 'utf8') : '';
  return code === 0 ? text : `${text}\nQEMU ended with ${code}: ${complaint}`;
}

describe('the agent on a kernel with cgroup v2 (in a small virtual machine)', function () {
  this.timeout(BOOT_AND_PLAY_MS + 120_000);
  const results = new Map<string, CheckResult>();
  let console_ = '';

  before(async function () {
    if (process.arch !== 'x64' || !existsSync('/etc/debian_version')) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'podstress-test-guest-'));
    try {
      const { kernel, initrd } = await makeGuestImage('test/kernel/guest/scenario.ts', folder);
      console_ = await play(kernel, initrd, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    for (const line of console_.split(/\r?\n/)) {
      const at = line.indexOf(MARK);
      if (at === -1) continue;
      const result = JSON.parse(line.slice(at + MARK.length)) as CheckResult;
      results.set(result.check, result);
    }
  });

  for (const title of CHECKS) {
    it(title, () => {
      const result = results.get(title);
      assert.ok(result, `the guest did not get that far; its console ends:\n${console_.slice(-3000)}`);
      assert.equal(result.error, null);
    });
  }
});
