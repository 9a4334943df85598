import assert from 'node:assert/strict';
import { extensions } from 'vscode';

describe('the installed extension', () => {
  it('is there', () => {
    assert.ok(extensions.all.length > 0);
  });
});
