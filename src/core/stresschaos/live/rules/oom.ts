import { durationMs } from '../../../units/duration.js';
import { stress as manifest } from '../../rules/example.js';
import type { Report } from '../../rules/rule.js';
import { entryOf } from '../../yaml/node.js';
import { stringOf } from '../../yaml/scalar.js';
import { node, pod, world } from '../example.js';
import { adjPlace, memoryPlace, sizePlace } from '../places.js';
import type { LiveRule } from '../rule.js';
import type { LiveStress, LiveTarget } from '../stress.js';
import { firstVictim, writtenAdj } from '../victim.js';

/** What Kubernetes fills in. */
const DEFAULT_PERIOD_S = 10;
const DEFAULT_THRESHOLD = 3;
const GUARANTEED = -997;

function exceeds({ forecast }: LiveTarget): boolean {
  return forecast.outcome === 'exceeds';
}

function groupKill({ model, targets }: LiveStress, report: Report): void {
  const hit = targets.find((target) => exceeds(target) && target.node?.groupKill === true);
  if (hit === undefined) return;
  report(sizePlace(model), { node: hit.node?.name ?? '', container: hit.container.name, pod: hit.pod.name });
}

/** A container that is short of memory answers late: its liveness probe may be what ends it. */
function liveness({ model, targets }: LiveStress, report: Report): void {
  const ends = lastsMs(model);
  for (const target of targets) {
    const { outcome } = target.forecast;
    const container = target.pod.pod.spec.containers.find(({ name }) => name === target.container.name);
    const probe = container?.livenessProbe;
    if (probe === undefined || (outcome !== 'near' && outcome !== 'exceeds')) continue;
    const { periodSeconds: period = DEFAULT_PERIOD_S, failureThreshold: threshold = DEFAULT_THRESHOLD } =
      probe;
    const seconds = period * threshold;
    if (ends !== null && ends <= seconds * 1000) continue;
    const duration = entryOf(model.spec, 'duration')?.value;
    const place = model.template === undefined ? (duration ?? memoryPlace(model)) : memoryPlace(model);
    report(place, { container: target.container.name, pod: target.pod.name, period, threshold, seconds });
    return;
  }
}

/** How long the stress lasts, ms; null: until it is deleted. */
function lastsMs({ spec, template }: LiveStress['model']): number | null {
  const own = stringOf(entryOf(spec, 'duration')?.value);
  const deadline = template === undefined ? null : stringOf(entryOf(template, 'deadline')?.value);
  const ends = [own, deadline]
    .map((text) => (text === null ? null : durationMs(text)))
    .filter((ms) => ms !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Where an OOM is to come the forecast of its victim decides, else the two scores alone. */
function outranked(stress: LiveStress, report: Report): void {
  const written = writtenAdj(stress.model);
  // -1000 is a rule of its own.
  if (written === null || written <= -1000 || stress.ask === null) return;
  for (const target of stress.targets) {
    const { adj } = target;
    if (adj === null || adj <= written) continue;
    const victim = exceeds(target) ? firstVictim(stress, target) : 'application';
    if (victim !== 'application') continue;
    const place = adjPlace(stress.model);
    const value = entryOf(stress.model.memory?.map ?? stress.model.spec, 'oomScoreAdj')?.value;
    const suggestion = value === undefined ? undefined : stress.model.source.bare(value, '1000');
    report(place, { written, adj, container: target.container.name, pod: target.pod.name }, { suggestion });
    return;
  }
}

function scores(stress: LiveStress, report: Report): void {
  if (stress.ask === null) return;
  const known = stress.targets.map(({ adj }) => adj);
  const values = known.filter((adj) => adj !== null);
  if (values.length === 0 || values.length < known.length) return;
  const low = values.reduce((least, adj) => Math.min(least, adj));
  const high = values.reduce((most, adj) => Math.max(most, adj));
  const place = adjPlace(stress.model);
  if (high === GUARANTEED) report(place, { adj: high, variant: 'guaranteed' });
  else if (low === high) report(place, { adj: low });
  else report(place, { low, high, variant: 'range' });
}

function sized(size: string, adj: string, duration = '10m') {
  return manifest({ memory: ['workers: 1', `size: ${size}`, `oomScoreAdj: ${adj}`], duration });
}

const PROBED = pod({ containers: [{ livenessProbe: { periodSeconds: 5, failureThreshold: 3 } }] });
const GUARDED = pod({ qos: 'Guaranteed' });

export const oomRules: readonly LiveRule[] = [
  {
    code: 'MS111',
    severity: 'warning',
    check: groupKill,
    good: [
      { text: sized('3000MiB', '1000'), world: world() },
      { text: sized('3000MiB', '1000'), world: world({ nodes: [node({ groupKill: false })] }) },
      { text: sized('50MiB', '1000'), world: world({ nodes: [node({ groupKill: true })] }) },
    ],
    bad: [{ text: sized('«3000MiB»', '1000'), world: world({ nodes: [node({ groupKill: true })] }) }],
  },
  {
    code: 'MS112',
    severity: 'warning',
    check: liveness,
    good: [
      { text: sized('420MiB', '1000'), world: world() },
      { text: sized('50MiB', '1000'), world: world({ pods: [PROBED] }) },
      { text: sized('420MiB', '1000', '15s'), world: world({ pods: [PROBED] }) },
    ],
    bad: [
      { text: sized('420MiB', '1000', '«10m»'), world: world({ pods: [PROBED] }) },
      {
        text: manifest({ memory: ['workers: 1', 'size: 420MiB'], duration: null }).replace(
          'memory:',
          '«memory»:',
        ),
        world: world({ pods: [pod({ containers: [{ livenessProbe: {} }] })] }),
      },
    ],
  },
  {
    code: 'MS118',
    severity: 'warning',
    check: outranked,
    good: [
      { text: sized('50MiB', '1000'), world: world() },
      { text: sized('50MiB', '500'), world: world({ pods: [GUARDED] }) },
      { text: sized('50MiB', '500'), world: world({ nodes: [node({ capacityBytes: null })] }) },
      { text: sized('50MiB', '-1000'), world: world() },
    ],
    bad: [
      { text: sized('50MiB', '«500»'), world: world(), suggested: sized('50MiB', '1000') },
      { text: sized('3000MiB', '«-500»'), world: world(), suggested: sized('3000MiB', '1000') },
    ],
  },
  {
    code: 'MS119',
    severity: 'information',
    check: scores,
    good: [
      { text: manifest({ stressors: ['stressors:', '  cpu:', '    workers: 1'] }), world: world() },
      { text: sized('50MiB', '1000'), world: world({ nodes: [node({ capacityBytes: null })] }) },
    ],
    bad: [
      { text: sized('50MiB', '«1000»'), world: world() },
      { text: sized('50MiB', '«1000»'), world: world({ pods: [GUARDED] }) },
      {
        text: sized('50MiB', '«1000»'),
        world: world({ pods: [pod(), pod({ name: 'web-b', qos: 'BestEffort' })] }),
      },
    ],
  },
];
