import { join } from 'node:path';
import { ROOT } from '../root.js';
import type { Theme, Workbench } from './workbench.js';

const THEMES: readonly Theme[] = ['light', 'high-contrast', 'dark'];

/** Takes `.results/screenshots/NAME-THEME.png` of the window in every theme; it ends dark. */
export async function takePictures(workbench: Workbench, name: string): Promise<void> {
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    await workbench.screenshot(join(ROOT, '.results/screenshots', `${name}-${theme}.png`));
  }
}
