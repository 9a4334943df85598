import type { RunEnd } from '../../core/experiment/record.js';
import { RunRecorder } from '../../lab/runs/recorder.js';
import type { Lab } from '../../lab/types.js';
import type { BegunRun, RecordedInjection } from '../commands/host.js';
import type { RunFiles } from './run-files.js';

/** What comes late to the stores still belongs to a run, ms. */
const SETTLE_MS = 3000;

interface Recording {
  readonly lab: Lab;
  readonly recorder: RunRecorder;
}

/** The runs that go on now: each is kept as a record when it ends. */
export class RunRecordings {
  readonly #files: RunFiles;
  readonly #version: string;
  readonly #warn: (message: string) => void;
  readonly #settleMs: number;
  readonly #open = new Set<Recording>();
  #saving: Promise<unknown> = Promise.resolve();

  constructor(files: RunFiles, version: string, warn: (message: string) => void, settleMs = SETTLE_MS) {
    this.#files = files;
    this.#version = version;
    this.#warn = warn;
    this.#settleMs = settleMs;
  }

  /** Records the experiment from now on, as it was before it is injected. */
  begin(lab: Lab, injection: RecordedInjection): BegunRun {
    const { object, namespace, text = null, file = null } = injection;
    const recorder = new RunRecorder(lab, {
      object,
      namespace,
      manifestText: text,
      file,
      expectations: null,
      podstressVersion: this.#version,
    });
    const recording = { lab, recorder };
    return {
      injected: () => {
        // The same experiment injected anew ends the run of before.
        for (const before of [...this.#open]) {
          if (before.recorder.key === recorder.key) this.#finish(before, 'stopped');
        }
        this.#open.add(recording);
        void this.#follow(recording);
      },
      discard: () => recorder.dispose(),
    };
  }

  /** The lab's connection ends: what goes on there is told no further. Resolves when all is kept. */
  async endOf(lab: Lab): Promise<void> {
    for (const recording of [...this.#open])
      if (recording.lab === lab) this.#finish(recording, 'connection-lost');
    await this.#saving;
  }

  async #follow(recording: Recording): Promise<void> {
    const end = await recording.recorder.ended;
    await new Promise((resolve) => setTimeout(resolve, this.#settleMs));
    this.#finish(recording, end);
  }

  #finish(recording: Recording, end: RunEnd): void {
    if (!this.#open.delete(recording)) return;
    const record = recording.recorder.finish(end, null, null);
    const saved = this.#files
      .save(record)
      .catch((error: unknown) => this.#warn(`The run ${record.id} was not kept: ${String(error)}`));
    this.#saving = Promise.all([this.#saving, saved]);
  }
}
