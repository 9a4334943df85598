import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

/** What the browser claims of the user's system; VS Code follows it (`window.autoDetectColorScheme`). */
const THEMES = {
  dark: { media: { colorScheme: 'dark', forcedColors: 'none' }, workbenchClass: 'vs-dark' },
  light: { media: { colorScheme: 'light', forcedColors: 'none' }, workbenchClass: 'vs' },
  'high-contrast': { media: { colorScheme: 'dark', forcedColors: 'active' }, workbenchClass: 'hc-black' },
  'high-contrast-light': {
    media: { colorScheme: 'light', forcedColors: 'active' },
    workbenchClass: 'hc-light',
  },
} as const;

/** One row of a tree, as a screen reader says it. */
export interface TreeRow {
  readonly label: string;
  readonly level: number;
}

/** One row of the OOM kills panel. */
export interface KillRow {
  readonly container: string;
  readonly victim: string;
  /** The victim's anonymous memory. */
  readonly freed: string;
  readonly adj: string;
}

/** What a user does and sees in VS Code's window. Waits as long as the page's default timeout. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Loads the address and waits for the window, and for an editor's text where the address opens a file. */
  async open(address: string): Promise<void> {
    await this.page.goto(address, { timeout: 60_000 });
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    if (address.includes('openFile')) await this.editorLine('').waitFor({ timeout: 60_000 });
  }

  /** The first line of the shown editor that has the text. */
  editorLine(text: string | RegExp): Locator {
    return this.page.locator('.monaco-editor .view-line').filter({ hasText: text }).first();
  }

  /** The links above the lines of the shown editor whose text matches. */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a, .codelens-decoration span').filter({ hasText: text });
  }

  /** Every CodeLens of the shown editor as one text, lens by lens. */
  async codeLensTexts(): Promise<string[]> {
    const texts = await this.page.locator('.codelens-decoration').allTextContents();
    return texts.map(oneLine).filter((text) => text !== '');
  }

  /** Replaces a word of the shown editor as a user would: double click, type. */
  async replaceWord(word: string, by: string): Promise<void> {
    const line = this.editorLine(word);
    await line.locator('span').filter({ hasText: word }).last().dblclick();
    await this.page.keyboard.type(by);
    // Suggestions come a moment after the typing, where there are any.
    const suggestions = this.page.locator('.suggest-widget.visible');
    await suggestions.waitFor({ timeout: 1_500 }).catch(() => {});
    await this.page.keyboard.press('Escape');
    await suggestions.waitFor({ state: 'hidden' });
  }

  /** Runs a command of the palette by its full title, category included. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first().click();
  }

  /** Types into the input box that is open and accepts it. */
  async answerInput(title: string | RegExp, text: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget').filter({ hasText: title });
    await widget.waitFor();
    await widget.locator('input.input').fill(text);
    await this.page.keyboard.press('Enter');
    await widget.waitFor({ state: 'hidden' });
  }

  /** The step of a multi-step input, e.g. `2/5`. */
  inputStep(step: string): Locator {
    return this.page
      .locator('.quick-input-widget')
      .filter({ has: this.page.locator('.quick-input-title', { hasText: `(${step})` }) });
  }

  /** Accepts what a step of a multi-step input offers, or what is typed there. */
  async answerStep(step: string, text?: string): Promise<void> {
    const widget = this.inputStep(step);
    await widget.waitFor();
    if (text !== undefined) {
      await widget.locator('input.input').fill(text);
      // What is typed becomes a row of its own, and Enter takes the row that has the focus.
      await widget.locator('.monaco-list-row.focused').filter({ hasText: text }).waitFor();
    }
    await this.page.keyboard.press('Enter');
    await widget.waitFor({ state: 'hidden' });
  }

  /** The entry of the status bar with that id. */
  statusItem(id: string): Locator {
    return this.page.locator(`.statusbar-item[id="${id}"]`);
  }

  /** Picks the first row with the text of the quick pick that is open. */
  async pickRow(text: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click();
  }

  /** Shows the side bar view container of that name. */
  async showViews(name: string): Promise<void> {
    const tab = this.page.locator(`.activitybar a.action-label[aria-label^="${name}"]`);
    await tab.waitFor();
    const shown = this.page.locator(
      `.activitybar .action-item.checked a.action-label[aria-label^="${name}"]`,
    );
    if ((await shown.count()) === 0) await tab.click();
    await shown.waitFor();
  }

  /** Drags the border of the side bar until it is about so wide (CSS pixels). */
  async widenSideBar(width: number): Promise<void> {
    const box = await this.page.locator('.sidebar').boundingBox();
    if (box === null) throw new Error('no side bar is shown');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width + 2, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** The rows of the side bar that stand in the document now, in order. */
  async treeRows(): Promise<TreeRow[]> {
    const rows = await this.page.locator('.sidebar .monaco-list-row').evaluateAll((elements) =>
      elements.map((row) => ({
        label: row.getAttribute('aria-label') ?? row.textContent ?? '',
        level: Number(row.getAttribute('aria-level') ?? 1),
      })),
    );
    return rows.map(({ label, level }) => ({ label: oneLine(label), level }));
  }

  /** Opens the view of that name in the side bar, where it is closed. */
  async expandView(name: string): Promise<void> {
    const header = this.page.locator(`.sidebar .pane-header[aria-label^="${name}"]`);
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  }

  /** The rows of the side bar whose sentence has the text: a Pod's label may be shortened, its sentence never is. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator('.sidebar').getByRole('treeitem', { name: text });
  }

  /** Right-clicks the place and picks the item of the menu. */
  async contextMenu(place: Locator, item: string): Promise<void> {
    const entry = this.page.locator('.monaco-menu .action-menu-item').filter({ hasText: item });
    // A window that has just opened may show no menu yet, or does not know yet that its workspace is trusted: again until then.
    const enabled = entry.first().and(this.page.locator(':not([aria-disabled="true"])'));
    for (let opening = 1; ; opening++) {
      await place.click({ button: 'right' });
      const shown = enabled.waitFor({ timeout: 3_000 });
      if (opening === 10) await shown;
      if (
        await shown.then(
          () => true,
          () => false,
        )
      )
        break;
      await this.page.keyboard.press('Escape');
    }
    // A menu that has just opened takes no click yet: again until it has closed.
    for (let attempt = 1; (await entry.count()) > 0; attempt++) {
      await entry.first().click();
      const gone = entry.first().waitFor({ state: 'hidden', timeout: 1_000 });
      await (attempt < 5 ? gone.catch(() => {}) : gone);
    }
  }

  /** The document inside the first webview that is shown. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** The kills of the panel that stand in its document now; each closed storm is opened for as long as it is read. */
  async killRows(): Promise<KillRow[]> {
    const page = this.webview();
    const rows = await readKills(page.locator('.space [data-kill]'));
    const keys = await page
      .locator('.space .storm[aria-expanded="false"]')
      .evaluateAll((storms) => storms.map((storm) => storm.getAttribute('data-key') ?? ''));
    for (const key of keys) {
      const storm = page.locator(`.space .storm[data-key="${key}"]`);
      const toggle = (): Promise<void> => storm.dispatchEvent('click');
      await toggle();
      await page.locator('.space [aria-level="2"]').first().waitFor({ state: 'attached' });
      rows.push(...(await readKills(page.locator('.space [aria-level="2"]'))));
      await toggle();
      await page.locator(`.space .storm[data-key="${key}"][aria-expanded="false"]`).waitFor();
    }
    return rows;
  }

  /** The texts of the notifications shown now. */
  async notifications(): Promise<string[]> {
    return (await this.page.locator('.notification-toast').allTextContents()).map(oneLine);
  }

  /** Changes the colour theme and waits until the window has it. */
  async setTheme(theme: Theme): Promise<void> {
    const { media, workbenchClass } = THEMES[theme];
    await this.page.emulateMedia(media);
    await this.page.locator(`.monaco-workbench.${workbenchClass}`).waitFor();
  }

  async screenshot(file: string): Promise<void> {
    mkdirSync(dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }
}

/** Spaces of every kind to one plain space. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

async function readKills(rows: Locator): Promise<KillRow[]> {
  const read = await rows.evaluateAll((elements) =>
    elements.map((row) =>
      ['container', 'victim', 'freed', 'adj'].map(
        (name) => row.querySelector(`.cell.${name}`)?.textContent ?? '',
      ),
    ),
  );
  return read.map((texts) => {
    const [container = '', victim = '', freed = '', adj = ''] = texts.map(oneLine);
    return { container, victim, freed, adj };
  });
}
