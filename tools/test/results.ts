import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export const TIERS = ['unit', 'kernel', 'editor', 'e2e'] as const;
export type TierName = (typeof TIERS)[number];

export interface TestResult {
  /** The titles of the suites and of the test. */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
  readonly error?: string;
}

/** What a tier's process leaves behind, in .results/TIER.json. */
export interface TierResults {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly tests: readonly TestResult[];
}

export function writeResults(file: string, tests: readonly TestResult[]): TierResults {
  const count = (state: TestResult['state']): number => tests.filter((test) => test.state === state).length;
  const results = { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), tests };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

/** Null where the file is missing or cut short: its process died. */
export function readResults(file: string): TierResults | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
