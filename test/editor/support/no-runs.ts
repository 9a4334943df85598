import type { Runs } from '../../../src/extension/commands/host.js';

/** Records nothing: for tests of what goes on before and beside a record. */
export const NO_RUNS: Runs = {
  begin: () => ({ injected: () => {}, discard: () => {} }),
  show: async () => {},
  text: async () => '',
  dispose: () => {},
};
