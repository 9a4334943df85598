import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { check } from '../../../../src/core/stresschaos/check/checker.js';
import { LanguageSettings } from '../../../../src/extension/language/setting-names.js';

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

/** What a snippet inserts when every default is taken. */
function inserted(snippet: Snippet): string {
  return snippet.body
    .join('\n')
    .replaceAll(/\$\{\d+:([^}]*)\}/g, '$1')
    .replaceAll('$0', '');
}

describe('snippets', () => {
  const snippets = JSON.parse(readFileSync('snippets/stresschaos.json', 'utf8')) as Record<string, Snippet>;

  for (const [name, snippet] of Object.entries(snippets)) {
    it(`${name} has no findings as it stands`, () => {
      const text = inserted(snippet);
      assert.doesNotMatch(text, /\$/);
      assert.deepEqual(check(text), [], text);
      const numbers = [...snippet.body.join('\n').matchAll(/\$\{(\d+):/g)].map((match) => Number(match[1]));
      assert.equal(new Set(numbers).size, numbers.length, 'a tab stop stands twice');
    });
  }
});

describe('settings of the language', () => {
  it('are those of package.json', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { configuration: { properties: Record<string, unknown> } };
    };
    for (const setting of Object.values(LanguageSettings)) {
      assert.ok(manifest.contributes.configuration.properties[setting], setting);
    }
  });
});
