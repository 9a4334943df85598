import assert from 'node:assert/strict';
import { check } from '../../../../src/core/stresschaos/check/checker.js';
import { holdsOnlyStressChaos } from '../../../../src/core/stresschaos/only.js';
import { schedule, stress } from '../../../../src/core/stresschaos/rules/example.js';
import { jsonSchema, permissiveSchema } from '../../../../src/core/stresschaos/spec/json-schema.js';
import { YamlLanguageServer } from '../../../../tools/yaml-language-server.js';

const URI = 'file:///manifest.yaml';
const WRONG = stress({ mode: 'sometimes', memory: ["workers: 'four'", 'sizes: 50Mi'] });

describe('beside the real yaml-language-server', function () {
  this.timeout(60_000);

  it('the permissive schema keeps it quiet about what we say, and lets it complete and explain', async () => {
    const server = await YamlLanguageServer.start(JSON.stringify(permissiveSchema()));
    try {
      assert.deepEqual(await server.open(URI, WRONG), []);
      assert.ok(check(WRONG).some((finding) => finding.code === 'MS001'));
      const line = WRONG.split('\n').findIndex((each) => each.includes('sizes'));
      const items = await server.complete(URI, { line, character: 6 });
      assert.ok(
        items.some((item) => item.label === 'oomScoreAdj'),
        items.map((item) => item.label).join(),
      );
      const hovered = JSON.stringify(await server.hover(URI, { line: line - 1, character: 8 }));
      assert.match(hovered, /share the memory/);
    } finally {
      await server.stop();
    }
  });

  it('the published schema finds what a schema can find', async () => {
    const server = await YamlLanguageServer.start(JSON.stringify(jsonSchema()));
    try {
      assert.deepEqual(await server.open(URI, stress()), [], 'a flawless StressChaos');
      const found = await server.change(URI, 2, WRONG);
      assert.ok(found.length >= 1, 'a wrong one');
      assert.deepEqual(await server.change(URI, 3, schedule()), [], 'a flawless Schedule');
    } finally {
      await server.stop();
    }
  });

  it('the schema is offered only for files of nothing but StressChaos', () => {
    assert.ok(holdsOnlyStressChaos(stress()));
    assert.ok(holdsOnlyStressChaos(`# c\n---\n${stress()}---\n${stress()}---\n# end\n`));
    assert.ok(holdsOnlyStressChaos(stress().replaceAll('\n', '\r\n')));
    assert.ok(!holdsOnlyStressChaos(`${stress()}---\nkind: Pod\n`));
    assert.ok(!holdsOnlyStressChaos(schedule()));
    assert.ok(!holdsOnlyStressChaos(stress({ mode: '{{ .Values.mode }}' })));
    assert.ok(!holdsOnlyStressChaos(''));
  });
});
