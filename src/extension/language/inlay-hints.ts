import * as vscode from 'vscode';
import { inlayHints } from '../../core/stresschaos/editor/inlay.js';
import { isManifestFile, SELECTOR } from './documents.js';
import type { LanguageHost } from './host.js';
import { languageOptions } from './options.js';
import { inlayHintsEnabled, LanguageSettings } from './settings.js';

/** Times of the clock grow old: hints are asked for anew this often while any are shown, ms. */
const REFRESH_MS = 60_000;

export function registerInlayHints(host: LanguageHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let shown = false;
  const timer = setInterval(() => {
    if (shown) changed.fire();
  }, REFRESH_MS);
  const provider: vscode.InlayHintsProvider = {
    onDidChangeInlayHints: changed.event,
    provideInlayHints(document, range) {
      shown = false;
      if (!isManifestFile(document) || !inlayHintsEnabled()) return [];
      const offsets = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
      const hints = inlayHints(document.getText(), offsets, languageOptions(host));
      shown = hints.length > 0;
      return hints.map((each) => {
        const hint = new vscode.InlayHint(document.positionAt(each.offset), each.label);
        hint.paddingLeft = true;
        return hint;
      });
    },
  };
  return vscode.Disposable.from(
    changed,
    new vscode.Disposable(() => clearInterval(timer)),
    vscode.languages.registerInlayHintsProvider(SELECTOR, provider),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const ours = [LanguageSettings.inlayHints, LanguageSettings.version];
      if (ours.some((setting) => change.affectsConfiguration(setting))) changed.fire();
    }),
    ...(host.onDidChangeChaosMeshVersion === undefined
      ? []
      : [host.onDidChangeChaosMeshVersion(() => changed.fire())]),
  );
}
