import assert from 'node:assert/strict';
import { AgentClock } from '../../../src/lab/agent-clock.js';

/** An hour behind ours, in ms since the epoch. */
const OURS = Date.UTC(2026, 10, 20, 12, 0, 0);
const theirs = (ms: number): string => new Date(OURS - 3_600_000 + ms).toISOString();

describe('the clock of an agent', () => {
  it('is brought to ours by the message that came fastest', () => {
    const clock = new AgentClock();
    assert.equal(clock.isKnown, false);
    clock.hear(theirs(0), OURS + 900);
    clock.hear(theirs(1000), OURS + 1005);
    clock.hear(theirs(2000), OURS + 2300);
    assert.equal(clock.isKnown, true);
    assert.equal(clock.ours(theirs(1700), OURS + 2400), OURS + 1705);
    assert.equal(clock.ours(theirs(-600_000), OURS + 2400), OURS - 600_000 + 5);
  });

  it('nothing happened later than it was heard of', () => {
    const clock = new AgentClock();
    clock.hear(theirs(0), OURS + 50);
    assert.equal(clock.ours(theirs(1000), OURS + 1010), OURS + 1010);
  });

  it('follows when it is set', () => {
    const clock = new AgentClock();
    for (let second = 0; second < 40; second++) clock.hear(theirs(second * 1000), OURS + second * 1000);
    for (let second = 40; second < 80; second++) {
      clock.hear(theirs(second * 1000 - 3_600_000), OURS + second * 1000);
    }
    assert.equal(clock.ours(theirs(79_000 - 3_600_000), OURS + 80_000), OURS + 79_000);
  });

  it('a time that is none counts as now', () => {
    const clock = new AgentClock();
    clock.hear('yesterday', OURS);
    assert.equal(clock.isKnown, false);
    assert.equal(clock.ours('yesterday', OURS), OURS);
    clock.hear(theirs(0), OURS);
    assert.equal(clock.ours('yesterday', OURS + 1), OURS + 1);
  });
});
