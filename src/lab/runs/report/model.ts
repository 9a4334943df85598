/** A report as what it says, before it is HTML or Markdown. Every text may be hostile: names are chosen by processes. */

export type Tone = 'good' | 'bad' | 'unknown';

/** A piece of text. `name`: a stranger's, shown as such. */
export type Inline =
  | string
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'badge'; readonly tone: Tone; readonly text: string };

export type Cell = readonly Inline[];

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Never broken into lines. */
  readonly isShort?: boolean;
}

/** One number that people look for first. */
export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note: string | null;
  readonly tone: Tone | null;
}

export type Block =
  | { readonly kind: 'heading'; readonly cell: Cell }
  | { readonly kind: 'paragraph'; readonly cell: Cell }
  | { readonly kind: 'tiles'; readonly tiles: readonly Tile[] }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, Cell])[] }
  | {
      readonly kind: 'table';
      /** What it shows, for those who do not see the heading above. */
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
      /** Open only when asked for. */
      readonly isFolded?: boolean;
    }
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'code'; readonly language: string; readonly title: string; readonly text: string };

export interface Report {
  readonly title: string;
  readonly badge: { readonly tone: Tone; readonly text: string } | null;
  readonly blocks: readonly Block[];
  readonly footer: string;
}

/** Memory over time. Times in ms; 0 is the injection. */
export interface Chart {
  /** What it shows, in a sentence, for those who do not see it. */
  readonly label: string;
  readonly curves: readonly Curve[];
  readonly lines: readonly Line[];
  readonly marks: readonly ChartMark[];
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  readonly from: number;
  readonly to: number;
}

export interface Curve {
  readonly name: string;
  /** `first` and `second`: the working sets of one run or two; `minor`: what stands behind them. */
  readonly style: 'first' | 'second' | 'minor';
  readonly times: readonly number[];
  /** Bytes. */
  readonly values: readonly (number | null)[];
}

/** A level that stays, bytes. */
export interface Line {
  readonly name: string;
  readonly style: 'limit' | 'request';
  readonly bytes: number;
}

export type ChartMarkKind = 'inject' | 'stop' | 'kill' | 'restart' | 'probe';

export interface ChartMark {
  readonly kind: ChartMarkKind;
  readonly time: number;
  readonly count: number;
  /** The second run's, where there are two. */
  readonly isSecond: boolean;
}
