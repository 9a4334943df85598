import { accessFor, loadKubeconfig } from '../../../src/cluster/kubeconfig/load.js';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import { contractTests } from '../../cluster/contract.js';
import { startTestSandbox } from './support.js';

const SERVER = `
console.log('podstress-contract');
require('node:http').createServer((_, answer) => answer.end('contract')).listen(8080, '127.0.0.1');
`;

describe('the contract of a cluster, held by the sandbox', function () {
  this.timeout(30_000);
  let sandbox: RunningSandbox | null = null;
  contractTests(async () => {
    const running = await startTestSandbox({ statsTiming: { housekeepingMs: 400, resolutionMs: 500 } });
    sandbox = running;
    const config = await loadKubeconfig({ path: running.kubeconfigPath, env: {} });
    return {
      access: accessFor(config, null, {}),
      container: { image: 'none', command: [process.execPath, '-e', SERVER] },
      forget: () => running.registry.store.compact(),
    };
  });
  // After the contract's own clearing up.
  after(() => sandbox?.stop());
});
