import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { RULES } from '../../../../src/core/stresschaos/rules/index.js';
import { readFast } from '../../../../src/core/stresschaos/yaml/fast.js';
import { readFully } from '../../../../src/core/stresschaos/yaml/read.js';
import { splitDocuments } from '../../../../src/core/stresschaos/yaml/split.js';
import { randomEdit, seededRandom } from './random.js';

/** Every manifest we have, cut into documents. */
function corpus(): string[] {
  const examples = RULES.flatMap((rule) => [...rule.good, ...rule.bad].map((example) => example.text));
  const files = [readFileSync('test/fixtures/grammars/manifests.yaml', 'utf8')];
  return [...examples, ...files]
    .map((text) => text.replace('«', '').replace('»', ''))
    .flatMap((text) => splitDocuments(text).map((chunk) => chunk.text));
}

/** Whether the fast reader answered; asserts that the full parser agrees to the last offset. */
function agrees(text: string): boolean {
  const fast = readFast(text);
  if (fast === null) return false;
  const full = readFully(text);
  assert.deepEqual(full.problems, [], `the parser has problems with\n${text}`);
  assert.deepEqual(fast.root, full.root, text);
  return true;
}

describe('the fast YAML reader', function () {
  this.timeout(60_000);

  it('reads nearly every manifest, and as the full parser does', () => {
    const texts = corpus();
    const read = texts.filter(agrees).length;
    assert.ok(read / texts.length > 0.9, `${read} of ${texts.length}`);
  });

  it('agrees on what looks nearly plain', () => {
    const texts = [
      'a: b\n',
      'a:\n',
      'a: # c\n',
      'a:  b  # c\n',
      'a: b#c\n',
      'a: b #\n',
      "a: 'it''s'\n",
      'a: ""\n',
      'a: -1\n',
      'a: --x\n',
      'a: - b\n',
      'a:\n- b\n- c\n',
      'a:\n  - b\n  - c: d\n    e: f\n',
      '- a\n- b: c\n',
      'a:\n  b: c\n d: e\n',
      'a: b\n  c\n',
      'a: b: c\n',
      'a: b:\n',
      'a: [x, y, z]\n',
      'a: [x,y]\n',
      'a: []\n',
      'a: {}\n',
      'a: { b: c, d: [e] } # f\n',
      'a: {b:c}\n',
      'a: {b: c,}\n',
      'a: [a b, "c, d"]\n',
      'a: [-1, - 2]\n',
      '---\na: b\n',
      '--- # c\na: b\n',
      '---\n',
      '',
      '\n\n',
      '# c\n',
      '# c',
      'a: b\n# c',
      'a: b\n\n  # c\n\nc: d',
      'a: b\r\nc:\r\n  d: e\r\n',
      'a: |\n  b\n',
      'a: &x b\n',
      'a: *x\n',
      'a: !t b\n',
      '? a\n',
      '"a": b\n',
      "'a/b': c\n",
      '"": a\n',
      "'it''s': a\n",
      'x: {"a": b}\n',
      "- 'a': b\n",
      "- 'a'\n",
      'a : b\n',
      'a: b\n...\n',
      '%YAML 1.2\n---\na: b\n',
      'a: 𝄞 x\n',
      'é: b\n',
      'a:\n  - \n  - b\n',
      'a:\n  -\n    b: c\n',
      'a: b\n---x: y\n',
      'a: {b: [c, {d: e}]}\n',
      'a: "b\n  c"\n',
      'a: [b\n  , c]\n',
      'a: b,c]}\n',
      'a: x?y\n',
      'a: ?\n',
      'a:\n  b:\n  - c\n  d: e\n',
      'a:\n-  b:  c\n   d: e\n- f: g\n',
      'a: "b" c\n',
      "a: 'b'#c\n",
      'a: [b]#c\n',
      'a:b\n',
      'a:\n    b: c\n  d: e\n',
      '  a: b\n  c: d\n',
      ' - a\n - b\n',
      'a: b\n- c\n',
      '- a\nb: c\n',
      'a: .5\n',
      '.a: b\n',
      'a: ...\n',
      'a: ---\n',
      'a: "---"\n',
      'a: `x`\n',
      'a: %x\n',
      'a: @x\n',
      'a: b: \n',
      "a: ':'\n",
      'a: b:c\n',
      'a: ::b\n',
      'a: [b:c]\n',
      'a: [b: c]\n',
      'a: {b: }\n',
      'a: {b}\n',
      'a: {"b": c}\n',
      'a: { b: c }x\n',
      'a: b\u00a0c\n',
      'a: \u00a0b\n',
    ];
    for (const text of texts) agrees(text);
  });

  it('agrees after thousands of random edits', () => {
    const texts = corpus();
    const random = seededRandom(20_261_120);
    let read = 0;
    for (let round = 0; round < 6_000; round++) {
      let text = texts[Math.floor(random() * texts.length)] ?? '';
      for (let edits = 1 + Math.floor(random() * 3); edits > 0; edits--) text = randomEdit(text, random);
      if (agrees(text)) read++;
    }
    assert.ok(read > 1_000, `${read} read`);
  });
});
