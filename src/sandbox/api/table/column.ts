import type { Json, JsonObject } from '../json.js';

/** A column of server-side printing (`kubectl get`). */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 0: always shown; 1: with `-o wide`. */
  readonly priority: 0 | 1;
  readonly cell: (object: JsonObject, now: Date) => Json;
}

export const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a ' +
  'client to request the generation of an appropriate name automatically. Name is primarily intended for creation ' +
  'idempotence and configuration definition. Cannot be updated. More info: ' +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

const AGE_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed ' +
  'to be set in happens-before order across separate operations. Clients may not set this value. It is represented in ' +
  'RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: ' +
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

export function column(
  name: string,
  cell: Column['cell'],
  options: { description?: string; priority?: 0 | 1; format?: string } = {},
): Column {
  const { description = '', priority = 0, format = '' } = options;
  return { name, type: 'string', format, description, priority, cell };
}

export function nameColumn(priority: 0 | 1 = 0): Column {
  const cell: Column['cell'] = (object) => text(object['metadata'], 'name');
  return column('Name', cell, { description: NAME_DESCRIPTION, priority, format: 'name' });
}

export function ageColumn(): Column {
  const cell: Column['cell'] = (object, now) => sinceText(text(object['metadata'], 'creationTimestamp'), now);
  return column('Age', cell, { description: AGE_DESCRIPTION });
}

function text(value: Json | undefined, key: string): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  const found = value[key];
  return typeof found === 'string' ? found : '';
}

/** How long ago a time was, as kubectl writes ages; `<unknown>` without one. */
export function sinceText(time: string | undefined, now: Date): string {
  const then = Date.parse(time ?? '');
  return Number.isNaN(then) ? '<unknown>' : humanDuration(now.getTime() - then);
}

/** k8s.io/apimachinery/pkg/util/duration.HumanDuration; `ms` in milliseconds. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
