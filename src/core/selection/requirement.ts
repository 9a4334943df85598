/** One of a selector's `expressionSelectors`, as the manifest gives it. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * The test that a requirement stands for, by the rules of apimachinery's labels.NewRequirement; null where they
 * refuse it (unknown operator, malformed key or value, too many values or too few).
 */
export function labelPredicate(requirement: LabelRequirement): ((labels: Labels) => boolean) | null {
  const { key, operator } = requirement;
  const values = requirement.values ?? [];
  if (!isLabelKey(key) || !values.every(isLabelValue)) {
    return null;
  }
  const has = (labels: Labels): boolean => Object.hasOwn(labels, key);
  switch (operator) {
    case 'In':
      return values.length === 0 ? null : (labels) => has(labels) && values.includes(labels[key] ?? '');
    case 'NotIn':
      return values.length === 0 ? null : (labels) => !has(labels) || !values.includes(labels[key] ?? '');
    case 'Exists':
      return values.length > 0 ? null : has;
    case 'DoesNotExist':
      return values.length > 0 ? null : (labels) => !has(labels);
    default:
      return null;
  }
}

/** `name` or `subdomain/name`. */
function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? (parts[0] ?? '') : null;
  return (
    parts.length <= 2 &&
    NAME.test(name) &&
    (prefix === null || (prefix.length <= 253 && SUBDOMAIN.test(prefix)))
  );
}

function isLabelValue(value: string): boolean {
  return value === '' || NAME.test(value);
}
