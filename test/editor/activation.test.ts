import assert from 'node:assert/strict';
import { commands, type Extension, extensions, workspace } from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('the installed extension', () => {
  let podstress: Extension<unknown>;

  before(() => {
    const found = extensions.getExtension('podstress.podstress');
    assert.ok(found, `not among ${extensions.all.map(({ id }) => id).join(', ')}`);
    podstress = found;
  });

  it('comes from the VSIX, not from the sources', () => {
    assert.match(podstress.extensionPath, /extensions\/podstress\.podstress-\d/);
  });

  it('activates with the first YAML document, and has every command of its manifest then', async () => {
    await workspace.openTextDocument({ language: 'yaml', content: 'apiVersion: chaos-mesh.org/v1alpha1\n' });
    await podstress.activate();
    assert.equal(podstress.isActive, true);
    const known = new Set(await commands.getCommands(true));
    const { contributes }: Manifest = podstress.packageJSON;
    const declared = contributes.commands.map(({ command }) => command);
    assert.ok(declared.length > 0);
    assert.deepEqual(
      declared.filter((command) => !known.has(command)),
      [],
    );
  });
});
