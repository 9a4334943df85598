import * as vscode from 'vscode';
import type { WantedSurroundings } from '../../core/kubernetes/surroundings.js';
import type { LivePod, LiveWorld } from '../../core/stresschaos/live/world.js';
import { liveWorld } from '../../lab/live-world.js';
import type { Lab } from '../../lab/types.js';
import { listen, type Session } from '../session.js';
import type { LiveHost } from './host.js';
import { LiveAttention } from './live-attention.js';

/** The connected cluster as live rules see it, made anew only after something in it has changed. */
export class LiveCluster implements LiveHost, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #following: vscode.Disposable;
  #lab: Lab | null = null;
  #attention: LiveAttention | null = null;
  /** Undefined: something has changed since it was made. */
  #world: LiveWorld | null | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(session: Session) {
    this.#following = session.follow((lab, scope) => {
      this.#lab = lab;
      this.#attention = new LiveAttention(lab);
      const { connection, engine, pods, nodes, experiments, surroundings } = lab;
      for (const store of [connection, engine, pods, nodes, experiments, surroundings]) {
        listen<unknown>(scope, store, () => this.#forget());
      }
      scope.defer(() => {
        this.lookAway();
        this.#lab = null;
        this.#attention = null;
        this.#forget();
      });
    });
  }

  world(): LiveWorld | null {
    if (this.#world === undefined) this.#world = this.#lab === null ? null : liveWorld(this.#lab);
    return this.#world;
  }

  look(wanted: WantedSurroundings, pods: readonly LivePod[]): void {
    this.#attention?.look(wanted, pods);
  }

  lookAway(): void {
    this.#attention?.lookAway();
  }

  dispose(): void {
    this.lookAway();
    this.#following.dispose();
    this.#changed.dispose();
  }

  #forget(): void {
    this.#world = undefined;
    this.#changed.fire();
  }
}
