import type { Draft } from '../../api/kube-object.js';
import { typed } from '../../api/kube-object.js';
import type { AdmissionRequest, ResourceDefinition } from '../../api/resource.js';
import { notImplemented } from '../../api/status.js';
import { hooked, refuse, unreachable, type WebhookOptions } from '../admission.js';
import { CHAOS_FIELDS } from '../kinds.js';
import { specProblems } from '../webhook.js';
import { cronErrorText } from './cron-errors.js';
import type { Schedule, ScheduleSpec } from './object.js';
import { readSchedule } from './times.js';

const WEBHOOK = 'vschedule.kb.io';
/** Where the walker over Go's structs finds the experiment. */
const EMBEDDED = 'Spec.ScheduleItem.EmbedChaos.StressChaos';

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
  refuse(WEBHOOK, scheduleProblems(spec));
  if (spec.type !== 'StressChaos') throw notImplemented(`a Schedule of the type ${spec.type}`);
  if (spec.stressChaos !== undefined) return;
  // It reads what is not there, and its handler panics.
  throw unreachable(WEBHOOK, 'validate-chaos-mesh-org-v1alpha1-schedule', 'EOF');
}

function scheduleProblems({ schedule, type, stressChaos }: ScheduleSpec): string[] {
  const read = readSchedule(schedule);
  const where = `spec.schedule: Invalid value: ${JSON.stringify(schedule)}`;
  const unknown = type !== 'Workflow' && !CHAOS_FIELDS.has(type);
  return [
    ...(read.error === null ? [] : [`${where}: parse schedule field error:${cronErrorText(schedule, read)}`]),
    ...(unknown
      ? ['spec: Invalid value: v1alpha1.EmbedChaos{}: parse schedule field error: missing chaos spec']
      : []),
    ...(type === 'StressChaos' && stressChaos !== undefined ? specProblems(stressChaos, EMBEDDED) : []),
  ];
}
