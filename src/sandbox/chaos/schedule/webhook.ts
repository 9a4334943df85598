import type { Draft } from '../../api/kube-object.js';
import { typed } from '../../api/kube-object.js';
import type { AdmissionRequest, ResourceDefinition } from '../../api/resource.js';
import { notImplemented } from '../../api/status.js';
import { hooked, refuse, unreachable, type WebhookOptions } from '../admission.js';
import { specProblems } from '../webhook.js';
import { cronErrorText } from './cron-errors.js';
import type { Schedule, ScheduleSpec } from './object.js';
import { readSchedule } from './times.js';

const WEBHOOK = 'vschedule.kb.io';

/** Every type that Chaos Mesh knows; the sandbox acts on the first alone. */
const TYPES = [
  'StressChaos',
  'AWSChaos',
  'AzureChaos',
  'BlockChaos',
  'DNSChaos',
  'GCPChaos',
  'HTTPChaos',
  'IOChaos',
  'JVMChaos',
  'KernelChaos',
  'NetworkChaos',
  'PhysicalMachineChaos',
  'PodChaos',
  'TimeChaos',
  'Workflow',
];

/** Schedule with its webhooks: nothing fills in its selector's namespaces, and its spec may be changed. */
export function withScheduleWebhooks(
  definition: ResourceDefinition,
  options: WebhookOptions = {},
): ResourceDefinition {
  const selectors = (object: Draft) => {
    const { stressChaos } = specOf(object);
    return stressChaos === undefined ? [] : [stressChaos.selector];
  };
  return hooked(definition, { admit, selectors }, options);
}

function specOf(object: Draft): ScheduleSpec {
  return typed<Schedule>(object).spec;
}

/** vschedule.kb.io. Throws ApiError: in Chaos Mesh's words, or that the sandbox cannot do it (501). */
function admit({ object }: AdmissionRequest): void {
  const spec = specOf(object);
  refuse(WEBHOOK, scheduleProblems(spec, 'spec'));
  if (spec.type !== 'StressChaos') throw notImplemented(`a Schedule of the type ${spec.type}`);
  if (spec.stressChaos !== undefined) return;
  // It reads what is not there, and its handler panics.
  throw unreachable(WEBHOOK, 'validate-chaos-mesh-org-v1alpha1-schedule', 'EOF');
}

/** What the webhook has to say about a schedule, on its own or in a Workflow's template. */
export function scheduleProblems({ schedule, type, stressChaos }: ScheduleSpec, root: string): string[] {
  const read = readSchedule(schedule);
  const where = `${root}.schedule: Invalid value: ${JSON.stringify(schedule)}`;
  const unknown = !TYPES.includes(type);
  return [
    ...(read.error === null ? [] : [`${where}: parse schedule field error:${cronErrorText(schedule, read)}`]),
    ...(unknown
      ? [`${root}: Invalid value: v1alpha1.EmbedChaos{}: parse schedule field error: missing chaos spec`]
      : []),
    ...(type === 'StressChaos' && stressChaos !== undefined ? specProblems(stressChaos, root) : []),
  ];
}
