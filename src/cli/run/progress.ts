import { displayBytes } from '../../core/units/display.js';
import type { RunRecorder } from '../../lab/runs/recorder.js';
import { spanText } from '../../lab/runs/report/texts.js';
import type { ExperimentView } from '../../lab/types.js';

/** So often a line about kills may come, ms: a storm is no reason to fill a log. */
const KILLS_MS = 2000;
const LOOK_MS = 250;

/** Tells each change of a run in a line. */
export class Progress {
  readonly #recorder: RunRecorder;
  readonly #say: (line: string) => void;
  readonly #startedAt = performance.now();
  readonly #clock: NodeJS.Timeout;
  #told = '';
  #arrived = false;
  #kills = 0;
  #killsAt = Number.NEGATIVE_INFINITY;

  constructor(recorder: RunRecorder, say: (line: string) => void) {
    this.#recorder = recorder;
    this.#say = say;
    this.#clock = setInterval(() => this.#look(), LOOK_MS);
    recorder.onNews(() => this.#look());
  }

  dispose(): void {
    clearInterval(this.#clock);
    this.#look(true);
  }

  #look(isLast = false): void {
    const { view } = this.#recorder;
    const now = performance.now();
    if (view !== null) {
      const text = phaseText(view);
      if (text !== this.#told) this.#line(text);
      this.#told = text;
      this.#tellArrival(view);
    }
    const kills = this.#recorder.killCount;
    if (kills > this.#kills && (isLast || now - this.#killsAt >= KILLS_MS)) {
      this.#kills = kills;
      this.#killsAt = now;
      this.#line(kills === 1 ? '1 OOM kill' : `${kills} OOM kills`);
    }
  }

  #tellArrival({ arrivals, phase }: ExperimentView): void {
    const isAll = arrivals.length > 0 && arrivals.every(({ state }) => state === 'arrived');
    if (!isAll || this.#arrived || phase !== 'running') return;
    this.#arrived = true;
    const bytes = arrivals.reduce((sum, { arrivedBytes }) => sum + (arrivedBytes ?? 0), 0);
    const where = arrivals.length === 1 ? '1 container' : `${arrivals.length} containers`;
    this.#line(`the stress has arrived: ${displayBytes(bytes, 'en', true)} in ${where}`);
  }

  #line(text: string): void {
    this.#say(`+${spanText(performance.now() - this.#startedAt)}: ${text}`);
  }
}

function phaseText({ phase, injected, targets, detail }: ExperimentView): string {
  const why = detail === null ? '' : `: ${detail}`;
  switch (phase) {
    case 'injecting':
      return targets === 0 ? `injecting${why}` : `injecting: ${injected} of ${targets}${why}`;
    case 'failed':
      return `not injected${why}`;
    default:
      return phase === 'running'
        ? `running in ${targets === 1 ? '1 container' : `${targets} containers`}`
        : phase;
  }
}
