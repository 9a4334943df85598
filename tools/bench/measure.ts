/** How long each of the two is measured, ms. */
const MEASURE_MS = 400;
const ROUNDS = 9;

/**
 * Milliseconds of the process's CPU time per call of each, the median over rounds that alternate between the two, so
 * that what disturbs the machine disturbs both. Waiting for a processor does not count. Each is called until it is warm
 * before.
 */
export function measurePair(ours: () => void, reference: () => void): { ours: number; reference: number } {
  const calls = { ours: callsPerRound(ours), reference: callsPerRound(reference) };
  const times = { ours: [] as number[], reference: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(timePerCall(ours, calls.ours));
    times.reference.push(timePerCall(reference, calls.reference));
  }
  return { ours: median(times.ours), reference: median(times.reference) };
}

function callsPerRound(task: () => void): number {
  const deadline = performance.now() + MEASURE_MS;
  let calls = 0;
  for (; performance.now() < deadline || calls === 0; calls++) task();
  return Math.max(1, Math.round(calls / ROUNDS));
}

function timePerCall(task: () => void, calls: number): number {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
