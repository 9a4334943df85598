import assert from 'node:assert/strict';
import { check } from '../../../../src/core/stresschaos/check/checker.js';
import { formatFinding, TEXTS } from '../../../../src/core/stresschaos/format.js';
import { LOCALES } from '../../../../src/core/stresschaos/locale.js';
import { RULES } from '../../../../src/core/stresschaos/rules/index.js';
import { applyEdits, unmarked } from './marks.js';

describe('rule table', () => {
  for (const rule of RULES) {
    describe(rule.code, () => {
      rule.bad.forEach((example, index) => {
        it(`finds bad example ${index + 1}`, () => {
          const { text, range } = unmarked(example.text);
          const options = { chaosMeshVersion: example.version ?? null };
          const all = check(text, options);
          const found = all.filter((finding) => finding.code === rule.code);
          const here = found.find((each) => each.range.start === range.start && each.range.end === range.end);
          const said = all.map(
            (each) => `${each.code} ${each.range.start}-${each.range.end} ${formatFinding(each, 'en')}`,
          );
          assert.ok(
            here,
            `${rule.code} expected at ${range.start}-${range.end} of\n${text}\ngot:\n${said.join('\n')}`,
          );
          assert.equal(here.severity, example.severity ?? rule.severity);
          for (const locale of LOCALES) {
            assert.doesNotMatch(formatFinding(here, locale), /\{\w|undefined|NaN/, `${locale} leaves a hole`);
            assert.notEqual(formatFinding(here, locale), rule.code, `${locale} has no text`);
          }
          for (const [expected, edits] of [
            [example.fixed, here.fix],
            [example.suggested, here.suggestion],
          ] as const) {
            if (expected === undefined) continue;
            assert.ok(edits, 'no edit offered');
            const mended = applyEdits(text, edits);
            assert.equal(mended, expected);
            const left = check(mended, options).filter((finding) => finding.code === rule.code);
            assert.deepEqual(left, [], 'the edit leaves the mistake');
          }
          const silent = check(text, { ...options, disabled: new Set([rule.code]) });
          assert.ok(!silent.some((finding) => finding.code === rule.code), 'disabling the rule silences it');
        });
      });
      rule.good.forEach((example, index) => {
        it(`is silent on good example ${index + 1}`, () => {
          const found = check(example.text, { chaosMeshVersion: example.version ?? null });
          assert.deepEqual(
            found.filter((finding) => finding.code === rule.code),
            [],
          );
        });
      });
      it('has a golden text for its fix, and for its suggestion', () => {
        const findings = rule.bad.flatMap((example) => {
          const all = check(unmarked(example.text).text, { chaosMeshVersion: example.version ?? null });
          return all.filter((finding) => finding.code === rule.code);
        });
        const golden = (kind: 'fix' | 'suggestion', text: 'fixed' | 'suggested') =>
          !findings.some((finding) => finding[kind] !== undefined) ||
          rule.bad.some((each) => each[text] !== undefined);
        assert.ok(golden('fix', 'fixed'), 'a fix without a golden text');
        assert.ok(golden('suggestion', 'suggested'), 'a suggestion without a golden text');
      });
      it('has good and bad examples', () => assert.ok(rule.good.length > 0 && rule.bad.length > 0));
    });
  }

  it('knows every rule of the plan', () => {
    const codes = new Set(RULES.map((rule) => rule.code));
    for (let number = 1; number <= 44; number++) {
      assert.ok(codes.has(`MS${String(number).padStart(3, '0')}`), `MS${number} is missing`);
    }
  });

  it('has the same texts with the same holes in every language', () => {
    const english = TEXTS.en;
    for (const rule of RULES) assert.ok(english[rule.code], `${rule.code} has no text`);
    for (const locale of LOCALES) {
      assert.deepEqual(Object.keys(TEXTS[locale]), Object.keys(english), locale);
      for (const [key, text] of Object.entries(TEXTS[locale])) {
        assert.deepEqual(holes(text), holes(english[key] ?? ''), `${locale} ${key}`);
      }
    }
  });
});

function holes(text: string): string[] {
  return [...text.matchAll(/\{[a-z]+(?:\|\w+)?\}/g)].map((hole) => hole[0]).sort();
}
