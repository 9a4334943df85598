export type ChaosFaultName =
  | 'hung-finalizer'
  | 'webhook-forbidden'
  | 'webhook-down'
  | 'daemon-missing'
  | 'stressor-dies';

/** Every fault that the sandbox's Chaos Mesh can be told to have. */
export const CHAOS_FAULTS: readonly { readonly name: ChaosFaultName; readonly description: string }[] = [
  {
    name: 'hung-finalizer',
    description: 'no experiment can be recovered: the daemon does not answer, and what is deleted stays',
  },
  {
    name: 'webhook-forbidden',
    description: "Chaos Mesh's auth webhook forbids every experiment, whatever an access review says",
  },
  {
    name: 'webhook-down',
    description: "Chaos Mesh's webhooks refuse connections, so that no experiment can be written (500)",
  },
  {
    name: 'daemon-missing',
    description: 'no chaos-daemon is ready: nothing can be injected, and it is tried again and again',
  },
  {
    name: 'stressor-dies',
    description: 'stressors end as soon as they have begun; experiments say Injected all the same',
  },
];

/** The faults that one Chaos Mesh has, asked about where they would strike. */
export class ChaosFaults {
  readonly #names: ReadonlySet<string>;
  readonly #log: (message: string) => void;

  constructor(names: readonly string[] = [], log: (message: string) => void = () => {}) {
    this.#names = new Set(names);
    this.#log = log;
  }

  has(name: ChaosFaultName): boolean {
    return this.#names.has(name);
  }

  /** True where it has the fault, which strikes now: that is a line in the log. */
  strikes(name: ChaosFaultName): boolean {
    if (!this.has(name)) return false;
    this.#log(`fault ${name}`);
    return true;
  }
}
