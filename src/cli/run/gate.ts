import { type Caution, judgeInjection, type Refusal } from '../../core/experiment/safety.js';
import { safetyRules } from '../../core/experiment/safety-rules.js';
import type { StressChaos } from '../../core/kubernetes/objects.js';
import { selectionNodes } from '../../lab/selection-nodes.js';
import type { Lab } from '../../lab/types.js';
import type { RunOptions } from './options.js';
import { RunRefusal } from './refusal.js';

/** Lets nothing through that safety or rights forbid. Throws RunRefusal, and LabError where nobody answers. */
export async function pass(
  lab: Lab,
  object: StressChaos,
  namespace: string,
  { yes, maxTargets }: RunOptions,
  signal: AbortSignal,
): Promise<void> {
  const engine = lab.engine.get();
  const { refusals, cautions } = judgeInjection({
    trusted: true,
    context: lab.connection.get().context ?? '',
    experiments: [{ spec: object.spec, namespace }],
    pods: lab.pods.get(),
    nodes: selectionNodes(lab.nodes.get()),
    chaosMeshNamespace: engine.kind === 'chaos-mesh' ? (engine.installation?.namespace ?? null) : null,
    rules: safetyRules(maxTargets === undefined ? {} : { maxTargets }),
  });
  if (refusals.length > 0) throw new RunRefusal(...refusals.map(refusalText));
  if (cautions.length > 0 && yes !== true) {
    throw new RunRefusal(...cautions.map(cautionText), 'Give --yes where that is meant.');
  }
  const missing = await lab.missingExperimentRights(object, signal);
  if (missing === null) return;
  const rights = missing.rights.map(
    ({ verb, resource, namespace: where }) => `${verb} ${resource}${where === null ? '' : ` in ${where}`}`,
  );
  throw new RunRefusal(`rights are missing: ${rights.join('; ')}`, ...missing.commands);
}

function refusalText(refusal: Refusal): string {
  switch (refusal.code) {
    case 'untrusted-workspace':
      return 'the workspace is not trusted';
    case 'own-pods': {
      const whose = refusal.of === 'agent' ? 'Podstress’ own agents' : 'Chaos Mesh itself';
      return `it may stress ${whose}: ${refusal.pods.slice(0, 5).join(', ')}`;
    }
    case 'too-many-targets':
      return `it may stress ${refusal.targets} Pods at once, and ${refusal.maxTargets} are allowed (--max-targets)`;
  }
}

function cautionText(caution: Caution): string {
  switch (caution.code) {
    case 'protected-context':
      return `the context ${caution.name} is protected (${caution.pattern})`;
    case 'protected-namespace':
      return `the namespace ${caution.name} is protected (${caution.pattern})`;
    case 'remote-cluster':
      return `it acts in another cluster, ${caution.name}, whose Pods are not seen from here`;
  }
}
