import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { tokenize } from './tokenize.js';

/** Each token of ours with its last scope, one a line; `UPDATE_GENERATED=1` writes the snapshot anew. */
async function snapshot(scopeName: string, fixture: string, ours: RegExp): Promise<void> {
  const text = readFileSync(`test/fixtures/grammars/${fixture}`, 'utf8');
  const lines = (await tokenize(scopeName, text))
    .filter((token) => token.text.trim() !== '' && ours.test(token.scopes.at(-1) ?? ''))
    .map((token) => `${token.text.trim()}  ${token.scopes.at(-1)}`);
  const actual = `${lines.join('\n')}\n`;
  const path = `test/fixtures/grammars/${fixture}.snap`;
  if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, 'utf8'));
}

describe('grammars, by VS Code’s own tokenizer', () => {
  it('colour sizes, durations, modes and flags in StressChaos only', () =>
    snapshot('source.yaml', 'manifests.yaml', /stresschaos/));

  it('leave every other token of YAML as it was', async () => {
    const text = readFileSync('test/fixtures/grammars/manifests.yaml', 'utf8');
    const tokens = await tokenize('source.yaml', text);
    assert.equal(tokens.filter((token) => token.scopes.includes('comment.line.number-sign.yaml')).length, 2);
    const keys = tokens
      .filter((token) => token.scopes.includes('entity.name.tag.yaml'))
      .map((token) => token.text);
    assert.deepEqual(
      keys,
      [...text.matchAll(/(?:^|[{,] ?| )([A-Za-z]+)(?=:(?: |$))/gm)].map((match) => match[1]),
    );
  });

  it('read kernel OOM reports', () => snapshot('text.podstress.oom-report', 'oom-report.txt', /\.oom$/));
});
