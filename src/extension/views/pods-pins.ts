import * as vscode from 'vscode';
import type { Interest, PodView } from '../../lab/types.js';
import { Commands } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { containerAlarm, containerWorries, podAlarm, podWorries } from '../present/pod-alarm.js';
import {
  containerId,
  containerMemory,
  memoryText,
  podMemory,
  sentence,
  shortPodName,
} from '../present/pods.js';
import { listen, type Session } from '../session.js';

/** A Pod, or one of its containers, in one context. */
export interface Pin {
  readonly context: string;
  readonly namespace: string;
  readonly pod: string;
  /** Null: the Pod as a whole. */
  readonly container: string | null;
}

export const MOST_PINS = 3;
const PINS = 'podstress.pods.pins';
/** Left of what other extensions show. */
const PRIORITY = 90;

/** The pinned Pods and containers in the status bar: live working set and limit. Remembered in the workspace. */
export class PodsPins implements vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #memory: vscode.Memento;
  readonly #scope = new DisposableList();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #items = new Map<string, vscode.StatusBarItem>();
  #pins: readonly Pin[];
  #pods: readonly PodView[] = [];
  #interest: Interest | null = null;
  #ids: ReadonlySet<string> = new Set();

  readonly onDidChange = this.#changed.event;

  constructor(session: Session, language: Language, memory: vscode.Memento) {
    this.#session = session;
    this.#language = language;
    this.#memory = memory;
    this.#pins = readPins(memory.get(PINS));
    this.#scope.add(this.#changed);
    this.#scope.defer(() => this.#clear());
    this.#scope.defer(() => this.#interest?.dispose());
    this.#scope.add(session.onDidChange(() => this.#draw()));
    this.#scope.add(
      session.follow((lab, scope) => {
        this.#interest = scope.add(lab.interest());
        listen(scope, lab.pods, (pods) => {
          this.#pods = pods;
          this.#draw();
        });
        scope.defer(() => {
          this.#interest = null;
          this.#pods = [];
        });
        this.#look();
      }),
    );
    this.#draw();
  }

  /** Ids of the tree's places that are pinned in the context of now. */
  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  /** Pins a Pod or a container; false where so many are pinned already that there is no room. */
  pin(namespace: string, pod: string, container: string | null): boolean {
    const context = this.#context();
    if (context === null) return false;
    const pin = { context, namespace, pod, container };
    if (this.#pins.some((other) => keyOf(other) === keyOf(pin))) return true;
    if (this.#here().length >= MOST_PINS) return false;
    this.#keep([...this.#pins, pin]);
    return true;
  }

  unpin(namespace: string, pod: string, container: string | null): void {
    const key = keyOf({ context: this.#context() ?? '', namespace, pod, container });
    this.#keep(this.#pins.filter((other) => keyOf(other) !== key));
  }

  /** What is pinned in the context of now. */
  pinned(): readonly Pin[] {
    return this.#here();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #keep(pins: readonly Pin[]): void {
    this.#pins = pins;
    void this.#memory.update(PINS, pins);
    this.#look();
    this.#draw();
    this.#changed.fire();
  }

  #context(): string | null {
    const { state } = this.#session;
    return state.phase === 'live' || state.phase === 'stale' ? state.context : null;
  }

  #here(): readonly Pin[] {
    const context = this.#context();
    return this.#pins.filter((pin) => pin.context === context);
  }

  #look(): void {
    this.#interest?.show(this.#here().map(({ namespace, pod }) => `${namespace}/${pod}`));
  }

  #draw(): void {
    const here = this.#here();
    const keys = new Set(here.map(keyOf));
    const ids = new Set(here.map(idOf));
    if (ids.size !== this.#ids.size || [...ids].some((id) => !this.#ids.has(id))) {
      this.#ids = ids;
      this.#look();
      this.#changed.fire();
    }
    for (const [key, item] of this.#items) {
      if (keys.has(key)) continue;
      item.dispose();
      this.#items.delete(key);
    }
    for (const pin of here) this.#drawPin(pin);
  }

  #drawPin(pin: Pin): void {
    const { l10n } = this.#language;
    const key = keyOf(pin);
    let item = this.#items.get(key);
    if (item === undefined) {
      item = vscode.window.createStatusBarItem(key, vscode.StatusBarAlignment.Left, PRIORITY);
      item.name = l10n.t('Podstress: {0}', pin.container ?? pin.pod);
      item.command = {
        command: Commands.revealPod,
        title: l10n.t('Show the Pod'),
        arguments: [{ namespace: pin.namespace, pod: pin.pod }],
      };
      this.#items.set(key, item);
      item.show();
    }
    const { text, worries, alarm } = this.#content(pin);
    const name = pin.container ?? shortPodName(pin.pod, pin.namespace);
    item.text = `$(pin) ${name.replaceAll('$(', '$ (')} ${text}`;
    const whole =
      pin.container === null ? `${pin.namespace}/${pin.pod}` : `${pin.namespace}/${pin.pod}/${pin.container}`;
    const words = sentence([whole, text, ...worries]);
    item.tooltip = words;
    item.accessibilityInformation = { label: words };
    item.backgroundColor =
      alarm === 'calm'
        ? undefined
        : new vscode.ThemeColor(
            alarm === 'killed' ? 'statusBarItem.errorBackground' : 'statusBarItem.warningBackground',
          );
  }

  #content(pin: Pin) {
    const { l10n } = this.#language;
    const pod = this.#pods.find(({ namespace, name }) => namespace === pin.namespace && name === pin.pod);
    const container = pod?.containers.find(({ name }) => name === pin.container);
    if (pod === undefined || (pin.container !== null && container === undefined)) {
      return { text: l10n.t('gone'), worries: [], alarm: 'calm' as const };
    }
    if (container === undefined) {
      const text = memoryText(podMemory(pod), this.#language);
      return { text, worries: podWorries(pod, this.#language), alarm: podAlarm(pod) };
    }
    const text = memoryText(containerMemory(container), this.#language);
    return { text, worries: containerWorries(container, this.#language), alarm: containerAlarm(container) };
  }

  #clear(): void {
    for (const item of this.#items.values()) item.dispose();
    this.#items.clear();
  }
}

function keyOf({ context, namespace, pod, container }: Pin): string {
  return JSON.stringify([context, namespace, pod, container]);
}

function idOf({ namespace, pod, container }: Pin): string {
  const key = `${namespace}/${pod}`;
  return container === null ? `pod/${key}` : containerId(key, container);
}

/** What the workspace remembers may be of any version. */
function readPins(value: unknown): readonly Pin[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (one: unknown): one is Pin =>
      typeof one === 'object' &&
      one !== null &&
      'context' in one &&
      typeof one.context === 'string' &&
      'namespace' in one &&
      typeof one.namespace === 'string' &&
      'pod' in one &&
      typeof one.pod === 'string' &&
      'container' in one &&
      (one.container === null || typeof one.container === 'string'),
  );
}
