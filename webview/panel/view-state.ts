import { PANEL_TABS, type PanelTab } from '../../src/protocol/panel/messages.js';
import { type TimeRange, type TimeWindow, WINDOWS } from './memory/range.js';

/** What a page remembers of how its user looked at it, over hiding and reloading. */
export interface ViewChoices {
  readonly tab: PanelTab;
  readonly window: TimeWindow;
  /** Zoomed to this; null: the charts follow the present. */
  readonly still: TimeRange | null;
  readonly showParts: boolean;
  readonly fromZero: boolean;
  readonly asTable: boolean;
  /** What the kills are filtered by, as it was typed. */
  readonly filter: string;
}

const FIRST: ViewChoices = {
  tab: 'kills',
  window: 300,
  still: null,
  showParts: false,
  fromZero: true,
  asTable: false,
  filter: '',
};

export interface StateKeeper {
  getState(): unknown;
  setState(state: unknown): void;
}

/** Keeps the choices with VS Code; what it gives back is checked, as another version may have left it. */
export class ViewState {
  readonly #keeper: StateKeeper;
  #value: ViewChoices;

  constructor(keeper: StateKeeper) {
    this.#keeper = keeper;
    this.#value = restored(keeper.getState());
  }

  get value(): ViewChoices {
    return this.#value;
  }

  change(part: Partial<ViewChoices>): void {
    this.#value = { ...this.#value, ...part };
    this.#keeper.setState(this.#value);
  }
}

function restored(state: unknown): ViewChoices {
  if (typeof state !== 'object' || state === null) return FIRST;
  const kept = state as Readonly<Record<string, unknown>>;
  const choice = <T>(key: string, values: readonly T[], fallback: T): T =>
    values.find((value) => value === kept[key]) ?? fallback;
  const both = [true, false];
  return {
    tab: choice('tab', PANEL_TABS, FIRST.tab),
    window: choice<TimeWindow>('window', WINDOWS, FIRST.window),
    still: range(kept['still']),
    showParts: choice('showParts', both, FIRST.showParts),
    fromZero: choice('fromZero', both, FIRST.fromZero),
    asTable: choice('asTable', both, FIRST.asTable),
    filter: typeof kept['filter'] === 'string' ? kept['filter'] : FIRST.filter,
  };
}

function range(value: unknown): TimeRange | null {
  if (typeof value !== 'object' || value === null || !('from' in value) || !('to' in value)) return null;
  const { from, to } = value;
  return typeof from === 'number' && typeof to === 'number' && from < to ? { from, to } : null;
}
