import type { StressChaos } from '../../core/kubernetes/objects.js';
import { writeStressChaos } from '../../core/stresschaos/write.js';

/** What a terminal or the eye would take for something else than it is. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * The command that creates these objects in that context, for a POSIX shell. Null where a name holds characters that cannot be
 * pasted safely.
 *
 * @param kubeconfig null: kubectl finds it as we do.
 */
export function kubectlApply(
  objects: readonly StressChaos[],
  context: string,
  kubeconfig: string | null,
): string | null {
  const from = [...(kubeconfig === null ? [] : ['--kubeconfig', kubeconfig]), '--context', context];
  if (from.some((word) => UNSEEN.test(word))) return null;
  // Outside of quotes the writer writes no `!`, which an interactive shell may take for its history.
  const text = objects.map(writeStressChaos).join('---\n').replaceAll('!', '\\u0021');
  const end = delimiter(text);
  return `kubectl ${from.map(shellWord).join(' ')} apply -f - <<'${end}'\n${text}${end}\n`;
}

/** A word as a POSIX shell reads it back, whatever it holds. */
export function shellWord(text: string): string {
  if (/^[-A-Za-z0-9_./:@%+=,]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A line that the text does not have. */
function delimiter(text: string): string {
  const lines = new Set(text.split('\n'));
  for (let count = 0; ; count++) {
    const line = count === 0 ? 'EOF' : `EOF_${count}`;
    if (!lines.has(line)) return line;
  }
}
