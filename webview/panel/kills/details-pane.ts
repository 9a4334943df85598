import { displayBytes, displayExact } from '../../../src/core/units/display.js';
import type { KillDetails, KillRow, KillTask } from '../../../src/protocol/panel/kills.js';
import type { PanelMessage } from '../../../src/protocol/panel/messages.js';
import { element, fill } from '../../dom.js';
import { createButton } from '../../toolkit.js';
import type { PageLanguage } from '../language.js';
import { cellsOf } from './cells.js';

export interface DetailsPaneOptions {
  readonly language: PageLanguage;
  send(message: PanelMessage): void;
  onClose(): void;
}

/** All that is known of one kill, and what can be done with it. */
export class DetailsPane {
  readonly element: HTMLElement;
  readonly #options: DetailsPaneOptions;
  readonly #body = element('div', { className: 'details-body' });
  #row: KillRow | null = null;

  constructor(options: DetailsPaneOptions) {
    this.#options = options;
    const { texts } = options.language;
    this.element = element('aside', {
      className: 'details',
      attributes: { 'aria-label': texts.detailsLabel, hidden: '' },
    });
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      options.onClose();
    });
  }

  /** The kill that is shown; null: the pane is closed. */
  get id(): string | null {
    return this.#row?.id ?? null;
  }

  /** Shows what the row says, and asks for the rest. */
  open(row: KillRow): void {
    const isOther = row.id !== this.id;
    if (!isOther && row === this.#row) return;
    this.#row = row;
    if (isOther) this.#body.replaceChildren(note(this.#options.language.texts.readingProcesses));
    this.element.replaceChildren(this.#head(row), this.#body);
    this.element.hidden = false;
    this.#options.send({ type: 'details', id: row.id });
  }

  /** Where the details take the place of the list, they take the focus as well. */
  focusIfAlone(list: HTMLElement): void {
    if (list.clientHeight === 0) this.element.querySelector<HTMLElement>('.back')?.focus();
  }

  close(): void {
    this.#row = null;
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** The extension's answer; one about another kill comes too late. */
  take(id: string, details: KillDetails | null): void {
    const row = this.#row;
    if (row === null || row.id !== id) return;
    const { language } = this.#options;
    const { texts } = language;
    if (details === null) {
      this.#body.replaceChildren(note(texts.detailsGone));
      return;
    }
    const facts = factsOf(row, details, language).map(([name, ...values]) =>
      element('div', {
        children: [element('dt', { text: name }), ...values.map((text) => element('dd', { text }))],
      }),
    );
    this.#body.replaceChildren(
      element('dl', { className: 'details-facts', children: facts }),
      ...tasksOf(details, language),
    );
  }

  #head(row: KillRow): HTMLElement {
    const { language, send, onClose } = this.#options;
    const { texts } = language;
    const cells = cellsOf(row, language);
    const { namespace, pod } = row;
    const button = (label: string, onClick: () => void) => createButton({ label, onClick }).element;
    const close = element('button', {
      className: 'close',
      text: '✕',
      title: texts.detailsClose,
      attributes: { type: 'button', 'aria-label': texts.detailsClose },
    });
    close.addEventListener('click', onClose);
    const back = element('button', {
      className: 'back link',
      text: `‹ ${texts.detailsBack}`,
      attributes: { type: 'button' },
    });
    back.addEventListener('click', onClose);
    return element('div', {
      className: 'details-head',
      children: [
        element('div', {
          className: 'details-title',
          children: [
            back,
            element('h2', { text: cells.victim.text }),
            element('span', { className: 'quiet', text: cells.victim.after ?? '' }),
            close,
          ],
        }),
        element('div', {
          className: 'buttons',
          children: [
            button(texts.copyKill, () => send({ type: 'copy-kill', id: row.id })),
            ...(namespace === null || pod === null
              ? []
              : [button(texts.showPod, () => send({ type: 'reveal-pod', namespace, pod }))]),
            button(texts.openReport, () => send({ type: 'open-report', id: row.id })),
          ],
        }),
      ],
    });
  }
}

function note(text: string): HTMLElement {
  return element('p', { className: 'details-note', text });
}

type Fact = readonly [name: string, ...values: string[]];

/** What is known, each with its name; what is not known is left out. */
function factsOf(row: KillRow, details: KillDetails, language: PageLanguage): readonly Fact[] {
  const { texts } = language;
  const cells = cellsOf(row, language);
  const { container, cause, evidence, time } = cells;
  const place = [container.before, container.text, container.tail, container.after].join('');
  const { invoker, oomMemcg, taskMemcg, candidates } = details;
  const isChecked = details.checked !== false;
  const known: (Fact | null)[] = [
    [texts.columnTime, `${time.text} · ${row.node}`, row.time],
    [texts.columnContainer, place],
    [texts.columnCause, cause.text, ...(cause.title === undefined ? [] : [cause.title])],
    orNone(texts.factUsage, usageText(details, language)),
    orNone(texts.factLevel, levelText(details, language)),
    orNone(texts.factMemory, memoryText(row, details, language)),
    orNone(texts.columnAdj, row.victim?.oomScoreAdj == null ? null : String(row.victim.oomScoreAdj)),
    orNone(texts.factInvoker, invoker && nameOf(invoker)),
    [
      texts.columnEvidence,
      `${evidence.text}: ${evidence.title ?? ''}`,
      ...(isChecked ? [] : [texts.notChecked]),
    ],
    candidates.length === 0 ? null : [texts.factCandidates, ...candidates],
    orNone(texts.factOomMemcg, oomMemcg),
    orNone(texts.factTaskMemcg, taskMemcg === oomMemcg ? null : taskMemcg),
  ];
  return known.filter((fact) => fact !== null);
}

