import type { StressChaos } from '../kubernetes/objects.js';
import type { TextRange } from './finding.js';

/** The stress that a manifest asks for, worked out once for lens, hover and forecast. */
export interface MemoryAsk {
  readonly workers: number;
  /** Bytes in all, shared by the workers; null where the size is a percentage, missing or not readable. */
  readonly totalBytes: number | null;
  /** Percent of the NODE's memory; null where the size is not a percentage. */
  readonly nodePercent: number | null;
  /** Where the `memory:` block's key stands. */
  readonly range: TextRange;
}

/** What holds a stress that is not an object of its own: the Schedule or Workflow around it. */
export interface Carrier {
  readonly kind: 'Schedule' | 'Workflow';
  readonly name: string | null;
  /** Where its `apiVersion` stands. */
  readonly head: TextRange;
}

/** One StressChaos of a file, as far as it can be read: a document, or a spec inside a Schedule or a Workflow. */
export interface ManifestDocument {
  /** The whole YAML document, or the embedded spec with its key. */
  readonly range: TextRange;
  /** Where `apiVersion`, or the embedded spec's key, stands (a CodeLens belongs above it). */
  readonly head: TextRange;
  /** Of an embedded spec the name that it has when it is injected once. */
  readonly name: string | null;
  /** As written; null: the context's namespace. */
  readonly namespace: string | null;
  readonly memory: MemoryAsk | null;
  /** The object to send; null while the document has errors that forbid it. Of an embedded spec an object of its own. */
  readonly object: StressChaos | null;
  /** The whole object as it is written (of an embedded spec its carrier), mistakes and all; null where the YAML is broken. */
  readonly raw: Readonly<Record<string, unknown>> | null;
  /** Null: it is an object of its own. */
  readonly carrier: Carrier | null;
}
