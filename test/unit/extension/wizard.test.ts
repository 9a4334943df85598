import assert from 'node:assert/strict';
import {
  runWizard,
  type StepFrame,
  type StepOutcome,
  type WizardStep,
} from '../../../src/extension/input/wizard.js';

interface Trip {
  readonly kind: string;
  readonly size?: string;
  readonly load?: string;
  readonly when?: string;
}

type Reply = string | StepOutcome<Trip>;

/** A wizard of four questions, answered by a script: what is said at which step, in order. */
async function play(script: readonly (readonly [id: string, reply: Reply, draft?: string])[], kind = '') {
  const seen: string[] = [];
  const left = [...script];
  const question = (id: keyof Trip, applies: (trip: Trip) => boolean): WizardStep<Trip> => ({
    id,
    applies,
    async ask(trip: Trip, frame: StepFrame) {
      seen.push(
        `${id} ${frame.step}/${frame.totalSteps}${frame.canGoBack ? ' back' : ''} ${frame.draft}`.trim(),
      );
      const [wanted, reply, draft = ''] = left.shift() ?? assert.fail(`nobody answers ${id}`);
      assert.equal(wanted, id);
      frame.draft = draft;
      return typeof reply === 'string' ? { kind: 'next', state: { ...trip, [id]: reply } } : reply;
    },
  });
  const steps = [
    question('kind', () => kind === ''),
    question('size', (trip) => trip.kind === 'memory'),
    question('load', (trip) => trip.kind === 'cpu'),
    question('when', () => true),
  ];
  const state = await runWizard(steps, { kind }, ({ kind: title }) => title);
  assert.deepEqual(left, [], 'not asked');
  return { state, seen };
}

const BACK = { kind: 'back' } as const;

describe('a wizard', () => {
  it('asks what applies, and counts it', async () => {
    const { state, seen } = await play([
      ['kind', 'memory'],
      ['size', '1'],
      ['when', 'now'],
    ]);
    assert.deepEqual(state, { kind: 'memory', size: '1', when: 'now' });
    assert.deepEqual(seen, ['kind 1/2', 'size 2/3 back', 'when 3/3 back']);
  });

  it('does not ask what is known, nor go back before it', async () => {
    const { seen } = await play(
      [
        ['load', '1'],
        ['when', BACK],
        ['load', BACK],
        ['load', '2'],
        ['when', 'x'],
      ],
      'cpu',
    );
    assert.deepEqual(seen, ['load 1/2', 'when 2/2 back', 'load 1/2', 'load 1/2', 'when 2/2 back']);
  });

  it('keeps answers while one goes back and another way', async () => {
    const { state, seen } = await play([
      ['kind', 'memory'],
      ['size', '1'],
      ['when', BACK],
      ['size', BACK],
      ['kind', 'cpu'],
      ['load', '9'],
      ['when', 'now'],
    ]);
    assert.deepEqual(state, { kind: 'cpu', size: '1', load: '9', when: 'now' });
    assert.equal(seen.at(-1), 'when 3/3 back');
  });

  it('keeps what was typed without being accepted', async () => {
    const { seen } = await play([
      ['kind', 'memory'],
      ['size', BACK, '12M'],
      ['kind', 'memory'],
      ['size', '12MiB', '12MiB'],
      ['when', BACK],
      ['size', '13MiB'],
      ['when', 'now'],
    ]);
    assert.deepEqual(
      seen.filter((one) => one.startsWith('size')),
      ['size 2/3 back', 'size 2/3 back 12M', 'size 2/3 back'],
    );
  });

  it('visits one step from the last and comes straight back', async () => {
    const { state, seen } = await play([
      ['kind', 'memory'],
      ['size', '1'],
      ['when', { kind: 'visit', step: 'size' }],
      ['size', '2'],
      ['when', { kind: 'visit', step: 'kind' }],
      ['kind', BACK],
      ['when', 'now'],
    ]);
    assert.deepEqual(state, { kind: 'memory', size: '2', when: 'now' });
    assert.equal(seen.length, 7);
  });

  it('ends with nothing where the user goes away', async () => {
    const { state } = await play([
      ['kind', 'memory'],
      ['size', { kind: 'cancel' }],
    ]);
    assert.equal(state, null);
  });
});
