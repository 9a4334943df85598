/** One mistake of a manifest, as the API server or a webhook named it. */
export interface ServerProblem {
  /** Keys and indexes from the object's root, as a manifest has them; empty: it is about the whole object. */
  readonly path: readonly string[];
  /** Whether the field itself is wrong, or what it holds. */
  readonly at: 'key' | 'value';
  /** The server's words without the path and without the dump of a Go value. */
  readonly message: string;
}

/** How Kubernetes' field errors go on after the path. */
const KINDS =
  'Invalid value|Required value|Unsupported value|Duplicate value|Forbidden|Not found|Too many|Too long|Too few|Internal error|May not be';
const FIELD_ERROR = new RegExp(`^([A-Za-z_<][^\\s:]*): ((?:${KINDS}).*)$`, 's');
/** Where the next of several begins in `[a, b]`. */
const NEXT = new RegExp(`, (?=[A-Za-z_<][^\\s:,]*: (?:${KINDS}))`);
const PREFIXES: readonly RegExp[] = [
  /^admission webhook "[^"]*" denied the request(?: without explanation$|: )/,
  /^[\w.-]+ "[^"]*" is invalid: /,
];
/** Structs of Chaos Mesh that its YAML does not show. */
const INLINE: ReadonlySet<string> = new Set([
  'ContainerSelector',
  'PodSelector',
  'GenericSelectorSpec',
  'Stressor',
  'ScheduleItem',
  'EmbedChaos',
]);
/** Go's names of fields whose keys are not the name in lower camel case. */
const GO_NAMES: ReadonlyMap<string, string> = new Map([
  ['MemoryStressor', 'memory'],
  ['CPUStressor', 'cpu'],
  ['OOMScoreAdj', 'oomScoreAdj'],
]);
const NAMESPACES = ['spec', 'selector', 'namespaces'];
/** Refusals that name no path, and what they are about. */
const ABOUT: readonly (readonly [RegExp, readonly string[]])[] = [
  [/ is forbidden on (?:namespace|cluster)\b/, NAMESPACES],
  [/^Cannot update chaos spec$/, ['spec']],
  [/^the entry of workflow is required/, ['spec', 'entry']],
  [/^can not find a template with name/, ['spec', 'entry']],
  [/^template name must be unique/, ['spec', 'templates']],
  [/^namespaces "[^"]*" not found$/, ['metadata', 'namespace']],
  [/ is forbidden: User "[^"]*" cannot /, ['metadata', 'namespace']],
];

/**
 * What the API server and Chaos Mesh's webhooks say of a manifest, mistake by mistake, each with the place in the manifest
 * that it speaks of (`Spec.Stressors.MemoryStressor.Size` is `spec.stressors.memory.size`). Never empty.
 */
export function serverProblems(message: string): readonly ServerProblem[] {
  const said = withoutPrefixes(message.trim());
  const unknown = strictDecoding(said);
  if (unknown.length > 0) return unknown;
  const problems = split(said).map(problemOf);
  const seen = new Set<string>();
  return problems.filter(({ path, message: text }) => {
    const key = `${path.join('\n')}\n\n${text}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function withoutPrefixes(message: string): string {
  let text = message;
  for (const prefix of PREFIXES) text = text.replace(prefix, '');
  return text === '' ? message : text;
}

/** `strict decoding error: unknown field "spec.stressors.memory.time", duplicate field "spec.mode"`. */
function strictDecoding(text: string): readonly ServerProblem[] {
  const at = text.indexOf('strict decoding error: ');
  if (at < 0) return [];
  return [...text.slice(at).matchAll(/(unknown|duplicate) field "([^"]+)"/g)].map(
    ([whole, , field = '']) => ({
      path: segments(field),
      at: 'key',
      message: whole,
    }),
  );
}

function split(text: string): readonly string[] {
  const isList = text.startsWith('[') && text.endsWith(']');
  return (isList ? text.slice(1, -1) : text).split(NEXT);
}

function problemOf(text: string): ServerProblem {
  const field = FIELD_ERROR.exec(text);
  if (field !== null) {
    const [, path = '', rest = ''] = field;
    return { path: pathOf(path), at: 'value', message: reasonOf(rest) };
  }
  // Go's decoder says where the struct's field is: `json: cannot unmarshal number into Go struct field Kind.spec.value of type string`.
  const decoder = / into Go struct field [^\s.]+\.(\S+) of type /.exec(text);
  if (decoder !== null) return { path: segments(decoder[1] ?? ''), at: 'value', message: text };
  return { path: ABOUT.find(([pattern]) => pattern.test(text))?.[1] ?? [], at: 'key', message: text };
}

/** What follows the value: of `Invalid value: X: REASON` only the reason, as X is in the manifest or a dump of a Go value. */
function reasonOf(text: string): string {
  const value = /^(?:Invalid|Duplicate) value: /.exec(text);
  if (value === null) return text;
  const rest = text.slice(value[0].length);
  const quoted = /^"(?:[^"\\]|\\.)*": /.exec(rest);
  if (quoted !== null) return rest.slice(quoted[0].length);
  const dump = rest.lastIndexOf('}: ');
  if (dump >= 0) return rest.slice(dump + 3);
  const scalar = /^(?:-?\d[\d.e+-]*|true|false|null|<nil>): /.exec(rest);
  return scalar === null ? text : rest.slice(scalar[0].length);
}

function pathOf(path: string): readonly string[] {
  if (path.startsWith('<')) return [];
  return segments(path).flatMap((name) => {
    if (INLINE.has(name)) return [];
    const known = GO_NAMES.get(name);
    return [known ?? (/^[A-Z]/.test(name) ? `${name.slice(0, 1).toLowerCase()}${name.slice(1)}` : name)];
  });
}

/** `spec.templates[0].labels[a.b/c]` as `spec`, `templates`, `0`, `labels`, `a.b/c`. */
function segments(path: string): readonly string[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, inner]) =>
    inner === undefined ? whole : inner.replace(/^"(.*)"$/, '$1'),
  );
}
