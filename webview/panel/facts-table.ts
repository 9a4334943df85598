import { element } from '../dom.js';

/** A column's class, heading and, where there is one, what its heading says on hover. */
export type FactsColumn = readonly [className: string, heading: string, title?: string];

/** The part of the page that lists facts of the chosen container: a caption above a table that scrolls. */
export interface FactsPart {
  readonly element: HTMLElement;
  readonly caption: HTMLElement;
  readonly table: HTMLTableElement;
  readonly body: HTMLElement;
}

export function factsPart(className: string, columns: readonly FactsColumn[]): FactsPart {
  const caption = element('div', { className: 'caption' });
  const body = element('tbody');
  const headings = columns.map(([name, text, title]) =>
    element('th', {
      className: name,
      text,
      attributes: { scope: 'col' },
      ...(title === undefined ? {} : { title }),
    }),
  );
  const head = element('thead', { children: [element('tr', { children: headings })] });
  const table = element('table', { className: 'facts', children: [head, body] });
  const scroller = element('div', { className: 'facts-scroller', children: [table] });
  return { element: element('section', { className, children: [caption, scroller] }), caption, table, body };
}
