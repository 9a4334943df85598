import { accessFor, loadKubeconfig } from '../../src/cluster/kubeconfig/load.js';
import { contractTests } from './contract.js';
import { contractImage } from './plan.js';

const SCRIPT =
  'echo podstress-contract; mkdir -p /tmp/www; echo contract > /tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www';

/** As the strictest Pod Security Standard wants it. */
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 65_534,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

describe('the contract of a cluster, held by the one of the kubeconfig', function () {
  this.timeout(30_000);
  contractTests(async () => {
    const config = await loadKubeconfig({ path: null, env: process.env });
    return {
      access: accessFor(config, null, process.env),
      container: {
        image: contractImage(process.env),
        command: ['sh', '-c', SCRIPT],
        securityContext: RESTRICTED,
      },
      catchesInterrupts: true,
      podSpec: { automountServiceAccountToken: false },
    };
  });
});
