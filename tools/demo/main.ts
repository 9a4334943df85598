import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { bundle } from '../build/bundle.js';
import { ensureCodeServer } from '../setup/code-server.js';
import { CHROMIUM, ensurePrograms, IP, NAMESPACES, STRESS_NG } from '../setup/debian.js';
import { SetupError } from '../setup/error.js';
import { type Cleanup, withCleanup } from '../system/cleanup.js';
import { whyNoPods } from '../system/memory-cgroup.js';
import { makeRunFolder } from '../system/run-folder.js';
import { workbenchAddress } from '../vscode/address.js';
import { checkDemo } from './check.js';
import { type DemoSandbox, startSandbox } from './sandbox.js';
import { startStage } from './stage.js';

const USAGE = `npm run demo                  a VS Code with Podstress beside two Pods, in the browser
npm run demo -- --check       plays the whole demo by itself in a headless browser
npm run demo -- --no-vscode   the Pods, their API and agent only, for kubectl`;

export async function main(args: readonly string[]): Promise<number> {
  let values: { check: boolean; 'no-vscode': boolean; help: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        check: { type: 'boolean', default: false },
        'no-vscode': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    console.error(`podstress: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  try {
    const reason = whyNoPods();
    if (reason !== null) throw new SetupError(reason);
    await ensurePrograms([STRESS_NG, IP, ...NAMESPACES, ...(values.check ? [CHROMIUM] : [])]);
    if (!values['no-vscode']) await ensureCodeServer();
    if (values.check) return await withCleanup(checkDemo);
    return await withCleanup(values['no-vscode'] ? showCluster : showDemo, { endedByUser: 0 });
  } catch (error) {
    console.error(`podstress: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function showDemo(cleanup: Cleanup, signal: AbortSignal): Promise<number> {
  const password = randomBytes(9).toString('base64url');
  const { server, sandbox, opening } = await startStage({ cleanup, signal, password });
  console.log(`
  Podstress  ${workbenchAddress(server, { folder: opening.folder })}
  Password   ${password}

  Open mem-stress.yaml, then Inject above its first line. The Podstress view shows the Pods.
  Ctrl-C ends everything.`);
  return untilEnd(sandbox, signal);
}

async function showCluster(cleanup: Cleanup, signal: AbortSignal): Promise<number> {
  await bundle();
  const sandbox = await startSandbox(makeRunFolder(cleanup), cleanup, signal);
  console.log(`
  Kubeconfig ${sandbox.kubeconfig}

  export KUBECONFIG=${sandbox.kubeconfig}
  kubectl get pods -A
  kubectl get stresschaos -A
  kubectl apply -f FILE

  Ctrl-C ends everything.`);
  return untilEnd(sandbox, signal);
}

/** Waits for Ctrl-C (which ends this process after its cleanup), or for a sandbox that dies by itself. */
async function untilEnd(sandbox: DemoSandbox, signal: AbortSignal): Promise<number> {
  await Promise.race([
    once(sandbox.process, 'exit'),
    new Promise((resolve) => signal.addEventListener('abort', resolve)),
  ]);
  if (!signal.aborted) console.error('podstress: the sandbox ended by itself');
  return 1;
}
