import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

type Value = null | boolean | number | string | Value[] | Fields;
interface Fields {
  [key: string]: Value;
}

/** Keys by which a strategic merge patch joins the lists that deploy/ patches (x-kubernetes-patch-merge-key). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
};

const KNOWN = ['apiVersion', 'kind', 'resources', 'patches', 'images'];

/**
 * What `kubectl kustomize FOLDER` makes of the kustomizations in deploy/, as objects: resources, strategic merge
 * patches from files, and image tags. Throws Error for anything else that a kustomization says.
 */
export function kustomize(folder: string): Fields[] {
  const file = join(folder, 'kustomization.yaml');
  const kustomization = read(file)[0] ?? {};
  const unknown = Object.keys(kustomization).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`${file}: cannot be rendered here: ${unknown.join(', ')}`);
  let objects = texts(kustomization['resources']).flatMap((name) =>
    name.endsWith('.yaml') ? read(join(folder, name)) : kustomize(join(folder, name)),
  );
  for (const patch of list(kustomization['patches'])) {
    const [change] = read(join(folder, text(fields(patch)['path'])));
    if (change === undefined) throw new Error(`${file}: an empty patch`);
    objects = objects.map((object) => (isSame(object, change) ? mergeFields(object, change) : object));
  }
  for (const image of list(kustomization['images'])) setTag(objects, fields(image));
  return objects;
}

/** The objects as a stream of YAML documents, keys in alphabetical order as kustomize writes them. */
export function manifestText(objects: readonly Fields[]): string {
  const documents = objects.map((object) =>
    stringify(object, { sortMapEntries: true, aliasDuplicateObjects: false }),
  );
  return documents.join('---\n');
}

function read(file: string): Fields[] {
  // One document a file: that is how deploy/ is written.
  return [fields(parse(readFileSync(file, 'utf8')) as Value)];
}

function isSame(object: Fields, patch: Fields): boolean {
  const name = (one: Fields): string => text(fields(one['metadata'])['name']);
  return object['kind'] === patch['kind'] && name(object) === name(patch);
}

function mergeFields(target: Fields, patch: Fields): Fields {
  const result = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const current = result[key];
    if (value === null) delete result[key];
    else if (isFields(value) && isFields(current)) result[key] = mergeFields(current, value);
    else if (Array.isArray(value) && Array.isArray(current)) result[key] = mergeList(key, current, value);
    else result[key] = withoutNulls(value);
  }
  return result;
}

function mergeList(field: string, current: Value[], patch: Value[]): Value[] {
  const key = MERGE_KEYS[field];
  if (key === undefined) return patch;
  const identity = (item: Value): Value => fields(item)[key] ?? null;
  const merged = current.map((item) => {
    const change = patch.find((one) => identity(one) === identity(item));
    return change === undefined ? item : mergeFields(fields(item), fields(change));
  });
  const added = patch.filter((one) => !current.some((item) => identity(item) === identity(one)));
  return [...merged, ...added];
}

function withoutNulls(value: Value): Value {
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]): [string, Value] => [key, withoutNulls(child)]),
  );
}

/** Gives every container of that image its tag. */
function setTag(objects: readonly Fields[], { name = '', newTag = '' }: Fields): void {
  for (const object of objects) {
    const template = isFields(object['spec']) ? object['spec']['template'] : undefined;
    if (!isFields(template)) continue;
    for (const container of list(fields(template['spec'] ?? {})['containers'])) {
      if (isFields(container) && container['image'] === name)
        container['image'] = `${text(name)}:${text(newTag)}`;
    }
  }
}

function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fields(value: Value | undefined): Fields {
  if (!isFields(value)) throw new Error(`expected an object, found ${JSON.stringify(value)}`);
  return value;
}

function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Value | undefined): string {
  if (typeof value !== 'string') throw new Error(`expected a text, found ${JSON.stringify(value)}`);
  return value;
}

function texts(value: Value | undefined): string[] {
  return list(value).map(text);
}

/** The agent's manifests that ship with the extension, by what the agent may do. */
export const AGENT_MANIFESTS: Readonly<Record<string, string>> = {
  counters: 'deploy/base',
  'kernel-log': 'deploy/overlays/kmsg',
  stress: 'deploy/overlays/stress',
};

/** Name below dist/ and text of each of the agent's manifests. */
export function agentManifests(root: string): readonly (readonly [string, string])[] {
  return Object.entries(AGENT_MANIFESTS).map(
    ([level, folder]) => [`manifests/${level}.yaml`, manifestText(kustomize(join(root, folder)))] as const,
  );
}
