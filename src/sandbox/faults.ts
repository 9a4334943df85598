import { FAULTS } from './api/http/faults/table.js';
import { CHAOS_FAULTS } from './chaos/faults.js';

/** Every fault that `--fault` takes: those of the API, then those of Chaos Mesh. */
export const ALL_FAULTS: readonly { readonly name: string; readonly description: string }[] = [
  ...FAULTS,
  ...CHAOS_FAULTS,
];

/** Which of them are whose. Throws Error for a name that is none's. */
export function sortFaults(names: readonly string[]): { api: string[]; chaosMesh: string[] } {
  const unknown = names.find((name) => !ALL_FAULTS.some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(`there is no fault "${unknown}"`);
  const ofApi = (name: string): boolean => FAULTS.some((one) => one.name === name);
  return { api: names.filter(ofApi), chaosMesh: names.filter((name) => !ofApi(name)) };
}
