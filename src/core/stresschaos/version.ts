/** A Chaos Mesh version as one number, `2.5.3` -> 20503; a version without patch counts as its last one. */
export type VersionNumber = number;

/** The versions the setting `podstress.chaosMesh.version` offers, oldest first. */
export const CHAOS_MESH_VERSIONS = ['2.0', '2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '2.8'] as const;
export const LATEST_CHAOS_MESH = '2.8';

/** From which version on (`since`) and up to which (`until`, inclusive) something holds. */
export interface VersionSpan {
  readonly since?: string;
  readonly until?: string;
}

/** Reads `2.8`, `v2.8.3`, `2.8.3-rc.1`; null, `auto`, `latest` and what is no version give the latest. */
export function versionNumber(version: string | null): VersionNumber {
  const parts = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? /^(\d+)\.(\d+)/.exec(LATEST_CHAOS_MESH);
  return Number(parts?.[1]) * 10_000 + Number(parts?.[2]) * 100 + Number(parts?.[3] ?? 99);
}

/** Whether a text names a version that {@link versionNumber} reads. */
export function isVersion(text: string): boolean {
  return /^v?\d+\.\d+(\.\d+)?/.test(text);
}

const LOWEST = new Map<string, VersionNumber>();

/** The first release of a version; asked so often that it is remembered. */
function lowest(version: string): VersionNumber {
  let known = LOWEST.get(version);
  if (known === undefined) {
    const parts = version.split('.').map(Number);
    known = (parts[0] ?? 0) * 10_000 + (parts[1] ?? 0) * 100 + (parts[2] ?? 0);
    LOWEST.set(version, known);
  }
  return known;
}

export function holdsIn(span: VersionSpan, version: VersionNumber): boolean {
  if (span.since !== undefined && version < lowest(span.since)) return false;
  return span.until === undefined || version <= versionNumber(span.until);
}

/** What the programs behind a manifest do in which version. Everything else that varies stands in the spec's and the rules' own rows. */
export const BEHAVIOUR = {
  /** Memory is stressed by memStress (go-humanize sizes, its own options); before by stress-ng. */
  memStress: { since: '2.2' },
  /** The webhook reads sizes with go-units 0.5.0, which refuses `Mi`; before with 0.4.0. */
  goUnits050: { since: '2.6' },
  /** The webhook refuses workers <= 0. */
  workersChecked: { until: '2.0' },
} as const satisfies Record<string, VersionSpan>;
