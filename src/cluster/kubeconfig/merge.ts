import { parseDocument } from 'yaml';
import { asArray, asBoolean, asRecord, asString, type JsonRecord } from '../decode.js';
import { ClusterError } from '../errors.js';

export interface KubeconfigCluster {
  readonly server: string;
  readonly certificateAuthority: string | null;
  readonly certificateAuthorityData: string | null;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string | null;
  readonly proxyUrl: string | null;
  /** The raw entry, for what only a credential plugin reads (`extensions`). */
  readonly raw: JsonRecord;
}

export interface KubeconfigUser {
  readonly raw: JsonRecord;
}

export interface KubeconfigContext {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string | null;
  /** The file that has it. */
  readonly file: string;
}

/** What one kubeconfig file says, or several together. */
export interface Kubeconfig {
  readonly currentContext: string | null;
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
}

export interface KubeconfigFile {
  readonly path: string;
  readonly text: string;
}

/** Makes a path of the file absolute against the file's own folder. */
export type ResolvePath = (relative: string) => string;

/**
 * Reads one kubeconfig as client-go does: an empty file is an empty config, unknown fields are ignored, a name
 * twice in one list and a text that should be a string are errors. Throws ClusterError `invalid-kubeconfig`.
 */
export function parseKubeconfig(file: KubeconfigFile, resolve: ResolvePath): Kubeconfig {
  const fail = (what: string): ClusterError =>
    new ClusterError('invalid-kubeconfig', `${file.path}: ${what}`);
  // client-go reads YAML 1.1.
  const document = parseDocument(file.text, { version: '1.1', logLevel: 'silent' });
  const mistake = document.errors[0];
  if (mistake !== undefined) {
    throw fail(mistake.message.split('\n')[0] ?? mistake.message);
  }
  let parsed: unknown;
  try {
    parsed = document.toJS();
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
  if (parsed === null || parsed === undefined) {
    return { currentContext: null, clusters: new Map(), users: new Map(), contexts: new Map() };
  }
  const root = asRecord(parsed);
  if (root === null) {
    throw fail('is not a kubeconfig (a mapping was expected)');
  }
  const text = textReader(fail);
  const currentContext = text(root, 'current-context', 'current-context') || null;
  return {
    currentContext,
    clusters: named(root['clusters'], 'cluster', fail, (raw, where) =>
      readCluster(raw, where, text, resolve),
    ),
    users: named(root['users'], 'user', fail, (raw, where) => readUser(raw, where, text, resolve)),
    contexts: named(root['contexts'], 'context', fail, (raw, where) => ({
      cluster: text(raw, 'cluster', where),
      user: text(raw, 'user', where),
      namespace: text(raw, 'namespace', where) || null,
      file: file.path,
    })),
  };
}

/** Merges as kubectl does: for each name, and for the current context, the first file that sets it wins whole. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const firstWins = <T>(pick: (config: Kubeconfig) => ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...configs].reverse().flatMap((config) => [...pick(config)]));
  return {
    currentContext: configs.find((config) => config.currentContext !== null)?.currentContext ?? null,
    clusters: firstWins((config) => config.clusters),
    users: firstWins((config) => config.users),
    contexts: firstWins((config) => config.contexts),
  };
}

type ReadText = (raw: JsonRecord, key: string, where: string) => string;

/** Reads a string field; absent is ''. Go refuses to read a number or a boolean as a string, and so do we. */
function textReader(fail: (what: string) => ClusterError): ReadText {
  return (raw, key, where) => {
    const value = raw[key];
    if (value === undefined || value === null) {
      return '';
    }
    const text = asString(value);
    if (text === null) {
      throw fail(`${where}: "${key}" must be a string; put it in quotes`);
    }
    return text;
  };
}

function named<T>(
  list: unknown,
  field: 'cluster' | 'user' | 'context',
  fail: (what: string) => ClusterError,
  read: (raw: JsonRecord, where: string) => T,
): Map<string, T> {
  const result = new Map<string, T>();
  for (const [index, item] of asArray(list).entries()) {
    const entry = asRecord(item) ?? {};
    const name = asString(entry['name']) ?? '';
    if (result.has(name)) {
      throw fail(`${field}s: the name "${name}" stands twice`);
    }
    result.set(name, read(asRecord(entry[field]) ?? {}, `${field}s[${index}] "${name}"`));
  }
  return result;
}

function readCluster(
  raw: JsonRecord,
  where: string,
  text: ReadText,
  resolve: ResolvePath,
): KubeconfigCluster {
  const authority = text(raw, 'certificate-authority', where);
  return {
    server: text(raw, 'server', where).replace(/\/+$/, ''),
    certificateAuthority: authority === '' ? null : resolve(authority),
    certificateAuthorityData: text(raw, 'certificate-authority-data', where) || null,
    insecureSkipTlsVerify: asBoolean(raw['insecure-skip-tls-verify']) === true,
    tlsServerName: text(raw, 'tls-server-name', where) || null,
    proxyUrl: text(raw, 'proxy-url', where) || null,
    raw,
  };
}

const USER_TEXTS = [
  'token',
  'username',
  'password',
  'client-certificate-data',
  'client-key-data',
  'as',
  'as-uid',
];
const USER_PATHS = ['client-certificate', 'client-key', 'tokenFile'];

function readUser(raw: JsonRecord, where: string, text: ReadText, resolve: ResolvePath): KubeconfigUser {
  for (const key of USER_TEXTS) {
    text(raw, key, where);
  }
  const resolved: Record<string, unknown> = { ...raw };
  for (const key of USER_PATHS) {
    const path = text(raw, key, where);
    if (path !== '') {
      resolved[key] = resolve(path);
    }
  }
  const exec = asRecord(raw['exec']);
  const command = asString(exec?.['command']);
  // A command without a slash is looked up on the PATH.
  if (exec !== null && command !== null && /[\\/]/.test(command)) {
    resolved['exec'] = { ...exec, command: resolve(command) };
  }
  return { raw: resolved };
}
