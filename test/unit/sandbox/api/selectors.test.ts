import assert from 'node:assert/strict';
import { parseFieldSelector } from '../../../../src/sandbox/api/selectors/field-selector.js';
import { parseLabelSelector } from '../../../../src/sandbox/api/selectors/label-selector.js';
import { ApiError } from '../../../../src/sandbox/api/status.js';

const LABELS = { app: 'web', tier: 'front', replicas: '3', empty: '' };

describe('label selectors', () => {
  const cases: readonly [string, boolean][] = [
    ['', true],
    ['app=web', true],
    ['app==web', true],
    ['app=other', false],
    ['app!=other', true],
    ['missing!=other', true],
    ['app!=web', false],
    ['app', true],
    ['missing', false],
    ['!missing', true],
    ['!app', false],
    ['app in (web, db)', true],
    ['app in (db)', false],
    ['missing in (db)', false],
    ['app notin (db)', true],
    ['app notin (web)', false],
    ['missing notin (web)', true],
    ['app=web,tier=front', true],
    ['app=web,tier=back', false],
    ['app = web , tier in (front)', true],
    ['empty=', true],
    ['app=', false],
    ['app in (,web)', true],
    ['replicas>2', true],
    ['replicas>3', false],
    ['replicas<4', true],
    ['app>1', false],
    ['missing<4', false],
    ['toString', false],
    ['!toString', true],
  ];
  for (const [text, matches] of cases) {
    it(`${JSON.stringify(text)} ${matches ? 'matches' : 'does not match'}`, () => {
      assert.equal(parseLabelSelector(text)(LABELS), matches);
    });
  }

  for (const text of ['a b c', 'a in b', 'a in (b', '=b', 'a,,b', 'a,', 'a>x', '(', 'a=(b)']) {
    it(`${JSON.stringify(text)} is a 400`, () => {
      assert.throws(
        () => parseLabelSelector(text),
        (error: unknown) => error instanceof ApiError && error.code === 400,
      );
    });
  }
});

describe('field selectors', () => {
  const object = { metadata: { name: 'a,b', namespace: 'ns' }, status: { phase: 'Running' } };
  const known = { 'status.phase': () => 'Running' };
  const cases: readonly [string, boolean][] = [
    ['', true],
    ['metadata.namespace=ns', true],
    ['metadata.namespace==ns', true],
    ['metadata.namespace!=ns', false],
    ['metadata.name=a\\,b', true],
    ['metadata.name=a\\,b,status.phase=Running', true],
    ['status.phase!=Running', false],
    ['status.phase=', false],
  ];
  for (const [text, matches] of cases) {
    it(`${JSON.stringify(text)} ${matches ? 'matches' : 'does not match'}`, () => {
      assert.equal(parseFieldSelector(text, known)(object), matches);
    });
  }

  for (const text of ['spec.foo=bar', 'nonsense', 'toString=x', '__proto__=x']) {
    it(`${JSON.stringify(text)} is a 400`, () => {
      assert.throws(
        () => parseFieldSelector(text, known),
        (error: unknown) => error instanceof ApiError && error.code === 400,
      );
    });
  }
});
