// Makes the pictures that are made by rule: the tree's fill levels, and icon.png from icon.svg (needs chromium).
// Afterwards: npx biome check --write media
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const here = import.meta.dirname;
const COLOURS = {
  light: { line: '#424242', calm: '#424242', near: '#bf8803', killed: '#e51400' },
  dark: { line: '#c5c5c5', calm: '#c5c5c5', near: '#cca700', killed: '#f14c4c' },
};
const LEVELS = { calm: [0, 8], near: [0, 8], killed: [0, 8] };

for (const [theme, colours] of Object.entries(COLOURS)) {
  for (const [alarm, [first, last]] of Object.entries(LEVELS)) {
    for (let eighths = first; eighths <= last; eighths++) {
      const height = (eighths * 10) / 8;
      const line = alarm === 'killed' ? colours.killed : colours.line;
      const fill =
        eighths === 0
          ? ''
          : `<rect x="5" y="${13 - height}" width="6" height="${height}" fill="${colours[alarm]}"/>`;
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">' +
        `<title>${eighths} of 8</title><rect x="3.5" y="1.5" width="9" height="13" rx="2" fill="none" stroke="${line}"/>${fill}</svg>\n`;
      writeFileSync(`${here}/fill/${theme}/${alarm}-${eighths}.svg`, svg);
    }
  }
}

// A vessel without a lid: no limit. A dashed one: nobody measures.
const OPEN = 'M3.5 3 V12.5 a2 2 0 0 0 2 2 h5 a2 2 0 0 0 2 -2 V3';
for (const [theme, colours] of Object.entries(COLOURS)) {
  for (const alarm of ['calm', 'near', 'killed']) {
    const line = alarm === 'calm' ? colours.line : colours[alarm];
    const start =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16" fill="none">';
    const open = `<path d="${OPEN}" stroke="${line}" stroke-linecap="round"/><rect x="5" y="9" width="6" height="4" fill="${line}"/>`;
    const unknown = `<rect x="3.5" y="1.5" width="9" height="13" rx="2" stroke="${line}" stroke-dasharray="2 1.6"/>`;
    writeFileSync(
      `${here}/fill/${theme}/${alarm}-open.svg`,
      `${start}<title>no limit</title>${open}</svg>\n`,
    );
    writeFileSync(
      `${here}/fill/${theme}/${alarm}-unknown.svg`,
      `${start}<title>not measured</title>${unknown}</svg>\n`,
    );
  }
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
  await page.setContent(`<body style="margin:0">${readFileSync(`${here}/icon.svg`, 'utf8')}</body>`);
  await page.screenshot({ path: `${here}/icon.png`, omitBackground: true });
} finally {
  await browser.close();
}
