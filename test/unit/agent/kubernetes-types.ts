import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as kubernetes from '@kubernetes/client-node';

/** Kubernetes' own OpenAPI definitions, as the official client was generated from them: kubectl's strict validation. */

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

const MODELS = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen/models');

function attributesOf(type: string): readonly Attribute[] | null {
  const model = (kubernetes as unknown as Record<string, { getAttributeTypeMap?(): Attribute[] }>)[type];
  return model?.getAttributeTypeMap?.() ?? null;
}

/** The fields of a type that must be there: those without a question mark in its declaration. */
function requiredOf(type: string): string[] {
  const declaration = readFileSync(join(MODELS, `${type}.d.ts`), 'utf8');
  return [...declaration.matchAll(/^ {4}'(\w+)': /gm)].map((match) => match[1] ?? '');
}

/** What is wrong with a value of that type, each with its path; empty where nothing is. */
export function typeErrors(value: unknown, type: string, path = ''): string[] {
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${path}: not a list`];
    return value.flatMap((item, index) => typeErrors(item, list, `${path}[${index}]`));
  }
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined) {
    if (!isObject(value)) return [`${path}: not a map`];
    return Object.entries(value).flatMap(([key, item]) => typeErrors(item, map, `${path}.${key}`));
  }
  if (type === 'IntOrString') {
    return ['number', 'string'].includes(typeof value) ? [] : [`${path}: neither number nor text`];
  }
  if (['string', 'number', 'boolean'].includes(type)) {
    return typeof value === type ? [] : [`${path}: not a ${type}`];
  }
  const attributes = attributesOf(type);
  if (attributes === null) return [`${path}: no such type as ${type}`];
  if (!isObject(value)) return [`${path}: not an object`];
  const missing = requiredOf(type).filter((name) => value[name] === undefined);
  const errors = missing.map((name) => `${path}: ${name} is missing`);
  for (const [key, item] of Object.entries(value)) {
    const attribute = attributes.find(({ baseName }) => baseName === key);
    errors.push(
      ...(attribute === undefined
        ? [`${path}: unknown field ${key}`]
        : typeErrors(item, attribute.type, `${path}.${key}`)),
    );
  }
  return errors;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
