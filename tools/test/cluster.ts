import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileProject } from '../build/types.js';
import { ROOT } from '../root.js';
import { runMocha } from './run-mocha.js';

interface Plan {
  readonly contractPlan: (env: NodeJS.ProcessEnv) => Promise<string>;
  readonly isAgreed: (args: readonly string[], env: NodeJS.ProcessEnv) => boolean;
}

/**
 * `npm run test:cluster -- --yes`: the contract tests against the cluster of the kubeconfig. Says what they will do, and
 * touches nothing unless told so by --yes or PODSTRESS_CONTRACT=yes.
 */
export async function main(args: readonly string[]): Promise<number> {
  if (!(await compileProject('test/cluster'))) return 1;
  const out = join(ROOT, 'out/test/cluster');
  const { contractPlan, isAgreed } = (await import(pathToFileURL(join(out, 'plan.js')).href)) as Plan;
  try {
    console.log(await contractPlan(process.env));
  } catch (error) {
    console.error(`podstress: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  if (!isAgreed(args, process.env)) {
    console.log('\nNothing was done. Where that is all right: npm run test:cluster -- --yes');
    return 2;
  }
  const { failed } = await runMocha({
    files: [join(out, 'real.test.js')],
    timeoutMs: 30_000,
    slowMs: 10_000,
    resultsFile: join(ROOT, '.results/cluster.json'),
  });
  return failed === 0 ? 0 : 1;
}
