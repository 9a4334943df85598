import type { ContainerRef, PodRef } from '../../lab/types.js';

/** Read-only documents of ours. */
export const DOCUMENT_SCHEME = 'podstress';

/** What a document shows, and of which context: the same name elsewhere is another Pod. */
export type DocumentSubject =
  | ({ readonly kind: 'describe' | 'yaml'; readonly context: string } & PodRef)
  | {
      readonly kind: 'experiment';
      readonly context: string;
      readonly namespace: string;
      readonly name: string;
    }
  | ({ readonly kind: 'log'; readonly previous: boolean; readonly context: string } & ContainerRef);

/** The parts of a URI, as vscode.Uri.from takes them. Its last segment is the editor's title. */
export interface UriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
}

export function documentUri(subject: DocumentSubject): UriParts {
  const { namespace, context } = subject;
  const query = new URLSearchParams({ context });
  if (subject.kind === 'experiment') return parts(`/experiment/${namespace}/${subject.name}.yaml`, query);
  const { pod } = subject;
  if (subject.kind !== 'log') {
    const ending = subject.kind === 'yaml' ? 'yaml' : 'txt';
    return parts(`/${subject.kind}/${namespace}/${pod}.${ending}`, query);
  }
  const ending = subject.previous ? 'previous.log' : 'log';
  return parts(`/log/${namespace}/${pod}/${subject.container}.${ending}`, query);
}

/** What a document shows; null where the URI is none of ours. */
export function documentSubject(uri: UriParts): DocumentSubject | null {
  const context = new URLSearchParams(uri.query).get('context');
  const [, kind, namespace = '', pod = '', file] = uri.path.split('/');
  if (uri.scheme !== DOCUMENT_SCHEME || context === null || namespace === '' || pod === '') return null;
  if (file === undefined) {
    const match = /^(.+)\.(?:txt|yaml)$/.exec(pod);
    const name = match?.[1];
    if (name === undefined) return null;
    if (kind === 'experiment') return { kind, namespace, name, context };
    if (kind !== 'describe' && kind !== 'yaml') return null;
    return { kind, namespace, pod: name, context };
  }
  // A container's name is a DNS label: it has no dot.
  const match = /^([^.]+)(\.previous)?\.log$/.exec(file);
  if (kind !== 'log' || match?.[1] === undefined) return null;
  return { kind, namespace, pod, container: match[1], previous: match[2] !== undefined, context };
}

function parts(path: string, query: URLSearchParams): UriParts {
  return { scheme: DOCUMENT_SCHEME, path, query: query.toString() };
}
