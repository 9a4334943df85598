import assert from 'node:assert/strict';
import { OwnNotes } from '../../../src/extension/own-notes.js';
import { experimentView } from './support/views.js';

const KEY = 'chaos-mesh/mem-stress';

function view(uid: string, phase: 'running' | 'finished' | 'stopping' = 'running') {
  const made = experimentView({ phase });
  return { ...made, object: { ...made.object, metadata: { ...made.object.metadata, uid } } };
}

describe('the experiments that were started here', () => {
  it('are remembered until they are gone, also where the first list comes late', () => {
    const notes = new OwnNotes(undefined);
    notes.started('sandbox', KEY);
    assert.equal(notes.update('sandbox', []), false, 'not seen yet');
    assert.equal(notes.update('sandbox', [view('1')]), true, 'its uid is known now');
    assert.deepEqual(notes.all, [{ context: 'sandbox', key: KEY, uid: '1' }]);
    assert.deepEqual(notes.active('sandbox', [view('1')], 'all'), [KEY]);
    assert.equal(notes.update('sandbox', []), true);
    assert.deepEqual(notes.all, []);
  });

  it('of an earlier window are told apart', () => {
    const stored = [{ context: 'sandbox', key: KEY, uid: '1' }];
    const notes = new OwnNotes(stored);
    notes.update('sandbox', [view('1')]);
    assert.deepEqual(notes.active('sandbox', [view('1')], 'before'), [KEY]);
    notes.started('sandbox', KEY);
    assert.deepEqual(notes.active('sandbox', [view('2')], 'before'), []);
    assert.deepEqual(notes.active('sandbox', [view('2')], 'all'), [KEY]);
  });

  it('another of the same name, and one of another cluster, is none of ours', () => {
    const notes = new OwnNotes([{ context: 'sandbox', key: KEY, uid: '1' }]);
    notes.update('other', [view('9')]);
    assert.deepEqual(notes.active('other', [view('9')], 'all'), []);
    assert.equal(notes.all.length, 1);
    notes.update('sandbox', [view('2')]);
    assert.deepEqual(notes.all, []);
  });

  it('what has finished is forgotten, and what stops needs no question', () => {
    const notes = new OwnNotes([{ context: 'sandbox', key: KEY, uid: '1' }]);
    notes.update('sandbox', [view('1', 'stopping')]);
    assert.deepEqual(notes.active('sandbox', [view('1', 'stopping')], 'before'), []);
    notes.update('sandbox', [view('1', 'finished')]);
    assert.deepEqual(notes.all, []);
  });

  it('a choice ends the question', () => {
    const notes = new OwnNotes([{ context: 'sandbox', key: KEY, uid: null }]);
    notes.forget('other', [KEY]);
    assert.equal(notes.all.length, 1);
    notes.forget('sandbox', [KEY]);
    assert.deepEqual(notes.all, []);
  });

  it('what another version stored is nothing', () => {
    assert.deepEqual(new OwnNotes([{ key: KEY }, null, 'x']).all, []);
    assert.deepEqual(new OwnNotes({}).all, []);
  });
});
