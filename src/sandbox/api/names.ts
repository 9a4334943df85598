import { randomInt } from 'node:crypto';
import { type JsonObject, stringAt } from './json.js';
import type { ResourceDefinition } from './resource.js';
import type { Cause } from './status.js';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** A DNS-1123 label of at most 63 characters. */
export function isLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** DNS-1123 labels joined by dots, at most 253 characters. */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

/** What is wrong with a new object's name. */
export function nameCauses(definition: ResourceDefinition, object: JsonObject): Cause[] {
  const field = 'metadata.name';
  const name = stringAt(object, 'metadata', 'name') ?? '';
  if (name === '') {
    return [
      { reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field },
    ];
  }
  const labels = definition.labelNames === true;
  const limit = labels ? 63 : 253;
  const causes: Cause[] = [];
  const invalid = (why: string): void => {
    causes.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(name)}: ${why}`,
      field,
    });
  };
  if (name.length > limit) invalid(`must be no more than ${limit} characters`);
  if (!(labels ? LABEL : SUBDOMAIN).test(name)) invalid(labels ? LABEL_MESSAGE : SUBDOMAIN_MESSAGE);
  return causes;
}

/** Letters and digits that Kubernetes makes names' random ends of: none that could spell a word. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

export function randomSuffix(length = 5): string {
  return Array.from({ length }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)] ?? 'x').join('');
}
