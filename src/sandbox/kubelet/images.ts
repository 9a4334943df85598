import type { Container } from '../../core/kubernetes/objects.js';
import { findProgram } from '../preflight.js';

/** Images that come with the sandbox: programs/main knows what each runs. */
const SHIPPED: Readonly<Record<string, string>> = {
  'paulbouwer/hello-kubernetes:1.10': 'hello-kubernetes',
};

export type ResolvedCommand =
  | { readonly ok: true; readonly command: readonly string[]; readonly shipped: boolean }
  | { readonly ok: false; readonly reason: 'ErrImageNeverPull' | 'StartError'; readonly message: string };

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a container runs: its own command on this machine, else what its image stands for. No image is pulled. */
export function resolveCommand(
  container: Container,
  env: Readonly<Record<string, string>>,
  programs: string,
): ResolvedCommand {
  const args = (container.args ?? []).map((text) => expand(text, env));
  const own = (container.command ?? []).map((text) => expand(text, env));
  const image = container.image ?? '';
  const shipped = Object.hasOwn(SHIPPED, image) ? SHIPPED[image] : undefined;
  if (own.length === 0 && shipped !== undefined) {
    return { ok: true, command: [process.execPath, programs, shipped, ...args], shipped: true };
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
    `Give the container a command, which then runs on this machine, or use ${known}`
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
