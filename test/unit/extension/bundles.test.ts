import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIST = join(import.meta.dirname, '../../../../dist');
const read = (name: string) => readFileSync(join(DIST, name), 'utf8');

describe('the extension’s bundles', () => {
  it('the entry loads exactly seven others, when they are needed', () => {
    const imports = [...read('extension.cjs').matchAll(/\bimport\("([^"]+)"\)/g)].map(([, path]) => path);
    assert.deepEqual([...new Set(imports)].sort(), [
      './actions.cjs',
      './agent-setup.cjs',
      './lab.cjs',
      './manifests.cjs',
      './objects.cjs',
      './runs.cjs',
      './tooltips.cjs',
    ]);
  });

  it('the YAML parser and the Kubernetes client stay out of the entry', () => {
    assert.match(read('manifests.cjs'), /YAMLParseError/);
    assert.match(read('lab.cjs'), /WebSocket/);
    assert.doesNotMatch(read('extension.cjs'), /YAMLParseError|WebSocket/);
  });

  it('each stays within its size', () => {
    const limits = { 'extension.cjs': 120_000, 'webview/panel.js': 400_000 };
    for (const [name, bytes] of Object.entries(limits)) {
      assert.ok(Buffer.byteLength(read(name)) <= bytes, `${name} is larger than ${bytes} bytes`);
    }
  });
});
