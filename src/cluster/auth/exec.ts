import { spawn } from 'node:child_process';
import { asArray, asRecord, asString, type JsonRecord } from '../decode.js';
import { aborted, ClusterError } from '../errors.js';
import type { ClusterAccess } from '../kubeconfig/load.js';
import { type CommandLine, commandLine, variable } from './command-line.js';

/** What a credential plugin gave. */
export interface ExecCredential {
  readonly token: string | null;
  /** PEM */
  readonly certificate: string | null;
  /** PEM */
  readonly key: string | null;
  /** Wall clock, ms since the epoch; null: good until a 401. */
  readonly expiresAt: number | null;
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1 << 20;
const MAX_STDERR_CHARS = 600;
const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/**
 * Runs the `exec` plugin of the user's kubeconfig entry, without a shell and without a terminal, and reads the
 * ExecCredential that it prints. Throws ClusterError `credential-plugin` or `aborted`.
 */
export async function runCredentialPlugin(
  access: ClusterAccess,
  signal: AbortSignal,
): Promise<ExecCredential> {
  const exec = asRecord(access.user.raw['exec']);
  const command = asString(exec?.['command']);
  if (exec === null || command === null || command === '') {
    throw plugin('the user has an exec entry without a command');
  }
  const apiVersion = asString(exec['apiVersion']) ?? '';
  if (!API_VERSIONS.includes(apiVersion)) {
    throw plugin(`${command}: the exec entry has apiVersion "${apiVersion}"; use ${API_VERSIONS[0]}`);
  }
  if (asString(exec['interactiveMode']) === 'Always') {
    throw plugin(`${command} wants a terminal (interactiveMode: Always), which there is none of here`);
  }
  const args = asArray(exec['args']).filter((arg): arg is string => typeof arg === 'string');
  const env = environment(access, exec, apiVersion);
  const line = await commandLine(command, args, env).catch((error: unknown) => {
    throw plugin(`${command} cannot be started: ${error instanceof Error ? error.message : String(error)}`);
  });
  const output = await run(command, line, env, exec, signal);
  return readCredential(command, output, apiVersion);
}

function environment(access: ClusterAccess, exec: JsonRecord, apiVersion: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...access.env };
  for (const item of asArray(exec['env'])) {
    const name = asString(asRecord(item)?.['name']);
    const value = asString(asRecord(item)?.['value']);
    if (name !== null && value !== null) {
      env[name] = value;
    }
  }
  const spec: Record<string, unknown> = { interactive: false };
  if (exec['provideClusterInfo'] === true) {
    spec['cluster'] = clusterInfo(access);
  }
  env['KUBERNETES_EXEC_INFO'] = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
  return env;
}

function clusterInfo(access: ClusterAccess): JsonRecord {
  const { cluster } = access;
  const extension = asArray(cluster.raw['extensions'])
    .map(asRecord)
    .find((item) => item?.['name'] === 'client.authentication.k8s.io/exec');
  return {
    server: cluster.server,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify,
    ...(cluster.certificateAuthorityData !== null && {
      'certificate-authority-data': cluster.certificateAuthorityData,
    }),
    ...(cluster.tlsServerName !== null && { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.proxyUrl !== null && { 'proxy-url': cluster.proxyUrl }),
    config: extension?.['extension'] ?? null,
  };
}

function run(
  command: string,
  { file, args, windowsVerbatimArguments }: CommandLine,
  env: NodeJS.ProcessEnv,
  exec: JsonRecord,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted());
      return;
    }
    const child = spawn(file, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      windowsVerbatimArguments,
    });
    const output: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let failure: ClusterError | null = null;
    const end = (error: ClusterError): void => {
      failure ??= error;
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => end(plugin(`${command} did not answer within 60 s`)), TIMEOUT_MS);
    const onAbort = (): void => end(aborted());
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) {
        end(plugin(`${command} printed more than 1 MiB`));
      } else {
        output.push(chunk);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = `${stderr}${chunk}`.slice(-MAX_STDERR_CHARS);
    });
    const settle = (error: ClusterError | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      const reason = failure ?? error;
      if (reason === null) {
        resolve(Buffer.concat(output).toString('utf8'));
      } else {
        reject(reason);
      }
    };
    child.on('error', (error) => settle(notStarted(command, error, env, exec)));
    child.on('close', (code, killedBy) => {
      const how = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
      settle(code === 0 ? null : plugin(`${command} failed (${how}): ${stderr.trim() || 'no message'}`));
    });
  });
}

/** A plugin found in a terminal but not here is the commonest case: an editor started from a menu has a shorter PATH. */
function notStarted(command: string, error: Error, env: NodeJS.ProcessEnv, exec: JsonRecord): ClusterError {
  if (asRecord(error)?.['code'] !== 'ENOENT') {
    return plugin(`${command} could not be started: ${error.message}`);
  }
  const hint = asString(exec['installHint']);
  return plugin(
    `${command} was not found on the PATH (${variable(env, 'PATH') ?? 'which is empty'}). ` +
      `An editor started from the desktop may have a shorter PATH than a terminal: start it from a terminal, ` +
      `or give the full path in the kubeconfig.${hint === null ? '' : ` ${hint}`}`,
  );
}

function readCredential(command: string, output: string, apiVersion: string): ExecCredential {
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch {
    throw plugin(`${command} did not print an ExecCredential in JSON`);
  }
  const object = asRecord(parsed);
  const status = asRecord(object?.['status']);
  if (object?.['kind'] !== 'ExecCredential' || status === null) {
    throw plugin(`${command} did not print an ExecCredential with a status`);
  }
  if (object['apiVersion'] !== apiVersion) {
    throw plugin(
      `${command} answered with apiVersion "${String(object['apiVersion'])}", not "${apiVersion}"`,
    );
  }
  const token = asString(status['token']);
  const certificate = asString(status['clientCertificateData']);
  const key = asString(status['clientKeyData']);
  if (token === null && (certificate === null || key === null)) {
    throw plugin(`${command} gave neither a token nor a certificate with its key`);
  }
  const expiry = Date.parse(asString(status['expirationTimestamp']) ?? '');
  return { token, certificate, key, expiresAt: Number.isNaN(expiry) ? null : expiry };
}

function plugin(message: string): ClusterError {
  return new ClusterError('credential-plugin', message);
}
