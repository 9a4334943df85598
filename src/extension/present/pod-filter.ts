import { ownerOf } from '../../core/kubernetes/owner.js';
import type { PodView } from '../../lab/types.js';
import { isNear, podKills } from './pod-alarm.js';

/** What `is:` may ask for. */
export const STATES = ['near', 'killed', 'stressed', 'unlimited'] as const;
export type State = (typeof STATES)[number];

type Term = (pod: PodView) => boolean;

/** A filter as it was typed, and what it lets through: every one of its words must hold. */
export interface PodFilter {
  readonly text: string;
  matches(pod: PodView): boolean;
}

const HOLDS: Readonly<Record<State, Term>> = {
  near: (pod) => pod.containers.some(isNear),
  killed: (pod) => podKills(pod) > 0,
  stressed: (pod) => pod.experiments.length > 0,
  unlimited: (pod) => pod.containers.some(({ limitBytes }) => limitBytes === null),
};

const PREFIXES: Readonly<Record<string, (value: string) => Term | null>> = {
  ns: (value) => (pod) => pod.namespace === value,
  namespace: (value) => (pod) => pod.namespace === value,
  node: (value) => (pod) => pod.pod.spec.nodeName === value,
  owner: (value) => (pod) => ownerOf(pod.pod)?.name === value,
  label: labelTerm,
  is: (value) => STATES.reduce<Term | null>((found, state) => (state === value ? HOLDS[state] : found), null),
};

/**
 * Reads a filter: words of a name, `ns:NAME`, `node:NAME`, `owner:NAME`, `label:KEY`, `label:KEY=VALUE`, `is:near`,
 * `is:killed`, `is:stressed`, `is:unlimited`, with blanks between them.
 *
 * @returns the word that means nothing, where there is one; null for a text without words.
 */
export function parsePodFilter(text: string): PodFilter | { readonly unknown: string } | null {
  const typed = text.split(/\s+/).filter((word) => word !== '');
  const terms: Term[] = [];
  for (const word of typed) {
    const colon = word.indexOf(':');
    const prefix = colon < 0 ? '' : word.slice(0, colon).toLowerCase();
    const value = word.slice(colon + 1);
    const read = Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : undefined;
    const term = prefix === '' ? nameTerm(word) : value === '' ? null : (read?.(value) ?? null);
    if (term === null) return { unknown: word };
    terms.push(term);
  }
  if (terms.length === 0) return null;
  return { text: typed.join(' '), matches: (pod) => terms.every((term) => term(pod)) };
}

function nameTerm(word: string): Term {
  const part = word.toLowerCase();
  return (pod) => pod.key.toLowerCase().includes(part);
}

function labelTerm(text: string): Term | null {
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  if (key === '') return null;
  const value = equals < 0 ? null : text.slice(equals + 1);
  return ({ pod }) => {
    const labels = pod.metadata.labels ?? {};
    return Object.hasOwn(labels, key) && (value === null || labels[key] === value);
  };
}
