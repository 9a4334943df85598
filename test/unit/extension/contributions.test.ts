import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Commands,
  ContextKeys,
  Items,
  Settings,
  ViewContainers,
  Views,
} from '../../../src/extension/contributions.js';

const ROOT = join(import.meta.dirname, '../../../..');

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly icon: string;
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: string;
      readonly restrictedConfigurations: readonly string[];
    };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly icon?: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsContainers: Readonly<
      Record<string, readonly { readonly id: string; readonly icon: string }[]>
    >;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;

/** Settings of the language features, which keep their own list. */
const OWN_SETTINGS = Object.keys(contributes.configuration.properties).filter(
  (key) => !/^podstress\.(chaosMesh|inlayHints|liveDiagnostics|yamlSchemaContributor)\b/.test(key),
);

describe('package.json and the code', () => {
  it('have the same commands', () => {
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).sort(),
      Object.values(Commands).sort(),
    );
  });

  it('have the same views and containers', () => {
    const views = Object.values(contributes.views).flat();
    assert.deepEqual(views.map(({ id }) => id).sort(), Object.values(Views).sort());
    const containers = Object.values(contributes.viewsContainers).flat();
    assert.deepEqual(containers.map(({ id }) => id).sort(), Object.values(ViewContainers).sort());
    assert.deepEqual(Object.keys(contributes.views).sort(), Object.values(ViewContainers).sort());
  });

  it('have the same settings', () => {
    assert.deepEqual(OWN_SETTINGS.sort(), Object.values(Settings).sort());
  });

  it('menus name commands that exist, and when-clauses name context keys that are set', () => {
    const known = new Set<string>([...Object.values(ContextKeys), ...Object.values(Views)]);
    const clauses = [
      ...Object.values(contributes.menus)
        .flat()
        .map((item) => {
          assert.ok(Object.values<string>(Commands).includes(item.command), item.command);
          return item.when ?? '';
        }),
      ...contributes.viewsWelcome.map(({ when }) => when),
    ];
    for (const clause of clauses) {
      for (const [name] of clause.matchAll(/\bpodstress\.[\w.]+/g))
        assert.ok(known.has(name), `${name} in ${clause}`);
    }
    const stopClauses = (contributes.menus['view/item/context'] ?? []).filter(
      ({ command }) => command === Commands.stop,
    );
    for (const { when = '' } of stopClauses) assert.ok(when.includes(`\\b${Items.stressed}\\b`), when);
    assert.ok(stopClauses.length > 0);
  });

  it('opens for YAML and for its own tab of before only, and lets VS Code make the rest', () => {
    assert.deepEqual(manifest.activationEvents, ['onLanguage:yaml', 'onWebviewPanel:podstress.panelEditor']);
  });

  it('does not let an untrusted workspace choose the cluster or switch the question off', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    assert.deepEqual([...restrictedConfigurations].sort(), [
      Settings.agentImage,
      Settings.followKubernetesExtension,
      Settings.injectConfirm,
      Settings.kubeconfig,
      Settings.reinject,
    ]);
  });

  it('every picture it names is there', () => {
    const icons = [
      manifest.icon,
      ...[contributes.views, contributes.viewsContainers].flatMap((of) =>
        Object.values(of).flatMap((items) => items.map(({ icon }) => icon)),
      ),
      ...contributes.commands.map(({ icon }) => icon ?? '').filter((icon) => icon.startsWith('media/')),
    ];
    for (const icon of icons) assert.ok(existsSync(join(ROOT, icon)), icon);
  });
});

describe('the rooms of the extension', () => {
  const sources = (folder: string) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ name, text: readFileSync(join(ROOT, folder, name), 'utf8') }));

  it('what makes texts and rows knows no vscode', () => {
    for (const { name, text } of sources('src/extension/present'))
      assert.doesNotMatch(text, /from 'vscode'/, name);
  });

  it('the toolkit has one door', () => {
    const importers = sources('webview').filter(({ text }) => text.includes('@vscode/webview-ui-toolkit'));
    assert.deepEqual(
      importers.map(({ name }) => name),
      ['toolkit.ts'],
    );
  });

  it('the page makes no markup from text', () => {
    for (const { name, text } of sources('webview')) {
      assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, name);
    }
  });

  it('the page takes its colours from the theme', () => {
    const names = readdirSync(join(ROOT, 'webview'), { recursive: true, encoding: 'utf8' });
    const sheets = names.filter((name) => name.endsWith('.css'));
    assert.ok(sheets.length > 0);
    for (const sheet of sheets) {
      const css = readFileSync(join(ROOT, 'webview', sheet), 'utf8');
      assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b(?![^{]*\{)/i, sheet);
      assert.doesNotMatch(css, /\b(rgb|hsl)a?\(|url\(|@import/, sheet);
    }
  });
});
