import assert from 'node:assert/strict';
import { isSingular } from '../../../../src/core/units/plural.js';

describe('core/units singular and plural', () => {
  it('follows the language: French writes 0 in the singular, English does not, 中文 and 日本語 have one form', () => {
    const forms = (locale: string) => [0, 1, 2, 37].map((count) => isSingular(count, locale));
    assert.deepEqual(forms('en'), [false, true, false, false]);
    assert.deepEqual(forms('fr'), [true, true, false, false]);
    assert.deepEqual(forms('zh-cn'), [false, false, false, false]);
    assert.deepEqual(forms('ja'), [false, false, false, false]);
  });
});
