import { analyseDocument, mayConcernUs } from '../check/document.js';
import type { StressModel } from '../check/model.js';
import type { TextRange } from '../finding.js';
import { versionNumber } from '../version.js';
import { entryOf, type YamlNode } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';
import { splitDocuments } from '../yaml/split.js';
import type { HoverOptions } from './hover.js';
import { durationMeaning, scheduleMeaning, sizeMeaning, workersOf } from './meaning.js';

export interface InlayHint {
  readonly offset: number;
  readonly label: string;
}

/** What sizes, durations and schedules come to, behind each. Only documents that touch `range` are read. */
export function inlayHints(text: string, range: TextRange, options: HoverOptions): InlayHint[] {
  if (!mayConcernUs(text) || text.includes('{{')) return [];
  const version = versionNumber(options.chaosMeshVersion ?? null);
  const { locale, clock } = options;
  return splitDocuments(text)
    .filter((chunk) => chunk.start <= range.end && range.start <= chunk.start + chunk.text.length)
    .filter((chunk) => mayConcernUs(chunk.text))
    .flatMap((chunk) => {
      const { stresses } = analyseDocument(chunk.text, { version, disabled: new Set() });
      return stresses.flatMap(hintsOf).map((hint) => ({ ...hint, offset: hint.offset + chunk.start }));
    });

  function hintsOf(model: StressModel): InlayHint[] {
    const { memory, schedule } = model;
    const size = memory === undefined ? undefined : entryOf(memory.map, 'size')?.value;
    const hints = [
      after(size, (written) =>
        sizeMeaning(written, workersOf(model), version, locale, options.cluster ?? null),
      ),
      after(entryOf(model.spec, 'duration')?.value, (written) =>
        schedule === undefined ? durationMeaning(written, clock, locale) : null,
      ),
      after(schedule === undefined ? undefined : entryOf(schedule.map, 'schedule')?.value, (written) =>
        scheduleMeaning(written, clock, locale, 1),
      ),
    ];
    return hints.filter((hint) => hint !== null);
  }
}

function after(node: YamlNode | undefined, meaning: (text: string) => string | null): InlayHint | null {
  const text = stringOf(node);
  if (node === undefined || text === null || node.aliased) return null;
  const label = meaning(text);
  return label === null ? null : { offset: node.end, label };
}
