import assert from 'node:assert/strict';
import { matches, parseFilter, type SearchTexts } from '../../../../webview/panel/kills/filter.js';

const TEXTS: SearchTexts = {
  ns: 'shop',
  pod: 'web-7d4f-x2x1z',
  container: 'app',
  victim: '<img src=x> a:b 4711',
  cause: 'limit 500 mib memcg',
  node: 'node-1',
  evidence: 'full report full',
};

const holds = (filter: string) => matches(parseFilter(filter), TEXTS);

describe('the filter of the kills', () => {
  const passing: readonly string[] = [
    ...['', '   ', 'web', 'WEB', 'shop 4711', 'ns:shop', 'NS:SHOP', 'namespace:shop', 'ns:sho pod:x2x'],
    ...['victim:4711', 'cause:memcg', 'cause:"limit 500"', '"limit 500 mib"', 'node:node-1'],
    ...[
      '-ns:other',
      '-java',
      'evidence:full -evidence:bare',
      'a:b',
      '<img',
      'pod:',
      '-pod:',
      '"',
      'victim:"',
    ],
  ];
  for (const filter of passing) it(`passes: ${filter}`, () => assert.equal(holds(filter), true));

  const refused: readonly string[] = [
    ...['java', 'ns:web', 'web java', '-web', '-ns:shop', 'cause:global', '"500 limit"', 'foo:shop'],
    ...['__proto__:shop', 'constructor:shop'],
  ];
  for (const filter of refused) it(`leaves out: ${filter}`, () => assert.equal(holds(filter), false));

  it('reads a very long text in no time', () => {
    assert.equal(holds('"'.repeat(50_001)), true);
    assert.equal(holds(`${'-'.repeat(50_000)}x`), true);
  });
});
