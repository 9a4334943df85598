import * as vscode from 'vscode';
import type { HoverOptions } from '../../core/stresschaos/editor/hover.js';
import { pickLocale } from '../../core/stresschaos/format.js';
import type { LanguageHost } from './host.js';
import { effectiveVersion } from './settings.js';

function clockTime(ms: number): string {
  const sameDay = new Date(ms).toDateString() === new Date().toDateString();
  const style: Intl.DateTimeFormatOptions = sameDay
    ? { timeStyle: 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(vscode.env.language, style).format(ms);
}

/** What the pure language features are told of this window. */
export function languageOptions(host: LanguageHost): HoverOptions {
  return {
    chaosMeshVersion: effectiveVersion(host),
    locale: pickLocale(vscode.env.language),
    cluster: host.clusterNames?.() ?? null,
    clock: { nowMs: Date.now(), format: clockTime },
  };
}
