import * as vscode from 'vscode';
import { holdsOnlyStressChaos } from '../../core/stresschaos/only.js';
import { permissiveSchema } from '../../core/stresschaos/spec/json-schema.js';
import type { LanguageHost } from './host.js';
import { schemaContributorEnabled } from './settings.js';

const SCHEME = 'podstress-schema';
const SCHEMA_URI = `${SCHEME}://schema/stresschaos.json`;
const EXTENSION_ID = 'redhat.vscode-yaml';

/** The part of the YAML extension's interface that we use. */
interface YamlApi {
  registerContributor(
    scheme: string,
    requestSchema: (resource: string) => string | undefined,
    requestSchemaContent: (uri: string) => string,
  ): boolean;
}

function isYamlApi(api: unknown): api is YamlApi {
  return typeof (api as Partial<YamlApi> | null | undefined)?.registerContributor === 'function';
}

/**
 * One voice beside redhat.vscode-yaml: it gets a schema without constraints for files that hold nothing but
 * StressChaos, so that it completes and explains their fields and leaves complaining to us.
 */
export class YamlExtension implements vscode.Disposable {
  readonly #host: LanguageHost;
  readonly #listener: vscode.Disposable;
  #registered = false;

  constructor(host: LanguageHost) {
    this.#host = host;
    this.#listener = vscode.extensions.onDidChange(() => this.#register());
    this.#register();
  }

  /** Whether the YAML extension completes and explains the fields of this document from our schema. */
  explains(document: vscode.TextDocument): boolean {
    return this.#registered && schemaContributorEnabled() && holdsOnlyStressChaos(document.getText());
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #register(): void {
    const extension = vscode.extensions.getExtension(EXTENSION_ID);
    if (extension === undefined || this.#registered) return;
    // It activates for any YAML file, and one is open: this only waits for it.
    extension.activate().then(
      (api: unknown) => {
        if (this.#registered || !isYamlApi(api)) return;
        this.#registered = api.registerContributor(SCHEME, requestSchema, () =>
          JSON.stringify(permissiveSchema()),
        );
      },
      (error: unknown) => this.#host.log.warn(`${EXTENSION_ID} did not start: ${String(error)}`),
    );
  }
}

function requestSchema(resource: string): string | undefined {
  if (!schemaContributorEnabled()) return undefined;
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === resource);
  return document !== undefined && holdsOnlyStressChaos(document.getText()) ? SCHEMA_URI : undefined;
}
