import { podsSeen } from '../demo/pods.js';
import type { Step } from '../demo/steps.js';
import { stopChild } from '../system/child.js';
import { waitFor } from '../system/wait.js';

/** How the panel speaks of what is missing: in a cluster without a node agent, whose API ends at last. */
export const STATE_STEPS: readonly Step[] = [
  {
    id: 'no-agent',
    title: 'without an agent the panel says so, and offers to install it',
    async run({ stage: { workbench }, idle }) {
      await workbench.showViews('Podstress');
      const pods = await waitFor(
        'two Pods by the kubelet’s numbers',
        async () => {
          const seen = await podsSeen(workbench);
          return seen.length === 2 ? seen : null;
        },
        { timeoutMs: 60_000 },
      );
      for (const pod of pods) idle.set(pod.name, pod.workingSetMiB);
      await workbench.runCommand('Podstress: Show OOM Kills');
      const page = workbench.webview();
      await page.getByRole('heading', { name: 'No node agent streams kills' }).waitFor();
      await page.getByRole('button', { name: 'Install…' }).waitFor();
      return (await page.locator('.connection').textContent()) ?? '';
    },
  },
  {
    id: 'kubelet',
    title: 'a curve from the kubelet’s numbers names its source',
    async run({ stage: { workbench }, idle }) {
      const [name = ''] = [...idle.keys()];
      await workbench.contextMenu(workbench.treeRow(name), 'Open Memory Panel');
      const chart = workbench.webview().getByRole('region', { name: new RegExp(`Memory of ${name}`) });
      const state = chart.locator('.chart-state').filter({ hasText: 'kubelet' });
      await state.waitFor({ timeout: 40_000 });
      return (await state.textContent()) ?? '';
    },
  },
  {
    id: 'stale',
    title: 'when the cluster is gone, nothing pretends to be live',
    async run({ stage: { workbench, sandbox } }) {
      await stopChild(sandbox.process, 20_000);
      const page = workbench.webview();
      const state = page.locator('.connection .state.stale').filter({ hasText: 'stale since' });
      await state.waitFor({ timeout: 60_000 });
      await page.locator('.chart-state.stale').waitFor({ timeout: 60_000 });
      return (await state.textContent()) ?? '';
    },
  },
];
