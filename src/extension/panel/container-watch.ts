import type { AgentView, ContainerView, Lab, OutsideNumbers, PodView } from '../../lab/types.js';
import type { ChartHead, MemoryNumbers, Processes } from '../../protocol/panel/memory.js';
import type { PanelTab } from '../../protocol/panel/messages.js';
import type { DisposableList } from '../disposables.js';
import { listen } from '../session.js';
import { numbersOf } from './numbers.js';
import { processesOf } from './processes.js';

/** How often the API is asked for what kubectl top shows, ms: metrics-server has a new number every 15 s. */
const OUTSIDE_MS = 5000;

const NOTHING: OutsideNumbers = { node: null, top: null };

/** The processes and the numbers of the chosen container: measured only while somebody sees them. */
export class ContainerWatch {
  readonly #lab: Lab;
  readonly #onChange: () => void;
  readonly #interest: ReturnType<Lab['interest']>;
  readonly #end = new AbortController();
  #pods: readonly PodView[] = [];
  #agents: readonly AgentView[] = [];
  #key: string | null = null;
  #tabs: ReadonlySet<PanelTab> = new Set();
  #outside: OutsideNumbers = NOTHING;
  #timer: NodeJS.Timeout | null = null;
  #asking = false;
  processes: Processes | null = null;
  numbers: MemoryNumbers | null = null;

  constructor(lab: Lab, scope: DisposableList, onChange: () => void) {
    this.#lab = lab;
    this.#onChange = onChange;
    this.#interest = lab.interest();
    scope.defer(() => this.#dispose());
    listen(scope, lab.agents, (agents) => {
      this.#agents = agents;
    });
    listen(scope, lab.pods, (pods) => {
      this.#pods = pods;
      this.#draw();
    });
    listen(scope, lab.processes, () => this.#draw());
  }

  /** Looks at this container from now on, as far as these parts are seen. */
  look(heads: readonly ChartHead[], key: string | null, tabs: ReadonlySet<PanelTab>): void {
    if (key !== this.#key) {
      this.#outside = NOTHING;
      this.processes = null;
      this.numbers = null;
      this.#stopAsking();
    }
    this.#key = key;
    this.#tabs = tabs;
    const container = this.#find()?.container ?? null;
    const id = container?.containerId ?? null;
    const pods = tabs.size === 0 ? [] : heads.map(({ namespace, pod }) => `${namespace}/${pod}`);
    this.#interest.show(pods, tabs.has('processes') && id !== null ? [id] : []);
    if (tabs.has('numbers') && key !== null) this.#startAsking();
    else this.#stopAsking();
    this.#draw();
  }

  #find(): { readonly pod: PodView; readonly container: ContainerView } | null {
    const key = this.#key ?? '';
    const podKey = key.slice(0, key.lastIndexOf('/'));
    const pod = this.#pods.find((one) => one.key === podKey);
    const container = pod?.containers.find(({ name }) => `${podKey}/${name}` === key);
    return pod === undefined || container === undefined ? null : { pod, container };
  }

  #draw(): void {
    const found = this.#find();
    const before = [this.processes, this.numbers];
    if (found === null || this.#key === null) {
      this.processes = null;
      this.numbers = null;
    } else {
      const node =
        this.#agents.find(({ nodeName }) => nodeName === found.pod.pod.spec.nodeName)?.node ?? null;
      const list = this.#lab.processes.get().get(found.container.containerId ?? '') ?? null;
      this.processes = this.#tabs.has('processes')
        ? kept(this.processes, processesOf(this.#key, found.container, node, list))
        : null;
      this.numbers = this.#tabs.has('numbers')
        ? kept(
            this.numbers,
            numbersOf(this.#key, found.container, node?.cgroupVersion ?? null, this.#outside),
          )
        : null;
    }
    if (this.processes !== before[0] || this.numbers !== before[1]) this.#onChange();
  }

  #startAsking(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => void this.#ask(), OUTSIDE_MS);
    void this.#ask();
  }

  #stopAsking(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #ask(): Promise<void> {
    const found = this.#find();
    const key = this.#key;
    if (found === null || this.#asking) return;
    this.#asking = true;
    const outside = await this.#lab.outsideNumbers(found.pod, found.container.name, this.#end.signal);
    this.#asking = false;
    if (this.#end.signal.aborted) return;
    // Another container was chosen meanwhile: its own answer is to come.
    if (key !== this.#key) return this.#ask();
    this.#outside = outside;
    this.#draw();
  }

  #dispose(): void {
    this.#end.abort();
    this.#stopAsking();
    this.#interest.dispose();
  }
}

/** The value of before where nothing in it changed, so that the same is not sent again. */
function kept<T>(before: T | null, now: T): T {
  return before !== null && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}
