import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { AGENT_MANIFESTS, agentManifests, kustomize, manifestText } from '../../../tools/build/kustomize.js';
import { ROOT } from '../../../tools/root.js';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe("the agent's manifests that ship with the extension", () => {
  for (const [level, folder] of Object.entries(AGENT_MANIFESTS)) {
    it(`${level}: what kubectl kustomize ${folder} makes`, function () {
      // Optional: neither Debian nor npm has it.
      if (!hasKubectl) this.skip();
      const made = spawnSync('kubectl', ['kustomize', join(ROOT, folder)], { encoding: 'utf8' });
      assert.equal(made.status, 0, made.stderr);
      assert.deepEqual(documents(manifestText(kustomize(join(ROOT, folder)))), documents(made.stdout));
    });
  }

  it('are written to dist/ by the build', () => {
    for (const [name, text] of agentManifests(ROOT)) {
      assert.equal(readFileSync(join(ROOT, 'dist', name), 'utf8'), text);
    }
  });

  it('grant more from level to level', () => {
    const container = (name: string) => {
      const found = agentManifests(ROOT).find(([file]) => file === `manifests/${name}.yaml`);
      const set = documents(found?.[1] ?? '').find((one) => one['kind'] === 'DaemonSet');
      return JSON.stringify(set);
    };
    assert.doesNotMatch(container('counters'), /privileged|hostPID|allow-stress|dev\/kmsg/);
    assert.match(container('kernel-log'), /"privileged":true/);
    assert.doesNotMatch(container('kernel-log'), /hostPID|allow-stress|"drop"/);
    assert.match(container('stress'), /"hostPID":true/);
    assert.match(container('stress'), /--allow-stress/);
  });

  it('refuse what they cannot render', () => {
    assert.throws(() => kustomize(join(ROOT, 'deploy')), /ENOENT/);
    assert.deepEqual(parse(manifestText([{ b: 1, a: 'x' }])), { a: 'x', b: 1 });
  });
});

/** Keyed lists in the order of their keys: kustomize puts a patch's items before the others. */
function documents(text: string): Record<string, unknown>[] {
  return parseAllDocuments(text).map((one) => sorted(one.toJS()) as Record<string, unknown>);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    return items.every((item) => typeof item === 'object')
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]) => [key, sorted(child)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
