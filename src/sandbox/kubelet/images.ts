import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Container } from '../../core/kubernetes/objects.js';
import { findProgram } from '../preflight.js';

/** Images that come with the sandbox: programs/main knows what each runs. */
const SHIPPED: Readonly<Record<string, string>> = {
  'paulbouwer/hello-kubernetes:1.10': 'hello-kubernetes',
};

/** The last part of the agent's image, whatever its registry and tag. */
const AGENT_IMAGE = 'podstress-agent';

/** What stands in this machine for the images that the sandbox knows. */
export interface ImageSources {
  /** The script of the programs that run beside the sandbox (programs/main). */
  readonly programs: string;
  /** The node agent's bundle, and the cgroup that it is to look at; null: there is no such image. */
  readonly agent: { readonly script: string; readonly cgroupRoot: string } | null;
}

/** The agent as one file for its image: its bundle, or where it is not bundled a file that loads it. Throws Error. */
export function agentFile(script: string, folder: string): string {
  if (script.endsWith('.cjs')) return script;
  const path = join(folder, 'agent.cjs');
  writeFileSync(path, `import(${JSON.stringify(pathToFileURL(script).href)});\n`, { mode: 0o644 });
  return path;
}

/** What a container gets of its image beside the command. */
export interface ImageParts {
  /** Files of this machine by their path in the container. */
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export type ResolvedCommand =
  | { readonly ok: true; readonly command: readonly string[]; readonly shipped: boolean }
  | { readonly ok: false; readonly reason: 'ErrImageNeverPull' | 'StartError'; readonly message: string };

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where deploy/Dockerfile puts the agent, and where the sandbox puts the Node that runs it. */
const AGENT_SCRIPT = '/app/agent.cjs';
const NODE = '/app/node';

/** The files and variables of an image that the sandbox knows; those of any other are nothing. */
export function imageParts(image: string, { agent }: ImageSources): ImageParts {
  if (agent === null || !isAgentImage(image)) return { files: {}, env: {} };
  return {
    files: { [AGENT_SCRIPT]: agent.script, [NODE]: process.execPath },
    env: { PATH: `/app:${DEFAULT_PATH}` },
  };
}

function isAgentImage(image: string): boolean {
  return new RegExp(`(^|/)${AGENT_IMAGE}(:[^/]*)?(@[^/]*)?$`).test(image);
}

/** What a container runs: its own command on this machine, else what its image stands for. No image is pulled. */
export function resolveCommand(
  container: Container,
  env: Readonly<Record<string, string>>,
  sources: ImageSources,
): ResolvedCommand {
  const args = (container.args ?? []).map((text) => expand(text, env));
  const own = (container.command ?? []).map((text) => expand(text, env));
  const image = container.image ?? '';
  const shipped = Object.hasOwn(SHIPPED, image) ? SHIPPED[image] : undefined;
  if (own.length === 0 && shipped !== undefined) {
    return { ok: true, command: [process.execPath, sources.programs, shipped, ...args], shipped: true };
  }
  if (own.length === 0 && sources.agent !== null && isAgentImage(image)) {
    const scope = ['--cgroup-root', sources.agent.cgroupRoot];
    return { ok: true, command: [NODE, AGENT_SCRIPT, ...scope, ...args], shipped: true };
  }
  const [program] = own;
  if (program === undefined) return { ok: false, reason: 'ErrImageNeverPull', message: neverPulled(image) };
  const found = findProgram(program, env['PATH'] ?? DEFAULT_PATH);
  if (found === null) return { ok: false, reason: 'StartError', message: startError(program) };
  return { ok: true, command: [found, ...own.slice(1), ...args], shipped: false };
}

function neverPulled(image: string): string {
  const known = Object.keys(SHIPPED).join(', ');
  return (
    `Container image "${image}" is not present: the Podstress sandbox pulls no images. ` +
    `Give the container a command, which then runs on this machine, or use ${known} or ${AGENT_IMAGE}`
  );
}

/** As containerd words it. */
function startError(program: string): string {
  const what = program.includes('/')
    ? `stat ${program}: no such file or directory`
    : 'executable file not found in $PATH';
  return (
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
    `unable to start container process: exec: ${JSON.stringify(program)}: ${what}: unknown`
  );
}

/** `$(NAME)` becomes the variable's value, `$$` a dollar sign; what is not known stays as it is. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (whole === '$$') return '$';
    return name !== undefined && Object.hasOwn(env, name) ? (env[name] ?? '') : whole;
  });
}
