/** So many of the last messages are looked at: an agent's clock may be set while it runs. */
const REMEMBERED = 30;

/**
 * Brings what an agent dates to our own clock. Clocks are never compared: the message that took the least time to come
 * counts as having come at once, and everything else that the agent dates is as much earlier as it is older.
 */
export class AgentClock {
  /** How much later by our clock than by the agent's the last messages came, ms. */
  #late: number[] = [];

  get isKnown(): boolean {
    return this.#late.length > 0;
  }

  /**
   * A message that the agent dated when it sent it.
   * @param time ISO 8601, by the agent's clock
   * @param heardAt ms since the epoch, by ours
   */
  hear(time: string, heardAt: number): void {
    const late = heardAt - Date.parse(time);
    if (!Number.isNaN(late)) this.#late = [...this.#late.slice(1 - REMEMBERED), late];
  }

  /** When that was by our clock, ms since the epoch; never later than it was heard of. */
  ours(time: string, heardAt: number): number {
    const at = Date.parse(time) + Math.min(...this.#late);
    return Number.isFinite(at) ? Math.min(at, heardAt) : heardAt;
  }
}
