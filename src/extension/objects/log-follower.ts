import type { ContainerState, ContainerStateTerminated } from '../../core/kubernetes/objects.js';
import type { ContainerRef, Lab, PodView, Store } from '../../lab/types.js';
import { labErrorKind } from '../present/errors.js';
import type { Language } from '../present/localizer.js';

/** Where the lines go and what is said of them; a promise that it returns holds the log back. */
export interface LogSink {
  lines(lines: readonly string[]): Promise<void> | undefined;
  /** In our own words; holds words of the cluster. */
  notice(text: string): void;
}

export interface FollowOptions {
  readonly lab: Lab;
  readonly target: ContainerRef;
  readonly sink: LogSink;
  readonly language: Language;
  readonly signal: AbortSignal;
  /** How long a log that ended may run ahead of the Pod's status, ms. */
  readonly patienceMs?: number;
}

/** How much of the log is shown at first, lines. */
export const FIRST_LINES = 1000;
const PATIENCE_MS = 5000;
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z /;

/**
 * Follows the log of a container through its restarts and through breaks of the connection, without repeating a line,
 * until the container is over for good. Never throws; ends when the signal aborts.
 */
export async function followLog(options: FollowOptions): Promise<void> {
  const follower = new Follower(options);
  while (!options.signal.aborted && (await follower.round()));
}

class Follower {
  readonly #options: FollowOptions;
  /** The time of the newest line shown, comparable as text; empty: none yet. */
  #seenUntil = '';
  /** As the API wants it, to go on from there. */
  #sinceTime: string | undefined;
  #waitsToStart = false;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Follows one stream to its end; whether there may be more. */
  async round(): Promise<boolean> {
    const { lab, target, signal, sink, language } = this.#options;
    const instance = this.#container()?.containerId ?? null;
    try {
      const log = lab.logs(
        target,
        {
          follow: true,
          timestamps: true,
          ...(this.#sinceTime === undefined ? { tailLines: FIRST_LINES } : { sinceTime: this.#sinceTime }),
        },
        signal,
      );
      for await (const lines of log) {
        const fresh = this.#fresh(lines);
        if (fresh.length > 0) await sink.lines(fresh);
      }
    } catch (error) {
      return this.#failed(error);
    }
    if (signal.aborted) return false;
    return this.#ended(instance, language);
  }

  /** What was not shown yet, without its time. */
  #fresh(lines: readonly string[]): string[] {
    const shown: string[] = [];
    for (const line of lines) {
      const match = TIMESTAMP.exec(line);
      if (match === null) {
        shown.push(line);
        continue;
      }
      const [head, second = '', fraction = ''] = match;
      const time = `${second}.${fraction.padEnd(9, '0')}`;
      if (time <= this.#seenUntil) continue;
      this.#seenUntil = time;
      this.#sinceTime = head.trimEnd();
      shown.push(line.slice(head.length));
    }
    return shown;
  }

  async #failed(error: unknown): Promise<boolean> {
    const { sink, signal, language, lab } = this.#options;
    const { l10n } = language;
    if (signal.aborted) return false;
    const text = error instanceof Error ? error.message : String(error);
    switch (labErrorKind(error)) {
      case 'unreachable':
      case 'not-connected':
        sink.notice(l10n.t('The connection was lost ({0}); the log goes on when it is back.', text));
        await this.#pause();
        await until(lab.connection, ({ phase }) => phase === 'live', signal);
        return !signal.aborted;
      case 'rejected':
        if (this.#isWaiting()) {
          // Said once, however often it is tried.
          if (!this.#waitsToStart) sink.notice(l10n.t('{0}: the log begins when it starts.', text));
          this.#waitsToStart = true;
          await until(lab.pods, () => this.#pod() === undefined || !this.#isWaiting(), signal);
          return this.#pod() !== undefined;
        }
        break;
      case 'not-found':
        sink.notice(l10n.t('The Pod is gone: the log ends here.'));
        return false;
    }
    sink.notice(l10n.t('The log cannot be read: {0}', text));
    return false;
  }

  /** The stream has ended: tells why, and waits for the next instance where there will be one. */
  async #ended(instance: string | null, { l10n }: Language): Promise<boolean> {
    const { lab, sink, signal, patienceMs = PATIENCE_MS } = this.#options;
    const isOver = (): boolean => {
      const container = this.#container();
      return (
        container === undefined || container.containerId !== instance || this.#state()?.running === undefined
      );
    };
    // The kubelet's word comes a little after the end of the output.
    await until(lab.pods, isOver, signal, patienceMs);
    if (signal.aborted) return false;
    // The server or the kubelet has closed a stream of a container that still runs: it is opened again.
    if (!isOver()) return true;
    if (this.#pod() === undefined) {
      sink.notice(l10n.t('The Pod is gone: the log ends here.'));
      return false;
    }
    const end = this.#lastEnd();
    const how =
      end === undefined ? '' : ` (${[end.reason, `exit code ${end.exitCode}`].filter(Boolean).join(', ')})`;
    const isFinal = (): boolean => {
      const phase = this.#pod()?.phase;
      return phase === undefined || phase === 'Succeeded' || phase === 'Failed';
    };
    const runsAgain = (): boolean =>
      this.#container()?.containerId !== instance && this.#state()?.running !== undefined;
    if (!isFinal() && !runsAgain()) {
      sink.notice(l10n.t('The container ended{0}. The log goes on with its next instance.', how));
      await until(lab.pods, () => isFinal() || runsAgain(), signal);
    }
    if (signal.aborted) return false;
    if (!runsAgain()) {
      sink.notice(
        this.#pod() === undefined
          ? l10n.t('The Pod is gone: the log ends here.')
          : l10n.t('The container ended{0} and will not start again: the log ends here.', how),
      );
      return false;
    }
    sink.notice(
      l10n.t('The container was started again (restart {0}).', this.#container()?.restartCount ?? 0),
    );
    return true;
  }

  #pod(): PodView | undefined {
    const { lab, target } = this.#options;
    return lab.pods
      .get()
      .find(({ namespace, name }) => namespace === target.namespace && name === target.pod);
  }

  #container() {
    return this.#pod()?.containers.find(({ name }) => name === this.#options.target.container);
  }

  #status() {
    const statuses = this.#pod()?.pod.status?.containerStatuses ?? [];
    return statuses.find(({ name }) => name === this.#options.target.container);
  }

  #state(): ContainerState | undefined {
    return this.#status()?.state;
  }

  #lastEnd(): ContainerStateTerminated | undefined {
    return this.#state()?.terminated ?? this.#status()?.lastState?.terminated;
  }

  #isWaiting(): boolean {
    return (
      this.#pod() !== undefined &&
      this.#state()?.running === undefined &&
      this.#state()?.terminated === undefined
    );
  }

  /** Not at once again: what broke may break again at once. */
  #pause(): Promise<void> {
    const { signal } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, 1000);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

/** Resolves once the store's value is as wanted, the signal aborts or the time (ms) is over. */
function until<T>(
  store: Store<T>,
  isWanted: (value: T) => boolean,
  signal: AbortSignal,
  timeoutMs: number | null = null,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || isWanted(store.get())) {
      resolve();
      return;
    }
    const done = (): void => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = store.subscribe((value) => {
      if (isWanted(value)) done();
    });
    const timer = timeoutMs === null ? null : setTimeout(done, timeoutMs);
    signal.addEventListener('abort', done, { once: true });
  });
}
