import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../../../src/sandbox/api/json.js';
import { jsonPatch } from '../../../../src/sandbox/api/patch/json-patch.js';
import { mergePatch } from '../../../../src/sandbox/api/patch/merge-patch.js';
import { strategicMergePatch } from '../../../../src/sandbox/api/patch/strategic-patch.js';
import { builtInSchema } from '../../../../src/sandbox/api/schema/built-in.js';
import { ApiError } from '../../../../src/sandbox/api/status.js';

describe('merge patch (RFC 7396, appendix A)', () => {
  const cases: readonly [Json, Json, Json][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of cases) {
    it(`${JSON.stringify(target)} + ${JSON.stringify(patch)}`, () => {
      const before = structuredClone(target);
      assert.deepEqual(mergePatch(target, patch), result);
      assert.deepEqual(target, before);
    });
  }

  it('takes __proto__ as a key like any other', () => {
    const result = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}') as Json) as JsonObject;
    assert.ok(Object.hasOwn(result, '__proto__'));
    assert.equal(({} as JsonObject)['polluted'], undefined);
  });
});

describe('JSON patch (RFC 6902)', () => {
  const cases: readonly [string, Json, Json[], Json][] = [
    ['add', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['add into a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    ['append', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    ['remove', { a: 1, b: 2 }, [{ op: 'remove', path: '/b' }], { a: 1 }],
    ['replace', { a: 1 }, [{ op: 'replace', path: '/a', value: null }], { a: null }],
    ['move', { a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    ['copy', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    [
      'test, then add',
      { a: 1 },
      [
        { op: 'test', path: '/a', value: 1 },
        { op: 'add', path: '/b', value: 1 },
      ],
      { a: 1, b: 1 },
    ],
    [
      'escaped keys',
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'remove', path: '/m~0n' },
      ],
      {},
    ],
  ];
  for (const [what, target, patch, result] of cases) {
    it(what, () => {
      const before = structuredClone(target);
      assert.deepEqual(jsonPatch(target, patch), result);
      assert.deepEqual(target, before);
    });
  }

  for (const [what, operation] of [
    ['a failed test', { op: 'test', path: '/a', value: 2 }],
    ['a missing parent', { op: 'add', path: '/x/y', value: 1 }],
    ['a missing target', { op: 'remove', path: '/x' }],
    ['an index out of range', { op: 'add', path: '/l/5', value: 1 }],
    ['a leading zero', { op: 'remove', path: '/l/00' }],
    ['no pointer', { op: 'remove', path: 'a' }],
  ] as const) {
    it(`${what} is a 422`, () => {
      assert.throws(
        () => jsonPatch({ a: 1, l: [1] }, [operation]),
        (error: unknown) => error instanceof ApiError && error.code === 422,
      );
    });
  }
});

describe('strategic merge patch', () => {
  const schema = builtInSchema('Pod');
  const pod: JsonObject = {
    metadata: { name: 'p', labels: { a: '1' }, finalizers: ['x'] },
    spec: {
      containers: [
        { name: 'one', image: 'i1', ports: [{ containerPort: 80, name: 'http' }] },
        { name: 'two', image: 'i2' },
      ],
      tolerations: [{ key: 'a' }],
    },
  };
  const patched = (patch: JsonObject): JsonObject => strategicMergePatch(pod, patch, schema);

  it('joins containers by name, ports by number, and keeps the others', () => {
    const containers = [
      { name: 'one', image: 'new', ports: [{ containerPort: 81 }] },
      { name: 'three', image: 'i3' },
    ];
    assert.deepEqual(patched({ spec: { containers } })['spec'], {
      containers: [
        { name: 'one', image: 'new', ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }] },
        { name: 'two', image: 'i2' },
        { name: 'three', image: 'i3' },
      ],
      tolerations: [{ key: 'a' }],
    });
  });

  it('replaces lists without a merge key', () => {
    const spec = patched({ spec: { tolerations: [{ key: 'b' }] } })['spec'] as JsonObject;
    assert.deepEqual(spec['tolerations'], [{ key: 'b' }]);
  });

  it('obeys $patch delete and replace, and merges plain values', () => {
    const deleted = patched({ spec: { containers: [{ name: 'two', $patch: 'delete' }] } })[
      'spec'
    ] as JsonObject;
    assert.equal((deleted['containers'] as Json[]).length, 1);
    const replaced = patched({ metadata: { labels: { $patch: 'replace', b: '2' } } })[
      'metadata'
    ] as JsonObject;
    assert.deepEqual(replaced['labels'], { b: '2' });
    const merged = patched({ metadata: { finalizers: ['y', 'x'] } })['metadata'] as JsonObject;
    assert.deepEqual(merged['finalizers'], ['x', 'y']);
    const dropped = patched({ metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } })[
      'metadata'
    ] as JsonObject;
    assert.deepEqual(dropped['finalizers'], []);
  });

  it('deletes by null and leaves order hints out', () => {
    const spec = patched({ spec: { '$setElementOrder/containers': [{ name: 'two' }], tolerations: null } });
    assert.deepEqual(Object.keys(spec['spec'] as JsonObject), ['containers']);
  });

  it('refuses an entry without its merge key', () => {
    assert.throws(() => patched({ spec: { containers: [{ image: 'x' }] } }), ApiError);
  });
});
