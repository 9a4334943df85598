import assert from 'node:assert/strict';
import { packageFolder } from '../../../tools/build/notices.js';

describe('third-party notices', () => {
  it('find the package that a bundled file belongs to', () => {
    assert.equal(packageFolder('node_modules/yaml/dist/index.js'), 'node_modules/yaml');
    assert.equal(
      packageFolder('node_modules/@kubernetes/client-node/dist/x.js'),
      'node_modules/@kubernetes/client-node',
    );
    assert.equal(
      packageFolder('node_modules/a/node_modules/@b/c/lib/x.js'),
      'node_modules/a/node_modules/@b/c',
    );
    assert.equal(packageFolder('src/core/units/size.ts'), null);
  });
});
