import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: readonly string[];
}

/**
 * The notices that the licences of bundled packages ask for.
 * @param inputs paths of bundled files relative to the clone, as in esbuild's metafile
 */
export function thirdPartyNotices(root: string, inputs: Iterable<string>): string {
  const folders = new Set<string>();
  for (const input of inputs) {
    const folder = packageFolder(input);
    if (folder !== null) folders.add(folder);
  }
  const packages = [...folders]
    .map((folder) => readPackage(join(root, folder)))
    .sort((a, b) => `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`, 'en'));
  const parts = packages.map(
    ({ name, version, license, texts }) => `${name} ${version} (${license})\n\n${texts.join('\n\n')}`,
  );
  const head = 'Podstress contains code of the following packages.';
  return `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** `node_modules/a/node_modules/@b/c/x.js` -> `node_modules/a/node_modules/@b/c`. */
export function packageFolder(input: string): string | null {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? null;
}

function readPackage(folder: string): PackageFacts {
  const manifest: { name?: string; version?: string; license?: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => /^(licen[sc]e|copying|notice)/i.test(file))
        .sort()
    : [];
  return {
    name: manifest.name ?? folder,
    version: manifest.version ?? '',
    license: manifest.license ?? 'see the package',
    texts: files.map((file) => readFileSync(join(folder, file), 'utf8').trim()),
  };
}
