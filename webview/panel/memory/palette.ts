import type { MarkKind } from '../../../src/protocol/panel/memory.js';
import type { Line } from './chart-data.js';

/** The colours of a chart, from the theme of now. */
export interface Palette {
  readonly lines: Readonly<Record<Line, string>>;
  readonly marks: Readonly<Record<MarkKind, string>>;
  readonly limit: string;
  readonly request: string;
  readonly grid: string;
  readonly text: string;
  readonly background: string;
  readonly fontFamily: string;
}

/** Reads the theme's variables, each with another of the theme's where it has none. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const color = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return style.color;
  };
  return {
    lines: {
      workingSet: color('charts-blue', 'focusBorder'),
      usage: color('charts-purple', 'descriptionForeground'),
      rss: color('charts-green', 'testing-iconPassed'),
      cache: color('charts-orange', 'charts-yellow'),
    },
    marks: {
      kill: color('charts-red', 'errorForeground'),
      inject: color('charts-green', 'testing-iconPassed'),
      pause: color('descriptionForeground'),
      resume: color('charts-green', 'testing-iconPassed'),
      stop: color('descriptionForeground'),
      restart: color('charts-yellow', 'editorWarning-foreground'),
      probe: color('charts-purple', 'descriptionForeground'),
    },
    limit: color('charts-red', 'errorForeground'),
    request: color('descriptionForeground'),
    grid: color('editorIndentGuide-background1', 'editorIndentGuide-background', 'panel-border'),
    text: color('descriptionForeground'),
    background: color('panel-background', 'editor-background'),
    fontFamily: style.fontFamily,
  };
}

/** Calls the listener after each change of the theme; VS Code tells it by the attributes of the body. */
export function onThemeChange(listener: () => void): void {
  new MutationObserver(listener).observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-id'],
  });
  new MutationObserver(listener).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['style'],
  });
}
