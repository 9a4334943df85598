import assert from 'node:assert/strict';
import { NO_SURROUNDINGS } from '../../../../src/core/kubernetes/surroundings.js';
import { check } from '../../../../src/core/stresschaos/check/checker.js';
import type { Finding } from '../../../../src/core/stresschaos/finding.js';
import { formatFinding, TEXTS } from '../../../../src/core/stresschaos/format.js';
import { checkLive, LiveDocuments } from '../../../../src/core/stresschaos/live/check.js';
import { LIVE_RULES } from '../../../../src/core/stresschaos/live/index.js';
import type { LiveWorld } from '../../../../src/core/stresschaos/live/world.js';
import { LOCALES } from '../../../../src/core/stresschaos/locale.js';
import { applyEdits, unmarked } from './marks.js';

function live(text: string, world: LiveWorld, disabled?: ReadonlySet<string>): Finding[] {
  return [...new LiveDocuments().read(text)].flatMap((document) => [
    ...checkLive(document, world, disabled).findings,
  ]);
}

function said(findings: readonly Finding[]): string {
  return findings
    .map((each) => `${each.code} ${each.range.start}-${each.range.end} ${formatFinding(each, 'en')}`)
    .join('\n');
}

describe('live rule table', () => {
  for (const rule of LIVE_RULES) {
    describe(rule.code, () => {
      rule.bad.forEach((example, index) => {
        it(`finds bad example ${index + 1}`, () => {
          const { text, range } = unmarked(example.text);
          const all = live(text, example.world);
          const here = all.find(
            (each) =>
              each.code === rule.code && each.range.start === range.start && each.range.end === range.end,
          );
          assert.ok(
            here,
            `${rule.code} expected at ${range.start}-${range.end} of\n${text}\ngot:\n${said(all)}`,
          );
          assert.equal(here.severity, example.severity ?? rule.severity);
          for (const locale of LOCALES) {
            assert.doesNotMatch(
              formatFinding(here, locale),
              /\{\w|undefined|NaN|Infinity/,
              `${locale} leaves a hole`,
            );
            assert.notEqual(formatFinding(here, locale), rule.code, `${locale} has no text`);
          }
          if (example.suggested === undefined) return;
          assert.ok(here.suggestion, 'no edit offered');
          const mended = applyEdits(text, here.suggestion);
          assert.equal(mended, example.suggested);
          assert.ok(!check(mended).some(({ severity }) => severity === 'error'), 'the edit makes an error');
          assert.ok(
            !live(mended, example.world).some(({ code }) => code === rule.code),
            'the edit leaves the mistake',
          );
        });

        it(`says nothing of bad example ${index + 1} when switched off`, () => {
          const left = live(unmarked(example.text).text, example.world, new Set([rule.code]));
          assert.ok(!left.some(({ code }) => code === rule.code));
        });
      });
      rule.good.forEach((example, index) => {
        it(`is silent on good example ${index + 1}`, () => {
          const found = live(example.text, example.world).filter(({ code }) => code === rule.code);
          assert.equal(said(found), '');
        });
      });

      it('has good and bad examples, a golden text for its suggestion, and a page in every language', () => {
        assert.ok(rule.good.length > 0 && rule.bad.length > 0);
        const suggests = rule.bad.some(({ text, world }) =>
          live(unmarked(text).text, world).some(
            (each) => each.code === rule.code && each.suggestion !== undefined,
          ),
        );
        assert.ok(!suggests || rule.bad.some(({ suggested }) => suggested !== undefined));
        for (const locale of LOCALES) assert.ok(TEXTS[locale][`${rule.code}.about`], `${locale} has no page`);
      });

      it('is silent where nothing is known', () => {
        for (const { text, world } of rule.bad) {
          const unknown: LiveWorld = {
            ...world,
            pods: [],
            readNamespaces: new Set(),
            nodes: new Map(),
            selectionNodes: null,
            engine: null,
            chaosMesh: null,
            experiments: [],
            surroundings: NO_SURROUNDINGS,
          };
          assert.equal(said(live(unmarked(text).text, unknown)), '');
        }
      });
    });
  }

  it('knows every rule of the plan, and every wording is used by an example', () => {
    const codes = new Set(LIVE_RULES.map(({ code }) => code));
    for (let number = 101; number <= 121; number++)
      assert.ok(codes.has(`MS${number}`), `MS${number} is missing`);
    const used = new Set(
      LIVE_RULES.flatMap((rule) =>
        rule.bad.flatMap(({ text, world }) =>
          live(unmarked(text).text, world).map(({ code, params }) =>
            params['variant'] === undefined ? code : `${code}.${params['variant']}`,
          ),
        ),
      ),
    );
    // The plain text of these is what a page says where no variant fits.
    const general = new Set(['MS106', 'MS116', 'MS120']);
    const wordings = Object.keys(TEXTS.en).filter((key) => /^MS1\d\d/.test(key) && !key.endsWith('.about'));
    const spare = wordings.filter((key) => !used.has(key) && !general.has(key));
    assert.deepEqual(spare, []);
  });

  it('leaves alone what has static errors, and templates', () => {
    const [rule] = LIVE_RULES;
    const { text, range } = unmarked(rule?.bad[0]?.text ?? '');
    const world = rule?.bad[0]?.world as LiveWorld;
    assert.ok(range.end > 0 && live(text, world).length > 0);
    assert.deepEqual(live(text.replace('64MiB', '64Mi'), world), []);
    assert.deepEqual(live(`${text}---\n# {{ .Values.x }}\n`, world), []);
  });

  it('judges each document by itself, with places in the file', () => {
    const [rule] = LIVE_RULES;
    const { text } = unmarked(rule?.bad[0]?.text ?? '');
    const world = rule?.bad[0]?.world as LiveWorld;
    const [one] = live(text, world);
    const both = live(`${text}---\n${text}`, world).filter(({ code }) => code === one?.code);
    assert.deepEqual(
      both.map(({ range }) => range.start),
      [one?.range.start, (one?.range.start ?? 0) + text.length + 4],
    );
  });
});
