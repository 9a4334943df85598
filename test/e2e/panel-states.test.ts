import { STATE_STEPS } from '../../tools/screenshots/state-steps.js';
import { playInE2e } from './play.js';

describe('the memory panel where something is missing, in VS Code with the installed extension', () => {
  playInE2e(STATE_STEPS, { agent: false });
});
