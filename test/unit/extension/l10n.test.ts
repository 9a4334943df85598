import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');
const LANGUAGES = ['zh-cn', 'ja', 'fr'];
const CALL = /l10n\s*\.t\(\s*/g;
const LITERAL = /^'((?:[^'\\]|\\.)*)'/;

function json(path: string): Record<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  assert.ok(typeof value === 'object' && value !== null);
  return value as Record<string, unknown>;
}

/** Every message of `l10n.t` in the extension's sources, and the calls whose message is no literal. */
function messages(): { found: Set<string>; unreadable: string[] } {
  const found = new Set<string>();
  const unreadable: string[] = [];
  const sources = readdirSync(join(ROOT, 'src/extension'), { recursive: true, encoding: 'utf8' });
  for (const file of sources.filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join(ROOT, 'src/extension', file), 'utf8');
    for (const call of text.matchAll(CALL)) {
      const rest = text.slice(call.index + call[0].length);
      const literal = LITERAL.exec(rest)?.[1];
      if (literal === undefined) unreadable.push(`${file}: l10n.t(${rest.slice(0, 40)}`);
      else found.add(literal.replace(/\\(.)/g, '$1'));
    }
  }
  return { found, unreadable };
}

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();
}

describe('l10n', () => {
  const { found, unreadable } = messages();

  it('every message is a literal, so that it can be translated', () => {
    assert.deepEqual(unreadable, []);
    assert.ok(found.size > 100, `only ${found.size} messages were found`);
  });

  for (const language of LANGUAGES) {
    it(`${language}: every message is translated with the same placeholders, and nothing else is`, () => {
      const bundle = json(`l10n/bundle.l10n.${language}.json`);
      assert.deepEqual(
        [...found].filter((message) => bundle[message] === undefined),
        [],
        'untranslated',
      );
      assert.deepEqual(
        Object.keys(bundle).filter((message) => !found.has(message)),
        [],
        'translated but not used',
      );
      for (const [message, translation] of Object.entries(bundle)) {
        assert.ok(typeof translation === 'string' && translation.trim() !== '', message);
        assert.deepEqual(placeholders(translation), placeholders(message), message);
      }
    });

    it(`${language}: package.nls has the same keys, and keeps links and commands`, () => {
      const english = json('package.nls.json');
      const translated = json(`package.nls.${language}.json`);
      assert.deepEqual(Object.keys(translated).sort(), Object.keys(english).sort());
      const links = (text: unknown) =>
        [...String(text).matchAll(/\]\((command:[\w.]+)\)/g)].map(([, link]) => link);
      for (const [key, text] of Object.entries(english)) {
        assert.deepEqual(links(translated[key]), links(text), key);
      }
    });
  }

  it('package.json uses the keys of package.nls.json, all of them', () => {
    const used = new Set(
      [...readFileSync(join(ROOT, 'package.json'), 'utf8').matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key),
    );
    assert.deepEqual([...used].sort(), Object.keys(json('package.nls.json')).sort());
  });
});
