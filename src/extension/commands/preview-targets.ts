import * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { DisposableList } from '../disposables.js';
import { experimentNamespace } from '../lens/model.js';
import { worldOf } from '../lens/world.js';
import { podsText } from '../present/count.js';
import {
  outsideNamespaces,
  type PreviewRow,
  type TargetPreview,
  targetPreview,
} from '../present/target-preview.js';
import { listen } from '../session.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { chooseManifest, type ManifestChoice, tellErrors } from './manifest-choice.js';

/** The list is drawn at most this often, ms. */
const REDRAW_MS = 1000;

interface Item extends vscode.QuickPickItem {
  readonly row?: PreviewRow;
}

/** Names what the selector of a manifest hits, for as long as the list is open; the Pods stand out in the tree meanwhile. */
export async function previewTargets(host: CommandHost, argument: unknown): Promise<void> {
  const choice = await chooseManifest(host, argument);
  if (choice === null) return;
  const lab = await connected(host);
  if (lab === null) return;
  if (choice.read()?.object == null) return tellErrors(choice);
  await new PreviewList(host, lab, choice).run();
}

class PreviewList {
  readonly #host: CommandHost;
  readonly #choice: ManifestChoice;
  readonly #scope = new DisposableList();
  readonly #pick = this.#scope.add(vscode.window.createQuickPick<Item>());
  readonly #panel: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('pulse'),
    tooltip: vscode.l10n.t('Memory panel'),
  };
  readonly #lab: Lab;
  readonly #interest;
  readonly #surroundings;
  #podKeys: readonly string[] = [];
  #drawn = '';
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = 0;

  constructor(host: CommandHost, lab: Lab, choice: ManifestChoice) {
    this.#host = host;
    this.#choice = choice;
    this.#lab = lab;
    this.#interest = this.#scope.add(lab.interest());
    this.#surroundings = this.#scope.add(lab.watchSurroundings());
    for (const store of [lab.pods, lab.nodes, lab.connection, lab.engine, lab.surroundings])
      listen<unknown>(this.#scope, store, () => this.#drawSoon());
    this.#scope.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === choice.document) this.#drawSoon();
      }),
    );
    this.#scope.add(host.session.onDidChange(() => host.session.lab !== lab && this.#pick.hide()));
    this.#scope.defer(() => clearTimeout(this.#timer ?? undefined));
  }

  /** Ends when the list is closed. */
  async run(): Promise<void> {
    const pick = this.#pick;
    pick.title = vscode.l10n.t('Targets of {0}', this.#choice.label);
    pick.matchOnDetail = true;
    pick.keepScrollPosition = true;
    // The tree that shows them is opened beside it and must not close it.
    pick.ignoreFocusOut = true;
    pick.buttons = [this.#panel];
    const closed = new Promise<void>((resolve) => this.#scope.add(pick.onDidHide(() => resolve())));
    let chosen: PreviewRow | undefined;
    this.#scope.add(
      pick.onDidAccept(() => {
        chosen = pick.activeItems[0]?.row;
        pick.hide();
      }),
    );
    this.#scope.add(pick.onDidTriggerButton(() => void this.#host.panel.pin(this.#podKeys)));
    this.#scope.add(
      pick.onDidTriggerItemButton(({ item: { row } }) => {
        if (row !== undefined) void this.#host.panel.pin([`${row.namespace}/${row.pod}`]);
      }),
    );
    this.#draw();
    pick.show();
    try {
      await closed;
    } finally {
      this.#scope.dispose();
      await this.#host.pods.highlight([]);
    }
    if (chosen !== undefined) await this.#host.pods.reveal(chosen.namespace, chosen.pod);
  }

  #drawSoon(): void {
    if (this.#drawnAt === 0) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#draw();
      },
      Math.max(0, this.#drawnAt + REDRAW_MS - Date.now()),
    );
  }

  #draw(): void {
    this.#drawnAt = Date.now();
    const preview = this.#preview();
    // While it is being edited there may be nothing to say: what was true last stays.
    if (preview === null) return;
    const drawn = JSON.stringify(preview);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const active = this.#pick.activeItems[0]?.row?.id;
    const items = this.#items(preview);
    this.#pick.placeholder = preview.summary;
    this.#pick.items = items;
    this.#pick.activeItems = items.filter(({ row }) => row !== undefined && row.id === active);
    this.#highlight(preview.podKeys);
  }

  #preview(): TargetPreview | null {
    const manifest = this.#choice.read();
    if (manifest?.object == null) return null;
    const world = worldOf(this.#host.session);
    const namespace = experimentNamespace(manifest, world.connection);
    const { spec } = manifest.object;
    const { pods, nodes } = world;
    const engine = this.#lab.engine.get();
    const installation = engine.kind === 'chaos-mesh' ? engine.installation : null;
    if (installation?.filtersNamespaces === true) {
      this.#surroundings.want({
        namespaces: new Set(pods.map((pod) => pod.namespace)),
        nodes: new Set(),
        rights: [],
      });
    }
    const outside = outsideNamespaces(pods, installation, this.#lab.surroundings.get());
    return targetPreview({ spec, namespace, pods, nodes, outside }, this.#host.language);
  }

  #items({ hits, misses, podKeys }: TargetPreview): Item[] {
    const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const item = (row: PreviewRow, icon: string): Item => ({
      label: `$(${icon}) ${row.label}`,
      detail: row.warning === null ? row.detail : `${row.detail} · ${row.warning}`,
      buttons: [this.#panel],
      row,
    });
    return [
      ...(hits.length === 0
        ? []
        : [separator(vscode.l10n.t('hit now: {0}', podsText(podKeys.length, this.#host.language)))]),
      ...hits.map((row) => item(row, row.warning === null ? 'target' : 'warning')),
      ...(misses.length === 0 ? [] : [separator(vscode.l10n.t('nearly hit'))]),
      ...misses.map((row) => item(row, 'circle-slash')),
    ];
  }

  #highlight(podKeys: readonly string[]): void {
    this.#interest.show(podKeys);
    if (podKeys.join() === this.#podKeys.join()) return;
    this.#podKeys = podKeys;
    void this.#host.pods.highlight(podKeys);
  }
}
