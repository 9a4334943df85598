import type { WantedSurroundings } from '../../kubernetes/surroundings.js';
import type { CheckOptions } from '../check/checker.js';
import { analyseDocument, type CheckSettings, mayConcernUs } from '../check/document.js';
import type { StressModel } from '../check/model.js';
import type { Finding, TextRange } from '../finding.js';
import { shiftedFinding } from '../shift.js';
import { versionNumber } from '../version.js';
import { splitDocuments } from '../yaml/split.js';
import { LIVE_RULES } from './index.js';
import { neededRights } from './rights.js';
import { type LiveStress, liveStress, namespacesOf, plainSpec } from './stress.js';
import type { LiveWorld } from './world.js';

/** Findings of one stress that are reported. */
const MAX_FINDINGS = 40;

/** A document of a file that can be held against a cluster: one of ours without static errors. */
export interface LiveDocument {
  /** Where it starts in the file, UTF-16. */
  readonly start: number;
  readonly stresses: readonly StressModel[];
}

/** What live rules say of one document, and which Pods it would hit. */
export interface LiveResult {
  readonly findings: readonly Finding[];
  /** `namespace/name` of the Pods that may be stressed. */
  readonly podKeys: readonly string[];
}

/**
 * Reads one file over and over while it is edited: only the documents whose text changed are read again. Documents with static
 * errors and templates are left out: what is not sound is not held against a cluster.
 */
export class LiveDocuments {
  readonly #settings: CheckSettings;
  #cache = new Map<string, readonly StressModel[]>();

  constructor(options: Pick<CheckOptions, 'chaosMeshVersion'> = {}) {
    this.#settings = { version: versionNumber(options.chaosMeshVersion ?? null), disabled: new Set() };
  }

  read(text: string): readonly LiveDocument[] {
    const next = new Map<string, readonly StressModel[]>();
    const documents = !mayConcernUs(text) || text.includes('{{') ? [] : splitDocuments(text);
    const read = documents
      .filter((chunk) => mayConcernUs(chunk.text))
      .map((chunk): LiveDocument => {
        const stresses =
          this.#cache.get(chunk.text) ?? next.get(chunk.text) ?? soundStresses(chunk.text, this.#settings);
        next.set(chunk.text, stresses);
        return { start: chunk.start, stresses };
      })
      .filter(({ stresses }) => stresses.length > 0);
    this.#cache = next;
    return read;
  }
}

function soundStresses(text: string, settings: CheckSettings): readonly StressModel[] {
  const { findings, stresses, tree } = analyseDocument(text, settings);
  const isSound = tree.problems.length === 0 && findings.every(({ severity }) => severity !== 'error');
  return isSound ? stresses : [];
}

/** What live rules say of a document; ranges count from the start of the file. Pure. */
export function checkLive(
  { start, stresses }: LiveDocument,
  world: LiveWorld,
  disabled: ReadonlySet<string> = new Set(),
): LiveResult {
  const findings: Finding[] = [];
  const podKeys = new Set<string>();
  for (const model of stresses) {
    const stress = liveStress(model, world);
    if (stress === null) continue;
    for (const { pod } of stress.targets) podKeys.add(pod.key);
    findings.push(...findingsOf(stress, disabled).map((finding) => shiftedFinding(finding, start)));
  }
  return { findings, podKeys: [...podKeys] };
}

function findingsOf(stress: LiveStress, disabled: ReadonlySet<string>): Finding[] {
  const found: Finding[] = [];
  for (const rule of LIVE_RULES) {
    if (disabled.has(rule.code)) continue;
    rule.check(stress, (at, params = {}, extra = {}) => {
      if (found.length >= MAX_FINDINGS) return;
      found.push({
        code: rule.code,
        severity: extra.severity ?? rule.severity,
        range: { start: at.start, end: Math.max(at.end, at.start + 1) } satisfies TextRange,
        params,
        ...(extra.suggestion === undefined ? {} : { suggestion: extra.suggestion }),
      });
    });
  }
  return found;
}

/** What must be known of the surroundings to judge these documents. */
export function wantedBy(documents: readonly LiveDocument[], contextNamespace: string): WantedSurroundings {
  const namespaces = new Set<string>();
  const rights = new Map<string, { readonly namespace: string; readonly resource: string }>();
  for (const model of documents.flatMap(({ stresses }) => stresses)) {
    const spec = plainSpec(model);
    if (spec === null) continue;
    const namespace = model.object.namespace ?? contextNamespace;
    const places = namespacesOf(spec.selector, namespace);
    for (const place of [namespace, ...places]) namespaces.add(place);
    for (const right of neededRights({ model, namespace, namespaces: places, spec })) {
      rights.set(`${right.namespace}/${right.resource}`, {
        namespace: right.namespace,
        resource: right.resource,
      });
    }
  }
  return { namespaces, rights: [...rights.values()] };
}
