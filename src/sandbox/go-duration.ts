/** Milliseconds as Go's time.Duration prints them: `0s`, `9.3s`, `1m20s`, `5m0s`, `1h0m0s`. Below 1 s: `250ms`. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const seconds = Math.floor(ms / 1000);
  const fraction = String(ms % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  const last = `${seconds % 60}${fraction === '' ? '' : `.${fraction}`}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return last;
  return minutes < 60 ? `${minutes}m${last}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${last}`;
}
