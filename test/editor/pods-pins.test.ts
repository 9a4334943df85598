import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ChosenConnection } from '../../src/extension/connection/source.js';
import { Session } from '../../src/extension/session.js';
import { PodsArrangement } from '../../src/extension/views/pods-arrangement.js';
import { MOST_PINS, PodsPins } from '../../src/extension/views/pods-pins.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { FakeMemento } from '../unit/extension/support/fake-memento.js';
import { english } from '../unit/extension/support/language.js';
import { podView } from '../unit/extension/support/views.js';

const log = vscode.window.createOutputChannel('Podstress pins tests', { log: true });

after(() => log.dispose());

describe('pins in the status bar', () => {
  let lab: FakeLab;
  let chosen: ChosenConnection;
  let session: Session;
  let memory: FakeMemento;
  let pins: PodsPins;

  beforeEach(async () => {
    lab = new FakeLab();
    lab.pods.set([podView({ name: 'a' }), podView({ name: 'b' })]);
    memory = new FakeMemento();
    chosen = new ChosenConnection(new FakeMemento(), log);
    const listContexts = () => assert.fail('nobody asks for the contexts');
    session = new Session(async () => ({ connect: () => lab, listContexts }), log, chosen);
    pins = new PodsPins(session, english, memory);
    await session.open();
  });

  afterEach(() => {
    pins.dispose();
    session.dispose();
    chosen.dispose();
  });

  const looked = () => [...lab.looked].flatMap(({ pods }) => pods);

  it('are looked at, known by their place in the tree, and kept with the workspace', () => {
    assert.deepEqual(looked(), []);
    pins.pin('hello-kubernetes', 'a', null);
    pins.pin('hello-kubernetes', 'b', 'hello-kubernetes');
    assert.deepEqual(
      [...pins.ids],
      ['pod/hello-kubernetes/a', 'container/hello-kubernetes/b/hello-kubernetes'],
    );
    assert.deepEqual(looked(), ['hello-kubernetes/a', 'hello-kubernetes/b']);
    const again = new PodsPins(session, english, memory);
    assert.deepEqual([...again.ids], [...pins.ids]);
    again.dispose();
    pins.unpin('hello-kubernetes', 'a', null);
    assert.deepEqual(looked(), ['hello-kubernetes/b']);
  });

  it('are three at most, and belong to one context', () => {
    for (let index = 0; index < MOST_PINS; index++) assert.ok(pins.pin('shop', `p${index}`, null));
    assert.equal(pins.pin('shop', 'one-more', null), false);
    assert.ok(pins.pin('shop', 'p0', null), 'what is pinned already stays so');
    lab.connection.set({ phase: 'live', context: 'other', server: 'https://127.0.0.1:1' });
    assert.equal(pins.ids.size, 0);
    assert.ok(pins.pin('shop', 'one-more', null));
  });
});

describe('the arrangement of the Pods', () => {
  it('is remembered, but for the filter; what means nothing is not taken', () => {
    const memory = new FakeMemento();
    const arrangement = new PodsArrangement(memory);
    arrangement.group('owner');
    arrangement.sort('percent');
    arrangement.narrow('is:near');
    arrangement.narrow('is:odd');
    assert.equal(arrangement.filter?.text, 'is:near');
    const later = new PodsArrangement(memory);
    assert.deepEqual([later.grouping, later.sorting, later.filter], ['owner', 'percent', null]);
    arrangement.narrow('');
    assert.equal(arrangement.filter, null);
    for (const one of [arrangement, later]) one.dispose();
  });

  it('survives what an older version left', async () => {
    const memory = new FakeMemento();
    await memory.update('podstress.pods.grouping', 'colour');
    const arrangement = new PodsArrangement(memory);
    assert.equal(arrangement.grouping, 'namespace');
    arrangement.dispose();
  });
});
