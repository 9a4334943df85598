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
import type { LivePod, LiveWorld } from './world.js';

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
  /** The Pods that may be stressed. */
  readonly pods: readonly LivePod[];
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

  /** One document after the other, so that a long file can be read in pieces; what is not read to its end is not remembered. */
  *read(text: string): Generator<LiveDocument> {
    const next = new Map<string, readonly StressModel[]>();
    const chunks = !mayConcernUs(text) || text.includes('{{') ? [] : splitDocuments(text);
    for (const chunk of chunks) {
      if (!mayConcernUs(chunk.text)) continue;
      const stresses =
        this.#cache.get(chunk.text) ?? next.get(chunk.text) ?? soundStresses(chunk.text, this.#settings);
      next.set(chunk.text, stresses);
      if (stresses.length > 0) yield { start: chunk.start, stresses };
    }
    this.#cache = next;
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
  const pods = new Set<LivePod>();
  for (const model of stresses) {
    const stress = liveStress(model, world);
    if (stress === null) continue;
    for (const { pod } of stress.targets) pods.add(pod);
    findings.push(...findingsOf(stress, disabled).map((finding) => shiftedFinding(finding, start)));
  }
  return { findings, pods: [...pods] };
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

/** What must be known of the surroundings to judge these documents, and the nodes of the Pods that they may hit. */
export function wantedBy(
  documents: readonly LiveDocument[],
  pods: readonly LivePod[],
  contextNamespace: string,
): WantedSurroundings {
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
  const nodes = new Set(pods.flatMap(({ pod }) => pod.spec.nodeName ?? []));
  return { namespaces, rights: [...rights.values()], nodes };
}
