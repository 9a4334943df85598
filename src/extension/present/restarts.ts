import type { Arrival, EngineKind, ExperimentView } from '../../lab/types.js';
import { stateText } from './arrivals.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';

/** A container that was restarted from under a stress and runs again. */
export interface Restart {
  /** `namespace/name` of the experiment. */
  readonly key: string;
  readonly engine: EngineKind;
  /** How many containers the experiment acts on. */
  readonly targets: number;
  readonly arrival: Arrival;
}

/** Finds in what is told of experiments the restarts that took a stress of this user's away, each once. */
export class Restarts {
  #known: ReadonlySet<string> = new Set();

  /**
   * Takes in the experiments of now; gives what is new.
   *
   * @param user the kubeconfig's user entry; null: it has none. What others have injected is theirs to look after.
   */
  take(views: readonly ExperimentView[], user: string | null): readonly Restart[] {
    const found = views.filter(({ origin }) => origin !== null && origin.user === user).flatMap(restartsOf);
    const before = this.#known;
    this.#known = new Set(found.map(({ id }) => id));
    return found.filter(({ id }) => !before.has(id)).map(({ restart }) => restart);
  }
}

/** What became of the stress in containers that were restarted from under it and run again. */
export function restartedTargets({ phase, arrivals }: ExperimentView): readonly Arrival[] {
  // The agents call an experiment failed that was lost in one of its containers.
  if (phase !== 'running' && phase !== 'failed') return [];
  return arrivals.filter(({ state, reason }) => state === 'restarted' && reason !== 'down');
}

function restartsOf(experiment: ExperimentView) {
  const { key, engine, targets, object } = experiment;
  return restartedTargets(experiment).map((arrival) => ({
    id: [key, object.metadata.uid, arrival.target].join(' '),
    restart: { key, engine, targets, arrival },
  }));
}

/** What has happened, why, and what injecting again would do. */
export function restartText({ key, engine, targets, arrival }: Restart, language: Language): string {
  const { l10n } = language;
  const what = `${plain(arrival.target)}: ${stateText(arrival, language)}.`;
  const question =
    engine === 'chaos-mesh' && targets > 1
      ? l10n.t(
          'Inject {0} again? Chaos Mesh pauses it in all of its {1} containers for a moment.',
          plain(key),
          targets,
        )
      : l10n.t('Inject {0} again?', plain(key));
  return `${what} ${question}`;
}
