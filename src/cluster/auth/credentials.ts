import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
// Its index would load five hundred API classes that nobody here uses.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { asArray, asRecord, asString, type JsonRecord } from '../decode.js';
import { aborted, ClusterError } from '../errors.js';
import type { ClusterAccess } from '../kubeconfig/load.js';
import type { KubeconfigCluster } from '../kubeconfig/merge.js';
import { tunnelAgent } from '../proxy.js';
import { type ExecCredential, runCredentialPlugin } from './exec.js';

export interface Authorization {
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The connection pool: the same object as long as the TLS material is the same. */
  readonly agent: http.Agent;
  /** Sent with every request as well: VS Code puts an agent of its own in the place of ours. */
  readonly tls: TlsMaterial;
}

export type TlsMaterial = Pick<
  https.RequestOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'
>;

/** Files named by the kubeconfig (tokens, certificates) are read again after this time, as client-go does, ms. */
const REREAD_MS = 60_000;
/** A credential is renewed this long before it expires: clocks differ and requests take time, ms. */
const EXPIRY_SKEW_MS = 10_000;
/**
 * A credential that a plugin has just given is used for at least so long, ms: where this machine's clock is hours ahead
 * every credential looks expired, and the plugin would run for every request. One that is really expired ends by a 401.
 */
const LEAST_USE_MS = 60_000;

interface HeldExec extends ExecCredential {
  /** This machine's clock, ms since the epoch. */
  readonly freshUntil: number;
}

interface Held {
  readonly authorization: Authorization;
  readonly freshUntil: number;
}

/**
 * The credentials of one user for one cluster: kept while they are good, renewed once however many ask at a time,
 * dropped when the server no longer takes them.
 */
export class Credentials {
  readonly #access: ClusterAccess;
  readonly #now: () => number;
  readonly #lifetime = new AbortController();
  #held: Held | null = null;
  #exec: HeldExec | null = null;
  #pending: Promise<Held> | null = null;
  #pool: { readonly key: string; readonly agent: http.Agent } | null = null;

  constructor(access: ClusterAccess, now: () => number = Date.now) {
    this.#access = access;
    this.#now = now;
  }

  /** Throws ClusterError `credential-plugin`, `invalid-kubeconfig` or `aborted`. */
  async get(signal: AbortSignal): Promise<Authorization> {
    if (this.#held !== null && this.#now() < this.#held.freshUntil) {
      return this.#held.authorization;
    }
    // One run for all who ask; whoever stops waiting does not end it for the others.
    this.#pending ??= this.#renew(this.#lifetime.signal)
      .then((held) => {
        this.#held = held;
        return held;
      })
      .finally(() => {
        this.#pending = null;
      });
    return (await unlessAborted(this.#pending, signal)).authorization;
  }

  /** The server refused this authorization: the next `get` asks the plugin or reads the files anew. */
  invalidate(refused: Authorization): void {
    if (this.#held?.authorization === refused) {
      this.#held = null;
      this.#exec = null;
    }
  }

  /** Ends every connection of the pool and a plugin that is running. */
  dispose(): void {
    this.#lifetime.abort();
    this.#pool?.agent.destroy();
  }

  async #renew(signal: AbortSignal): Promise<Held> {
    const { user, cluster } = this.#access;
    const now = this.#now();
    const exec = asRecord(user.raw['exec']) === null ? null : await this.#execCredential(now, signal);
    const tokenFile = asString(user.raw['tokenFile']);
    const fileToken = tokenFile === null ? null : await readToken(tokenFile);
    const options = await this.#httpsOptions(exec, fileToken);
    const usesFiles =
      [tokenFile, asString(user.raw['client-certificate']), asString(user.raw['client-key'])].some(
        (path) => path !== null,
      ) || cluster.certificateAuthority !== null;
    const isOidc = asRecord(user.raw['auth-provider']) !== null;
    const rereadAt = usesFiles || isOidc ? now + REREAD_MS : Number.POSITIVE_INFINITY;
    const headers = { ...readHeaders(options), ...impersonation(user.raw) };
    return {
      authorization: { headers, agent: this.#agentFor(options), tls: tlsMaterial(options) },
      freshUntil: Math.min(rereadAt, exec?.freshUntil ?? Number.POSITIVE_INFINITY),
    };
  }

  async #execCredential(now: number, signal: AbortSignal): Promise<HeldExec> {
    if (this.#exec !== null && now < this.#exec.freshUntil) {
      return this.#exec;
    }
    const given = await runCredentialPlugin(this.#access, signal);
    const { expiresAt } = given;
    const left = (expiresAt ?? Number.POSITIVE_INFINITY) - EXPIRY_SKEW_MS - this.#now();
    // Already over when it came: a clock is wrong, here or there.
    this.#exec = { ...given, freshUntil: this.#now() + (left > 0 ? left : LEAST_USE_MS) };
    return this.#exec;
  }

  /** client-node turns certificates, tokens, passwords, oidc and proxies into https options. */
  async #httpsOptions(exec: ExecCredential | null, fileToken: string | null): Promise<https.RequestOptions> {
    const { cluster, user } = this.#access;
    const isHttp = cluster.server.startsWith('http:');
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      {
        name: 'cluster',
        server: cluster.server,
        // client-node refuses plain http (kubectl proxy) unless verification is off; there is none to do.
        skipTLSVerify: cluster.insecureSkipTlsVerify || isHttp,
        ...dataOrFile('caData', cluster.certificateAuthorityData, 'caFile', cluster.certificateAuthority),
        ...given('tlsServerName', cluster.tlsServerName),
        ...given('proxyUrl', cluster.proxyUrl),
      },
      {
        name: 'user',
        ...dataOrFile(
          'certData',
          base64(exec?.certificate) ?? asString(user.raw['client-certificate-data']),
          'certFile',
          asString(user.raw['client-certificate']),
        ),
        ...dataOrFile(
          'keyData',
          base64(exec?.key) ?? asString(user.raw['client-key-data']),
          'keyFile',
          asString(user.raw['client-key']),
        ),
        ...given('token', exec?.token ?? fileToken ?? asString(user.raw['token'])),
        ...given('username', asString(user.raw['username'])),
        ...given(
          'password',
          asString(user.raw['password']) ?? (asString(user.raw['username']) === null ? null : ''),
        ),
        ...given('authProvider', asRecord(user.raw['auth-provider'])),
      },
    );
    const options: https.RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new ClusterError('invalid-kubeconfig', `credentials could not be read: ${text}`, {
        cause: error,
      });
    }
    return options;
  }

  #agentFor(options: https.RequestOptions): http.Agent {
    const { cluster } = this.#access;
    const key = JSON.stringify(
      [options.ca, options.cert, options.key].map((part) => part?.toString() ?? null),
    );
    if (this.#pool?.key === key) {
      return this.#pool.agent;
    }
    const agent = cluster.proxyUrl === null ? newAgent(cluster.server, options) : proxied(cluster, options);
    this.#pool = { key, agent };
    return agent;
  }
}

