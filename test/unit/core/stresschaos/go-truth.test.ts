import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { nextAfter, parseCron } from '../../../../src/core/stresschaos/cron.js';
import {
  type LabelRequirement,
  labelNameError,
  requirementError,
  subdomainError,
} from '../../../../src/core/stresschaos/names.js';
import { toPlain } from '../../../../src/core/stresschaos/yaml/plain.js';
import { readFully } from '../../../../src/core/stresschaos/yaml/read.js';

function rows<T>(file: string): T[] {
  return JSON.parse(readFileSync(`test/fixtures/go-truth/${file}`, 'utf8')) as T[];
}

interface CronRow {
  readonly in: string;
  readonly nextAfter20261120T123456Z?: string;
  readonly optionalSeconds: string | null;
}

describe('robfig/cron', () => {
  const START = Date.UTC(2026, 10, 20, 12, 34, 56);
  const SHANGHAI_MS = 8 * 3_600_000;

  for (const row of rows<CronRow>('cron.json')) {
    it(`agrees on ${JSON.stringify(row.in)}`, () => {
      const schedule = parseCron(row.in);
      if (row.optionalSeconds !== null) {
        assert.notEqual(schedule.error, null, `Go says ${row.optionalSeconds}`);
        return;
      }
      assert.equal(schedule.error, null);
      if (schedule.error !== null) return;
      const zone = schedule.kind === 'fields' ? schedule.zone : null;
      const next = nextAfter(schedule, START, () => (zone === 'Asia/Shanghai' ? SHANGHAI_MS : 0));
      assert.equal(new Date(next ?? 0).toISOString().replace('.000', ''), row.nextAfter20261120T123456Z);
    });
  }

  it('gives the reason that robfig/cron gives', () => {
    const reasons: readonly [string, string, string][] = [
      ['', 'empty', ''],
      ['* * * *', 'fields', '4'],
      ['@reboot', 'descriptor', '@reboot'],
      ['60 * * * *', 'above-maximum', '60'],
      ['* * 0 * *', 'below-minimum', '0'],
      ['5-1 * * * *', 'reversed', '5-1'],
      ['a b c d e', 'number', 'a'],
      ['*/0 * * * *', 'step', '*/0'],
      ['1-2-3 * * * *', 'hyphens', '1-2-3'],
      ['1/2/3 * * * *', 'slashes', '1/2/3'],
      ['@every 5', 'duration', '5'],
    ];
    for (const [text, error, detail] of reasons) assert.deepEqual(parseCron(text), { error, detail }, text);
  });
});

describe('scalars', () => {
  it('are read as kubectl 1.32 sends them', () => {
    const tree = readFully(readFileSync('test/fixtures/kubectl/scalars.yaml', 'utf8'));
    assert.deepEqual(tree.problems, []);
    assert.ok(tree.root?.kind === 'map');
    const plain = toPlain(tree.root) as { readonly spec: unknown };
    assert.deepEqual(plain.spec, JSON.parse(readFileSync('test/fixtures/kubectl/scalars.json', 'utf8')));
  });
});

describe('Kubernetes names', () => {
  interface NameRow {
    readonly in: string;
    readonly label: readonly string[] | null;
    readonly subdomain: readonly string[] | null;
  }
  for (const row of rows<NameRow>('names.json')) {
    it(`agrees on ${row.in.slice(0, 20)} (${row.in.length})`, () => {
      assert.equal(labelNameError(row.in) === null, row.label === null);
      assert.equal(subdomainError(row.in) === null, row.subdomain === null);
    });
  }
});

describe('label requirements', () => {
  interface RequirementRow {
    readonly error: string | null;
    readonly requirement: LabelRequirement;
  }
  for (const row of rows<RequirementRow>('labelRequirements.json')) {
    it(`agrees on ${JSON.stringify(row.requirement).slice(0, 80)}`, () => {
      const error = requirementError(row.requirement);
      assert.equal(error === null, row.error === null);
      if (error !== null) assert.ok(row.error?.startsWith(error.part), row.error ?? '');
    });
  }
});
