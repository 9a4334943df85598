import assert from 'node:assert/strict';
import { LiveAttention } from '../../../src/extension/language/live-attention.js';
import { until } from '../cluster/server.js';
import { FakeLab } from './support/fake-lab.js';
import { podView } from './support/views.js';

const NEVER = 60_000;

function wanted(...namespaces: string[]) {
  return { namespaces: new Set(namespaces), rights: [], nodes: new Set<string>() };
}

describe('what live rules look at', () => {
  let lab: FakeLab;
  const asked = () => [...lab.wanted.values()].flatMap(({ namespaces }) => [...namespaces]).join();
  beforeEach(() => {
    lab = new FakeLab();
  });

  it('is asked for at once, with the memory of the Pods, and nothing before', () => {
    const attention = new LiveAttention(lab);
    attention.look(wanted(), []);
    assert.deepEqual([lab.wanted.size, lab.looked.size], [0, 0]);
    attention.look(wanted('shop'), [podView({ name: 'a', namespace: 'shop' })]);
    assert.equal(asked(), 'shop');
    assert.deepEqual([...lab.looked][0]?.pods, ['shop/a']);
    attention.lookAway();
    assert.deepEqual([lab.wanted.size, lab.looked.size], [0, 0]);
  });

  it('follows typing when it has settled: what is half typed is asked for nowhere', async () => {
    const attention = new LiveAttention(lab, { settleMs: 20, forgetMs: NEVER });
    attention.look(wanted('shop'), []);
    attention.look(wanted('t'), []);
    attention.look(wanted('team'), []);
    assert.equal(asked(), 'shop');
    await until(() => asked() === 'team', 'it has settled');
    attention.lookAway();
  });

  it('outlives a mistake that is soon mended, and goes when it stays', async () => {
    const patient = new LiveAttention(lab, { settleMs: 0, forgetMs: NEVER });
    patient.look(wanted('shop'), []);
    patient.look(wanted(), []);
    assert.equal(asked(), 'shop');
    patient.lookAway();
    const brief = new LiveAttention(lab, { settleMs: NEVER, forgetMs: 20 });
    brief.look(wanted('shop'), []);
    brief.look(wanted(), []);
    await until(() => lab.wanted.size === 0, 'it is forgotten');
  });
});