function newAgent(server: string, options: https.RequestOptions): http.Agent {
  if (server.startsWith('http:')) {
    return new http.Agent({ keepAlive: true });
  }
  return new https.Agent({ keepAlive: true, ...tlsMaterial(options) });
}

function tlsMaterial(options: https.RequestOptions): TlsMaterial {
  return {
    ...(options.ca !== undefined && { ca: options.ca }),
    ...(options.cert !== undefined && { cert: options.cert }),
    ...(options.key !== undefined && { key: options.key }),
    ...(options.servername !== undefined && { servername: options.servername }),
    ...(options.rejectUnauthorized !== undefined && { rejectUnauthorized: options.rejectUnauthorized }),
  };
}

function proxied({ server, proxyUrl }: KubeconfigCluster, options: https.RequestOptions): http.Agent {
  const isTls = server.startsWith('https:');
  if (proxyUrl !== null && /^https?:/.test(proxyUrl) && URL.canParse(proxyUrl)) {
    return tunnelAgent(new URL(proxyUrl), isTls, { keepAlive: true, ...(isTls && tlsMaterial(options)) });
  }
  if (proxyUrl?.startsWith('socks') === true && options.agent instanceof http.Agent) {
    // client-node makes its SOCKS agents for a single request; kept alive, one connection serves them all.
    return Object.assign(options.agent, { keepAlive: true });
  }
  throw new ClusterError(
    'invalid-kubeconfig',
    'the "proxy-url" of the cluster is no http, https or socks5 URL',
  );
}

function readHeaders(options: https.RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') {
      headers[name.toLowerCase()] = value;
    }
  }
  if (typeof options.auth === 'string' && headers['authorization'] === undefined) {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return headers;
}

function impersonation(raw: JsonRecord): Record<string, string | string[]> {
  const user = asString(raw['as']);
  if (user === null || user === '') {
    return {};
  }
  const uid = asString(raw['as-uid']);
  const groups = asArray(raw['as-groups']).filter((group): group is string => typeof group === 'string');
  return {
    'impersonate-user': user,
    ...(uid !== null && { 'impersonate-uid': uid }),
    ...(groups.length > 0 && { 'impersonate-group': groups }),
  };
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ClusterError('invalid-kubeconfig', `the token file could not be read: ${text}`, {
      cause: error,
    });
  }
}

function base64(pem: string | null | undefined): string | null {
  return pem === null || pem === undefined ? null : Buffer.from(pem).toString('base64');
}

/** Inline data wins over a file, as in client-go (client-node does it the other way round). */
function dataOrFile<D extends string, F extends string>(
  dataKey: D,
  data: string | null,
  fileKey: F,
  file: string | null,
): { [P in D | F]?: string } {
  return data === null || data === ''
    ? given<D | F, string>(fileKey, file)
    : given<D | F, string>(dataKey, data);
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(aborted());
    if (signal.aborted) {
      onAbort();
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function given<K extends string, V>(key: K, value: V | null): { [P in K]?: V } {
  return value === null ? {} : ({ [key]: value } as { [P in K]?: V });
}
