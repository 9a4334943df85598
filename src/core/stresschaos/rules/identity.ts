import type { ObjectModel } from '../check/model.js';
import { labelNameError, subdomainError } from '../names.js';
import { API_VERSION } from '../spec/documents.js';
import { entryOf } from '../yaml/node.js';
import { isNull, stringOf } from '../yaml/scalar.js';
import { stress } from './example.js';
import type { Report, Rule } from './rule.js';

function outdated(object: ObjectModel, report: Report): void {
  const kind = object.kindEntry.value;
  const written = stringOf(kind);
  if (written !== null && written !== object.kind) {
    const fix = object.source.replaceScalar(kind, object.kind);
    report(kind, { value: written, variant: 'kind', kind: object.kind }, { fix });
  }
  const version = object.apiVersion?.value;
  const text = stringOf(version);
  if (version !== undefined && text !== null && text !== API_VERSION) {
    const fix = object.source.replaceScalar(version, API_VERSION);
    report(version, { value: text, variant: 'api', api: API_VERSION }, { fix });
  }
  if (object.metadata === undefined || object.metadataKey === undefined) return;
  const namespace = entryOf(object.metadata, 'namespace');
  if (namespace === undefined || isNull(namespace.value)) {
    report(namespace?.key ?? object.metadataKey, { variant: 'namespace' }, { missing: true });
  }
}

function invalidNames(object: ObjectModel, report: Report): void {
  if (object.metadata === undefined || object.metadataKey === undefined) return;
  const name = entryOf(object.metadata, 'name');
  const generated = entryOf(object.metadata, 'generateName');
  const text = stringOf(name?.value);
  if (name === undefined || isNull(name.value)) {
    const named = generated !== undefined && !isNull(generated.value);
    if (!named) report(name?.key ?? object.metadataKey, { variant: 'missing' }, { missing: true });
  } else if (text !== null) {
    const error = subdomainError(text);
    const lower = text.toLowerCase().replaceAll(/[_ ]/g, '-');
    const fix = subdomainError(lower) === null ? object.source.replaceScalar(name.value, lower) : undefined;
    if (error !== null) report(name.value, { value: text, variant: error }, { fix });
  }
  const namespace = entryOf(object.metadata, 'namespace')?.value;
  const namespaceText = stringOf(namespace);
  if (namespace !== undefined && namespaceText !== null && namespaceText !== '') {
    const error = labelNameError(namespaceText);
    if (error !== null) report(namespace, { value: namespaceText, variant: error });
  }
}

function named(...metadata: string[]): string {
  return stress({ metadata });
}

const NAMESPACE = 'namespace: chaos-mesh';

export const identityRules: readonly Rule<ObjectModel>[] = [
  {
    code: 'MS043',
    severity: 'warning',
    check: outdated,
    good: [{ text: stress() }],
    bad: [
      { text: stress({ kind: '«Stresschaos»' }), fixed: stress() },
      { text: stress({ apiVersion: '«pingcap.com/v1alpha1»' }), fixed: stress() },
      { text: named('name: mem-stress').replace('metadata:', '«metadata»:') },
    ],
  },
  {
    code: 'MS052',
    severity: 'error',
    check: invalidNames,
    good: [
      { text: stress() },
      { text: named('generateName: mem-', NAMESPACE) },
      { text: named('name: mem.stress', NAMESPACE) },
    ],
    bad: [
      { text: named('name: «Mem_Stress»', NAMESPACE), fixed: stress() },
      { text: named('name: «mem-»', NAMESPACE) },
      { text: named('name: mem-stress', 'namespace: «chaos.mesh»') },
      { text: named(NAMESPACE).replace('metadata:', '«metadata»:') },
    ],
  },
];
