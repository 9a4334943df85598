import type { CDPSession, Page } from 'playwright-core';

/** What a page's own thread uses of a processor: on a busy machine the clock on the wall tells of the others. */
export class PageThread {
  readonly #session: CDPSession;
  #before = 0;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Counts from now on. */
  static async of(page: Page): Promise<PageThread> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const thread = new PageThread(session);
    thread.#before = await thread.#total();
    return thread;
  }

  /** ms since it was made; ends the counting. */
  async spent(): Promise<number> {
    const spent = (await this.#total()) - this.#before;
    await this.#session.detach();
    return spent;
  }

  async #total(): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  }
}