function orNone(name: string, value: string | null): Fact | null {
  return value === null ? null : [name, value];
}

function nameOf({ comm, pid }: { readonly comm: string; readonly pid: number | null }): string {
  return pid === null ? comm : `${comm} (${pid})`;
}

function usageText({ usageBytes, limitBytes }: KillDetails, { texts, locale }: PageLanguage): string | null {
  if (usageBytes === null) return null;
  const usage = displayBytes(usageBytes, locale);
  return limitBytes === null ? usage : fill(texts.usageOfLimit, usage, displayBytes(limitBytes, locale));
}

function levelText({ level }: KillDetails, { texts }: PageLanguage): string | null {
  switch (level) {
    case 'container':
      return texts.levelContainer;
    case 'pod':
      return texts.levelPod;
    case 'kubepods':
      return texts.levelKubepods;
    case 'node':
      return texts.levelNode;
    case null:
      return null;
  }
}

function memoryText(row: KillRow, { victim }: KillDetails, { texts, locale }: PageLanguage): string | null {
  if (victim === null) return null;
  const kinds = [
    [texts.memoryAnon, victim.anonBytes],
    [texts.memoryFile, victim.fileBytes],
    [texts.memoryShmem, victim.shmemBytes],
    [texts.memoryPgtables, victim.pgtablesBytes],
    [texts.memoryVirtual, victim.virtualBytes],
  ] as const;
  const told = kinds.flatMap(([text, bytes]) =>
    bytes === null ? [] : [fill(text, displayBytes(bytes, locale, true))],
  );
  const uid = victim.uid === null ? [] : [fill(texts.uid, String(victim.uid))];
  return row.victim === null ? null : [...told, ...uid].join(' · ');
}

/** The kernel's task table, the highest badness first. */
function tasksOf(details: KillDetails, { texts, locale }: PageLanguage): readonly HTMLElement[] {
  const { tasks, weighedBytes } = details;
  if (tasks.length === 0) return [note(texts.tasksNone)];
  const weighed =
    weighedBytes === null
      ? []
      : [
          element('span', {
            className: 'quiet',
            text: fill(texts.tasksWeighed, displayBytes(weighedBytes, locale)),
          }),
        ];
  const heading = (text: string, isNumber: boolean) =>
    element('th', { text, className: isNumber ? 'number' : '', attributes: { scope: 'col' } });
  const head = element('tr', {
    children: [
      heading(texts.columnProcess, false),
      heading(texts.columnBadness, true),
      heading(texts.columnRss, true),
      heading(texts.columnSwap, true),
      heading(texts.columnPgtables, true),
      heading(texts.columnAdj, true),
    ],
  });
  return [
    element('h3', { children: [document.createTextNode(`${texts.tasksTitle} `), ...weighed] }),
    element('div', {
      className: 'details-tasks',
      attributes: { tabindex: '0', role: 'region', 'aria-label': texts.tasksTitle },
      children: [
        element('table', {
          children: [
            element('thead', { children: [head] }),
            element('tbody', { children: tasks.map((task) => taskRow(task, texts, locale)) }),
          ],
        }),
      ],
    }),
  ];
}

function taskRow(task: KillTask, texts: PageLanguage['texts'], locale: string): HTMLElement {
  const bytes = (value: number | null) => (value === null ? '—' : displayBytes(value, locale, true));
  const number = (text: string, title?: string) =>
    element('td', { className: 'number', text, ...(title === undefined ? {} : { title }) });
  const badness =
    task.badness !== null
      ? number(displayExact(task.badness, locale))
      : task.oomScoreAdj === -1000
        ? number(texts.neverDies, texts.neverDiesHint)
        : number('—');
  return element('tr', {
    className: task.isVictim ? 'victim-row' : '',
    children: [
      element('th', {
        attributes: { scope: 'row' },
        children: [
          element('span', { className: 'comm', text: task.comm }),
          element('span', { className: 'quiet', text: ` (${task.pid})` }),
          ...(task.isVictim ? [element('span', { className: 'mark', text: texts.victimMark })] : []),
        ],
      }),
      badness,
      number(bytes(task.rssBytes)),
      number(bytes(task.swapBytes)),
      number(bytes(task.pgtablesBytes)),
      number(String(task.oomScoreAdj)),
    ],
  });
}
