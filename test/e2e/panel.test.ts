import { PANEL_STEPS } from '../../tools/screenshots/panel-steps.js';
import { playInE2e } from './play.js';

describe('the memory panel, in VS Code with the installed extension', () => {
  playInE2e(PANEL_STEPS);
});
