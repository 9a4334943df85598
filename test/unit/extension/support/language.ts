import type { Language } from '../../../../src/extension/present/localizer.js';

/** English as VS Code gives it without a translation: placeholders filled in once. */
export const english: Language = {
  locale: 'en',
  l10n: {
    t: (message, ...args) =>
      message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole)),
  },
};
