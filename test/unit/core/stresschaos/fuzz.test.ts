import assert from 'node:assert/strict';
import { Checker, check } from '../../../../src/core/stresschaos/check/checker.js';
import { codeActions } from '../../../../src/core/stresschaos/editor/actions.js';
import { anchorAt, renameAnchor } from '../../../../src/core/stresschaos/editor/anchors.js';
import { complete } from '../../../../src/core/stresschaos/editor/complete.js';
import { hover } from '../../../../src/core/stresschaos/editor/hover.js';
import { inlayHints } from '../../../../src/core/stresschaos/editor/inlay.js';
import { documentSymbols } from '../../../../src/core/stresschaos/editor/symbols.js';
import type { TextEdit, TextRange } from '../../../../src/core/stresschaos/finding.js';
import { fixAll } from '../../../../src/core/stresschaos/fix.js';
import { formatFinding } from '../../../../src/core/stresschaos/format.js';
import { parseManifests } from '../../../../src/core/stresschaos/parse.js';
import { RULES } from '../../../../src/core/stresschaos/rules/index.js';
import { CHAOS_MESH_VERSIONS } from '../../../../src/core/stresschaos/version.js';
import { randomEdit, seededRandom } from './random.js';

/** Edits tried: a few seconds' worth. `PODSTRESS_FUZZ_EDITS=1000000` for the long run; `PODSTRESS_FUZZ_SEED` for another. */
const EDITS = Number(process.env['PODSTRESS_FUZZ_EDITS'] ?? 2_500);
const SEED = Number(process.env['PODSTRESS_FUZZ_SEED'] ?? 44);
/** One text must be answered within this, ms of CPU, however it is mangled. */
const BUDGET_MS = 5_000;

describe('random edits', function () {
  this.timeout(0);

  it(`${EDITS} of them: never a throw, never a loop, never a place outside of the text`, () => {
    const corpus = RULES.flatMap((rule) => [...rule.good, ...rule.bad])
      .map((example) => example.text.replace(/[«»]/g, ''))
      .concat('');
    const random = seededRandom(SEED);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    let text = pick(corpus);
    for (let edit = 0; edit < EDITS; edit++) {
      if (random() < 0.05 || text.length > 4_000) {
        text = random() < 0.3 ? `${pick(corpus)}---\n${pick(corpus)}` : pick(corpus);
      }
      text = randomEdit(text, random);
      const started = process.cpuUsage().user;
      try {
        probe(text, pick(CHAOS_MESH_VERSIONS), Math.floor(random() * (text.length + 1)), edit % 20 === 0);
      } catch (error) {
        throw new Error(`edit ${edit} of seed ${SEED}, text ${JSON.stringify(text)}`, { cause: error });
      }
      assert.ok(process.cpuUsage().user - started < BUDGET_MS * 1000, `too slow: ${JSON.stringify(text)}`);
    }
  });
});

function probe(text: string, version: string, offset: number, thoroughly: boolean): void {
  const inside = (range: TextRange): void => {
    assert.ok(
      0 <= range.start && range.start <= range.end && range.end <= text.length,
      JSON.stringify(range),
    );
  };
  const edits = (some: readonly TextEdit[] | undefined): void => {
    for (const each of some ?? []) inside(each.range);
  };
  const findings = check(text, { chaosMeshVersion: version });
  for (const finding of findings) {
    inside(finding.range);
    assert.ok(finding.range.end > finding.range.start, `${finding.code} has no extent`);
    edits(finding.fix);
    edits(finding.suggestion);
    assert.doesNotMatch(formatFinding(finding, 'en'), /undefined|\[object/);
  }
  for (const manifest of parseManifests(text, { chaosMeshVersion: version })) {
    inside(manifest.range);
    inside(manifest.head);
    if (manifest.memory !== null) inside(manifest.memory.range);
    if (manifest.object !== null) assert.doesNotThrow(() => JSON.stringify(manifest.object));
  }
  if (!thoroughly) return;
  const options = { locale: 'en' as const, chaosMeshVersion: version, clock: { nowMs: 0, format: String } };
  for (const item of complete(text, offset, options)) inside(item.range);
  const hovered = hover(text, offset, options);
  if (hovered !== null) inside(hovered.range);
  for (const hint of inlayHints(text, { start: 0, end: text.length }, options)) {
    inside({ start: hint.offset, end: hint.offset });
  }
  for (const action of codeActions(text, { start: 0, end: text.length }, findings, 'fr')) edits(action.edits);
  for (const symbol of documentSymbols(text)) inside(symbol.range);
  if (anchorAt(text, offset) !== null) {
    const rename = renameAnchor(text, offset, 'other');
    if (rename !== null && 'edits' in rename) edits(rename.edits);
  }
  const checker = new Checker({ chaosMeshVersion: version });
  const mended = fixAll(text, checker);
  assert.deepEqual(
    checker.check(mended),
    check(mended, { chaosMeshVersion: version }),
    'the cache changes the answer',
  );
}
