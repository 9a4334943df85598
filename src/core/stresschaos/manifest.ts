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

/** One StressChaos document of a file, as far as it can be read. */
export interface ManifestDocument {
  /** The whole YAML document. */
  readonly range: TextRange;
  /** Where `apiVersion` stands (a CodeLens belongs above it). */
  readonly head: TextRange;
  readonly name: string | null;
  /** As written; null: the context's namespace. */
  readonly namespace: string | null;
  readonly memory: MemoryAsk | null;
  /** The object to send; null while the document has errors that forbid it. */
  readonly object: StressChaos | null;
}
