/** Why Kubernetes refuses a name; null: it accepts it. */
export type NameError = 'pattern' | 'dots' | 'length' | null;

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** DNS-1123 subdomain: the name of an object. */
export function subdomainError(name: string): NameError {
  if (!SUBDOMAIN.test(name)) return 'pattern';
  return name.length > 253 ? 'length' : null;
}

/** DNS-1123 label: the name of a namespace or container. */
export function labelNameError(name: string): NameError {
  if (name.includes('.') && SUBDOMAIN.test(name)) return 'dots';
  if (!LABEL.test(name)) return 'pattern';
  return name.length > 63 ? 'length' : null;
}

/** The key of a label: `[prefix/]name`. */
export function labelKeyError(key: string): NameError {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return 'pattern';
  if (parts.length === 2) {
    const prefix = subdomainError(parts[0] ?? '');
    if (prefix !== null) return prefix;
  }
  if (name.length > 63) return 'length';
  return QUALIFIED.test(name) ? null : 'pattern';
}

/** The value of a label: empty or like a name. */
export function labelValueError(value: string): NameError {
  if (value === '') return null;
  if (value.length > 63) return 'length';
  return QUALIFIED.test(value) ? null : 'pattern';
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Which part of an expression Kubernetes' labels.NewRequirement refuses; null: none. */
export function requirementError(
  requirement: LabelRequirement,
): { readonly part: 'key' | 'operator' | 'values'; readonly index?: number } | null {
  if (labelKeyError(requirement.key) !== null) return { part: 'key' };
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) return { part: 'values' };
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) return { part: 'values' };
      break;
    default:
      return { part: 'operator' };
  }
  const index = values.findIndex((value) => labelValueError(value) !== null);
  return index === -1 ? null : { part: 'values', index };
}
