import assert from 'node:assert/strict';
import {
  type DocumentSubject,
  documentSubject,
  documentUri,
} from '../../../../src/extension/objects/document-uri.js';

const POD = { context: 'kind-a/b?c&d', namespace: 'shop', pod: 'cart.v1.yaml' };

describe('the URI of a document of ours', () => {
  const subjects: DocumentSubject[] = [
    { kind: 'describe', ...POD },
    { kind: 'yaml', ...POD },
    { kind: 'experiment', context: 'kind-a/b?c&d', namespace: 'shop', name: 'mem.v1' },
    { kind: 'log', previous: true, container: 'main', ...POD },
    { kind: 'log', previous: false, container: 'main', ...POD },
  ];
  for (const subject of subjects) {
    it(`says what it shows: ${documentUri(subject).path}`, () => {
      assert.deepEqual(documentSubject(documentUri(subject)), subject);
    });
  }

  it('of another kind is none of ours', () => {
    for (const path of [
      '/',
      '/yaml/shop',
      '/yaml/shop/cart',
      '/log/shop/cart/main',
      '/exec/shop/cart.txt',
      '/log/a/b/c.d.log',
    ]) {
      assert.equal(documentSubject({ scheme: 'podstress', path, query: 'context=x' }), null, path);
    }
    assert.equal(documentSubject({ scheme: 'file', path: '/yaml/shop/cart.yaml', query: 'context=x' }), null);
    assert.equal(documentSubject({ scheme: 'podstress', path: '/yaml/shop/cart.yaml', query: '' }), null);
  });
});
