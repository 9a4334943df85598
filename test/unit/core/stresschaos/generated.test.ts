import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { LIVE_RULES } from '../../../../src/core/stresschaos/live/index.js';
import { LOCALES } from '../../../../src/core/stresschaos/locale.js';
import { ruleCodes, rulePage } from '../../../../src/core/stresschaos/rule-page.js';
import { RULES } from '../../../../src/core/stresschaos/rules/index.js';
import { SHAPES, shapeOf } from '../../../../src/core/stresschaos/spec/index.js';
import { jsonSchema, permissiveSchema } from '../../../../src/core/stresschaos/spec/json-schema.js';
import type { FieldType } from '../../../../src/core/stresschaos/spec/types.js';

/** Compares a committed file with what it is made from; `UPDATE_GENERATED=1` writes it anew. */
function upToDate(path: string, expected: string): void {
  if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(path, expected);
  assert.equal(
    readFileSync(path, 'utf8'),
    expected,
    `${path} is out of date: run the unit tests with UPDATE_GENERATED=1`,
  );
}

describe('files made from the tables', () => {
  it('docs/rules.md', () => {
    const intro = [
      '# Rules',
      '',
      'What Podstress says about a StressChaos manifest, also inside Schedule, Workflow and List. Errors are what Kubernetes or',
      'Chaos Mesh rejects, or what makes the stress silently not happen. Rules from MS101 on hold the manifest against the cluster',
      'that you are connected to. This page is made from the rule tables (`src/core/stresschaos/rules` and `live`); edit it there.',
      '',
    ].join('\n');
    upToDate(
      'docs/rules.md',
      `${intro}\n${ruleCodes()
        .map((code) => rulePage(code, 'en'))
        .join('\n')}`,
    );
  });

  it('schemas/stresschaos.schema.json', () => {
    upToDate('schemas/stresschaos.schema.json', `${JSON.stringify(jsonSchema(), null, 2)}\n`);
  });

  it('a rule page exists in every language for every rule', () => {
    for (const locale of LOCALES) {
      for (const rule of [...RULES, ...LIVE_RULES])
        assert.match(rulePage(rule.code, locale), /```yaml/, `${rule.code} ${locale}`);
    }
  });
});

describe('spec table', () => {
  it('refers only to shapes it has, and has prose in every language', () => {
    const visit = (type: FieldType): void => {
      if (type.type === 'object') shapeOf(type.shape);
      else if (type.type === 'list' || type.type === 'map') visit(type.of);
    };
    for (const shape of SHAPES) {
      for (const field of shape.fields) {
        visit(field.type);
        for (const locale of LOCALES)
          assert.ok(field.prose[locale].length > 1, `${shape.name}.${field.name} ${locale}`);
      }
    }
  });

  it('gives a permissive schema without a single constraint', () => {
    const text = JSON.stringify(permissiveSchema());
    for (const word of [
      '"type":"string"',
      '"type":"integer"',
      'required"',
      '"enum"',
      '"maximum"',
      'additionalProperties',
      '"const"',
    ]) {
      assert.ok(!text.includes(word), word);
    }
    assert.ok(text.includes('"workers"'));
  });
});
