import { join } from 'node:path';
import { ROOT } from '../root.js';
import type { Theme, Workbench } from './workbench.js';

const THEMES: readonly Theme[] = ['light', 'high-contrast-light', 'high-contrast', 'dark'];
const PICTURES = join(ROOT, '.results/screenshots');

/** Takes `NAME-THEME.png` of the window in every theme; it ends dark. */
export async function takePictures(workbench: Workbench, name: string, folder = PICTURES): Promise<void> {
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    await workbench.screenshot(join(folder, `${name}-${theme}.png`));
  }
}
