import { displayBytes } from '../../core/units/display.js';
import type { NamedKill } from '../../lab/types.js';
import type { KillDetails } from '../../protocol/panel/kills.js';
import type { PanelTexts } from '../../protocol/panel/texts.js';

/** Control characters, and those that turn or hide text: a name is pasted into terminals. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Shows what cannot be seen as its code. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A kill as text for people, one fact a line; no line is made by what a process calls itself. */
export function killAsText(
  { kill, nodeName, namespace, podName, containerName }: NamedKill,
  { candidates, usageBytes, level, tasks, weighedBytes }: KillDetails,
  { texts, locale }: { readonly texts: PanelTexts; readonly locale: string },
): string {
  const { victim, constraint, limitBytes } = kill;
  const bytes = (value: number | null) => (value === null ? '—' : displayBytes(value, locale, true));
  const facts: [string, string | null][] = [
    [texts.columnTime, `${kill.time} · ${nodeName}`],
    [texts.columnContainer, podName && [namespace, podName, containerName].filter(Boolean).join('/')],
    [texts.factCandidates, candidates.length === 0 ? null : candidates.join(', ')],
    [texts.columnVictim, victim && `${victim.comm} (${victim.pid})`],
    [texts.columnFreed, victim && bytes(victim.anonRssBytes)],
    ['oom_score_adj', victim?.oomScoreAdj == null ? null : String(victim.oomScoreAdj)],
    [texts.columnCause, constraint && [constraint, level].filter(Boolean).join(' · ')],
    [texts.lineLimit, limitBytes === null ? null : bytes(limitBytes)],
    [texts.factUsage, usageBytes === null ? null : bytes(usageBytes)],
    [texts.columnEvidence, evidenceText(kill, texts)],
    [texts.factOomMemcg, kill.oomMemcg],
    [texts.factTaskMemcg, kill.taskMemcg],
    [texts.factInvoker, kill.invoker && `${kill.invoker.comm} (${kill.invoker.pid ?? '?'})`],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [`${name}: ${visible(value)}`],
  );
  if (tasks.length > 0) {
    const limit = weighedBytes === null ? '' : ` (${bytes(weighedBytes)})`;
    lines.push('', `${texts.tasksTitle}${limit}:`);
    for (const task of tasks) {
      const mark = task.isVictim ? '*' : ' ';
      const held = `${bytes(task.rssBytes)}, oom_score_adj ${task.oomScoreAdj}, badness ${task.badness ?? '—'}`;
      lines.push(`${mark} ${task.pid} ${visible(task.comm)}: ${held}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function evidenceText({ evidence, checked }: NamedKill['kill'], texts: PanelTexts): string {
  const words = {
    full: texts.evidenceFullHint,
    bare: texts.evidenceBareHint,
    counted: texts.evidenceCountedHint,
  }[evidence];
  return checked === false ? `${words}. ${texts.notChecked}` : words;
}
