/** Parts of an example manifest that differ from a flawless one. Blocks are given line by line. */
export interface ExampleParts {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: readonly string[];
  readonly mode?: string;
  readonly selector?: readonly string[];
  readonly stressors?: readonly string[];
  readonly memory?: readonly string[];
  /** Further lines of the spec. */
  readonly spec?: readonly string[];
  /** Null: without. */
  readonly duration?: string | null;
}

function block(key: string, lines: readonly string[], indent: string): string[] {
  return [`${indent}${key}:`, ...lines.map((line) => `${indent}  ${line}`)];
}

/** The lines of a flawless StressChaos spec, with the parts given put in. */
export function specLines(parts: ExampleParts = {}): string[] {
  const memory = parts.memory ?? ['workers: 1', 'size: 64MiB', 'oomScoreAdj: 500'];
  return [
    `mode: ${parts.mode ?? 'one'}`,
    ...(parts.selector?.length === 1 && /^selector/.test(parts.selector[0] ?? '')
      ? parts.selector
      : block('selector', parts.selector ?? ['namespaces: [shop]', 'labelSelectors: { app: web }'], '')),
    ...(parts.stressors ?? ['stressors:', ...block('memory', memory, '  ')]),
    ...(parts.spec ?? []),
    ...(parts.duration === null ? [] : [`duration: ${parts.duration ?? '10m'}`]),
  ];
}

/** A flawless StressChaos manifest, with the parts given put in. */
export function stress(parts: ExampleParts = {}): string {
  return `${[
    `apiVersion: ${parts.apiVersion ?? 'chaos-mesh.org/v1alpha1'}`,
    `kind: ${parts.kind ?? 'StressChaos'}`,
    'metadata:',
    ...(parts.metadata ?? ['name: mem-stress', 'namespace: chaos-mesh']).map((line) => `  ${line}`),
    'spec:',
    ...specLines(parts).map((line) => `  ${line}`),
  ].join('\n')}\n`;
}

export interface ScheduleParts {
  readonly metadata?: readonly string[];
  readonly schedule?: string;
  /** Lines of the Schedule's own spec besides `schedule`, `type` and `stressChaos`. */
  readonly spec?: readonly string[];
  readonly type?: string;
  readonly stress?: ExampleParts | null;
}

/** A flawless Schedule around a StressChaos. */
export function schedule(parts: ScheduleParts = {}): string {
  return `${[
    'apiVersion: chaos-mesh.org/v1alpha1',
    'kind: Schedule',
    'metadata:',
    ...(parts.metadata ?? ['name: mem-nightly', 'namespace: chaos-mesh']).map((line) => `  ${line}`),
    'spec:',
    `  schedule: ${parts.schedule ?? "'@daily'"}`,
    `  type: ${parts.type ?? 'StressChaos'}`,
    ...(parts.spec ?? []).map((line) => `  ${line}`),
    ...(parts.stress === null
      ? []
      : ['  stressChaos:', ...specLines(parts.stress).map((line) => `    ${line}`)]),
  ].join('\n')}\n`;
}

export interface WorkflowParts {
  readonly entry?: string;
  /** The templates, as lines. */
  readonly templates?: readonly string[];
}

/** A template that stresses memory. */
export function stressTemplate(
  parts: ExampleParts = {},
  deadline: string | null = '5m',
  name = 'stress',
): string[] {
  return [
    `- name: ${name}`,
    '  templateType: StressChaos',
    ...(deadline === null ? [] : [`  deadline: ${deadline}`]),
    '  stressChaos:',
    ...specLines({ duration: null, ...parts }).map((line) => `    ${line}`),
  ];
}

/** A flawless Workflow of one serial step around a StressChaos. */
export function workflow(parts: WorkflowParts = {}): string {
  return `${[
    'apiVersion: chaos-mesh.org/v1alpha1',
    'kind: Workflow',
    'metadata:',
    '  name: mem-workflow',
    '  namespace: chaos-mesh',
    'spec:',
    `  entry: ${parts.entry ?? 'main'}`,
    '  templates:',
    ...(
      parts.templates ?? [
        '- name: main',
        '  templateType: Serial',
        '  children: [stress]',
        ...stressTemplate(),
      ]
    ).map((line) => `    ${line}`),
  ].join('\n')}\n`;
}
