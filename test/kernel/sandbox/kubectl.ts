import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KubectlResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The real kubectl of this machine, with a kubeconfig and a home of its own. */
export class Kubectl {
  readonly #kubeconfig: string;
  readonly #home = mkdtempSync(join(tmpdir(), 'podstress-test-kubectl-'));

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

  /** Optional: neither Debian nor npm has it. */
  static isThere(): boolean {
    return spawnSync('kubectl', ['version', '--client']).status === 0;
  }

  spawn(args: readonly string[]): ChildProcess {
    const env = { PATH: process.env['PATH'] ?? '', HOME: this.#home, KUBECONFIG: this.#kubeconfig };
    return spawn('kubectl', args, { env, stdio: 'pipe' });
  }

  run(args: readonly string[], input = ''): Promise<KubectlResult> {
    return new Promise((resolve, reject) => {
      const child = this.spawn(args);
      let out = '';
      let err = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out, err }));
      child.stdin?.end(input);
    });
  }

  /** What it prints when it succeeds. */
  async ok(args: readonly string[], input = ''): Promise<string> {
    const { code, out, err } = await this.run(args, input);
    assert.equal(code, 0, `kubectl ${args.join(' ')}: ${err}`);
    return out;
  }

  dispose(): void {
    rmSync(this.#home, { recursive: true });
  }
}
