import type { TextRange } from '../finding.js';
import type { VersionNumber } from '../version.js';
import type { YamlEntry, YamlMap } from '../yaml/node.js';
import type { Source } from './source.js';

export type HostKind = 'StressChaos' | 'Schedule' | 'Workflow';

/** One Kubernetes object of ours: a document, or an item of a List. */
export interface ObjectModel {
  readonly kind: HostKind;
  readonly map: YamlMap;
  readonly kindEntry: YamlEntry;
  readonly apiVersion: YamlEntry | undefined;
  readonly metadata: YamlMap | undefined;
  readonly metadataKey: TextRange | undefined;
  readonly name: string | null;
  readonly namespace: string | null;
  readonly source: Source;
  readonly version: VersionNumber;
}

/** A StressChaos spec wherever it stands, with what rules ask of it. */
export interface StressModel {
  readonly object: ObjectModel;
  readonly spec: YamlMap;
  /** The key above the spec (`spec`, `stressChaos`): where a missing field is reported. */
  readonly specKey: TextRange;
  readonly memory: StressorModel | undefined;
  readonly cpu: StressorModel | undefined;
  /** The Schedule that starts it over and over, where there is one. */
  readonly schedule: ScheduleModel | undefined;
  /** It is a step of a Workflow: the step's deadline ends it. */
  readonly template: YamlMap | undefined;
  readonly source: Source;
  readonly version: VersionNumber;
}

export interface StressorModel {
  readonly kind: 'memory' | 'cpu';
  readonly key: TextRange;
  readonly entry: YamlEntry;
  readonly map: YamlMap;
}

/** The block with `schedule` and `type`: a Schedule's spec or a Workflow template's `schedule`. */
export interface ScheduleModel {
  readonly object: ObjectModel;
  readonly map: YamlMap;
  readonly key: TextRange;
  readonly source: Source;
  readonly version: VersionNumber;
}

/** The block with `entry` and `templates`. */
export interface WorkflowModel {
  readonly object: ObjectModel;
  readonly map: YamlMap;
  readonly key: TextRange;
  readonly source: Source;
  readonly version: VersionNumber;
}
