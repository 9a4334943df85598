import https from 'node:https';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connect } from '../../../src/lab/index.js';
import type { Lab } from '../../../src/lab/types.js';
import { type ClientMessage, type ClientOrder, digestOf } from './messages.js';
import { Rows } from './rows.js';

/** So long a store may take to be what the server has, once nothing changes any more, ms. */
const SETTLE_MS = 60_000;

/** Like the view: drawn at most this often, ms. */
const REFRESH_MS = 250;

/** The lab and the model of the Pods view in a process of their own: `client.js KUBECONFIG PODS`, with --expose-gc. */
async function main([kubeconfigPath = '', wanted = '']: readonly string[]): Promise<void> {
  const tell = (message: ClientMessage): void => void process.send?.(message);
  const before = heapUsed();
  const firstPage = whenFirstPage();
  const startedAt = performance.now();
  const quiet = { info: () => undefined, warn: () => undefined };
  const lab = connect({ kubeconfigPath, env: {}, log: quiet });
  const drawing = new Drawing(lab);
  const firstRows = drawing.when((rows) => rows > 0);
  const complete = drawing.when(() => lab.pods.get().length === Number(wanted));
  const firstPageMs = (await firstPage) - startedAt;
  const firstRowsMs = (await firstRows) - startedAt;
  const completeMs = (await complete) - startedAt;
  await once(lab, (phase) => phase === 'live');
  tell({ kind: 'complete', firstPageMs, firstRowsMs, completeMs, heapAdded: heapUsed() - before });

  const delay = monitorEventLoopDelay({ resolution: 1 });
  let measuredAt = 0;
  process.on('message', (order: ClientOrder) => {
    if (order.kind === 'measure') {
      drawing.refreshes = 0;
      drawing.spentMs = 0;
      measuredAt = performance.now();
      delay.enable();
      return;
    }
    delay.disable();
    const seconds = (performance.now() - measuredAt) / 1000;
    const { refreshes, spentMs } = drawing;
    void settles(lab, order.digest).then((isTrue) => {
      tell({
        kind: 'settled',
        delayP99Ms: delay.percentile(99) / 1e6,
        delayMaxMs: delay.max / 1e6,
        refreshesPerSecond: refreshes / seconds,
        refreshMs: spentMs / Math.max(1, refreshes),
        isTrue,
      });
    });
  });
  process.on('disconnect', () => void lab.dispose().then(() => process.exit()));
}

/** Draws the rows when the Pods change, no oftener than the view does. */
class Drawing {
  refreshes = 0;
  spentMs = 0;
  readonly #rows = new Rows();
  readonly #lab: Lab;
  readonly #waiting: { readonly isDone: (rows: number) => boolean; readonly done: (at: number) => void }[] =
    [];
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(lab: Lab) {
    this.#lab = lab;
    lab.pods.subscribe(() => {
      const wait = Math.max(0, this.#drawnAt + REFRESH_MS - performance.now());
      this.#timer ??= setTimeout(() => this.#draw(), wait);
    });
  }

  when(isDone: (rows: number) => boolean): Promise<number> {
    return new Promise((done) => void this.#waiting.push({ isDone, done }));
  }

  #draw(): void {
    this.#timer = null;
    const startedAt = performance.now();
    const rows = this.#rows.refresh(this.#lab.pods.get());
    this.#drawnAt = performance.now();
    this.refreshes += 1;
    this.spentMs += this.#drawnAt - startedAt;
    for (const { isDone, done } of this.#waiting) if (isDone(rows)) done(this.#drawnAt);
  }
}

function heapUsed(): number {
  globalThis.gc?.();
  const { heapUsed: heap, external, arrayBuffers } = process.memoryUsage();
  return heap + external + arrayBuffers;
}

/** When the first page of the list has come to its last byte, before anybody has read it. */
function whenFirstPage(): Promise<number> {
  return new Promise((resolve) => {
    const { request } = https;
    https.request = ((url: URL, options: https.RequestOptions, done: (answer: unknown) => void) => {
      const sent = request(url, options, done as never);
      if (url.pathname === '/api/v1/pods') {
        sent.once('response', (answer) => answer.once('end', () => resolve(performance.now())));
        https.request = request;
      }
      return sent;
    }) as typeof https.request;
  });
}

function once(lab: Lab, isWanted: (phase: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      if (isWanted(lab.connection.get().phase)) resolve();
    };
    lab.connection.subscribe(settle);
    settle();
  });
}

async function settles({ pods }: Lab, digest: string): Promise<boolean> {
  const shown = (): string =>
    digestOf(pods.get().map(({ key, pod }) => [key, pod.metadata.resourceVersion ?? '']));
  for (const deadline = Date.now() + SETTLE_MS; Date.now() < deadline; ) {
    if (shown() === digest) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

await main(process.argv.slice(2));
