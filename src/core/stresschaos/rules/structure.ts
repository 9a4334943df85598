import { schedule, stress, workflow } from './example.js';
import type { Rule } from './rule.js';

const MEMORY = ['workers: 1', 'size: 64MiB', 'oomScoreAdj: 500'];

function memory(...lines: string[]): string {
  return stress({ memory: lines });
}

/** Words that the walk over the spec table speaks: their examples hold the table itself to account. */
export const structureRules: readonly Rule<never>[] = [
  {
    code: 'MS001',
    severity: 'error',
    good: [{ text: stress() }, { text: stress({ spec: ['remoteCluster: west'] }), version: '2.5' }],
    bad: [
      {
        text: memory('worker: 1', 'size: 64MiB', 'oomScoreAdj: 500').replace('worker:', '«worker»:'),
        fixed: stress(),
      },
      {
        text: stress({ spec: ['«container_names»: [app]'] }),
        fixed: stress({ spec: ['containerNames: [app]'] }),
      },
      {
        text: memory('workers: 1', 'size: 64MiB', '«oomScore»: 500'),
        fixed: stress(),
      },
      { text: stress({ spec: ['«size»: 64MiB'] }) },
      { text: stress({ spec: ['«flavour»: vanilla'] }) },
      { text: stress({ spec: ['«remoteCluster»: west'] }), fixed: stress(), version: '2.4' },
      {
        text: stress({ metadata: ['name: a', 'namespace: b', '«lables»: {}'] }),
        fixed: stress({ metadata: ['name: a', 'namespace: b', 'labels: {}'] }),
      },
    ],
  },
  {
    code: 'MS002',
    severity: 'error',
    good: [{ text: memory(...MEMORY, "options: ['--time', 1m]") }],
    bad: [
      { text: memory(...MEMORY, '«time»: 1m'), fixed: memory(...MEMORY, "options: ['--time', '1m']") },
      { text: memory(...MEMORY, '«time»: 10min'), fixed: memory(...MEMORY, "options: ['--time', '10m']") },
      { text: memory(...MEMORY, '«time»: 1m', "options: ['--time', 2m]") },
    ],
  },
  {
    code: 'MS006',
    severity: 'error',
    good: [{ text: stress() }],
    bad: [
      {
        text: memory('size: 64MiB', 'oomScoreAdj: 500').replace('memory:', '«memory»:'),
        fixed: memory('size: 64MiB', 'oomScoreAdj: 500', 'workers: 1'),
      },
      { text: memory('«workers»:', 'size: 64MiB', 'oomScoreAdj: 500') },
    ],
  },
  {
    code: 'MS009',
    severity: 'error',
    good: [{ text: stress({ stressors: ['stressors: { cpu: { workers: 8192 } }'] }) }],
    bad: [
      { text: memory('workers: «8193»', 'size: 1GiB', 'oomScoreAdj: 500') },
      { text: stress({ stressors: ['stressors: { cpu: { workers: «9000» } }'] }) },
    ],
  },
  {
    code: 'MS012',
    severity: 'error',
    good: [{ text: stress() }],
    bad: [
      {
        text: memory('workers: 1', 'size: «256»', 'oomScoreAdj: 500'),
        fixed: memory('workers: 1', 'size: 256MiB', 'oomScoreAdj: 500'),
      },
      {
        text: memory('workers: 1', 'size: «1_000»', 'oomScoreAdj: 500'),
        fixed: memory('workers: 1', 'size: 1000MiB', 'oomScoreAdj: 500'),
      },
      { text: memory('workers: 1', 'size: «[64MiB]»', 'oomScoreAdj: 500') },
    ],
  },
  {
    code: 'MS030',
    severity: 'error',
    good: [{ text: stress({ mode: 'fixed', spec: ["value: '1'"] }) }],
    bad: [
      {
        text: stress({ mode: 'fixed', spec: ['value: «1»'] }),
        fixed: stress({ mode: 'fixed', spec: ["value: '1'"] }),
      },
    ],
  },
  {
    code: 'MS038',
    severity: 'error',
    good: [{ text: stress({ spec: ['containerNames: [app]'] }) }],
    bad: [
      {
        text: stress({ spec: ['«containerName»: app'] }),
        fixed: stress({ spec: ['containerNames: [app]'] }),
      },
      { text: stress({ spec: ["«scheduler»: { cron: '@daily' }"] }), fixed: stress() },
      { text: stress({ spec: ['«action»: stress'] }), fixed: stress() },
    ],
  },
  {
    code: 'MS039',
    severity: 'error',
    since: '2.2',
    good: [{ text: memory('workers: 1', 'size: 64MiB', 'oomScoreAdj: -1000') }],
    bad: [
      { text: memory('workers: 1', 'size: 64MiB', 'oomScoreAdj: «1001»') },
      { text: memory('workers: 1', 'size: 64MiB', 'oomScoreAdj: «-1001»') },
    ],
  },
  {
    code: 'MS045',
    severity: 'error',
    good: [{ text: stress() }, { text: memory('workers: 1', 'size: 64MiB', 'oomScoreAdj: 0x1f4') }],
    bad: [
      {
        text: memory("workers: «'4'»", 'size: 64MiB', 'oomScoreAdj: 500'),
        fixed: memory('workers: 4', 'size: 64MiB', 'oomScoreAdj: 500'),
      },
      { text: stress({ selector: ['namespaces: «shop»', 'labelSelectors: { app: web }'] }), fixed: stress() },
      {
        text: stress({ selector: ['namespaces: [shop]', 'labelSelectors: { app: «yes» }'] }),
        fixed: stress({ selector: ['namespaces: [shop]', "labelSelectors: { app: 'yes' }"] }),
      },
      {
        text: stress({ selector: ['namespaces: [shop]', 'labelSelectors: { tier: «0755» }'] }),
        fixed: stress({ selector: ['namespaces: [shop]', "labelSelectors: { tier: '0755' }"] }),
      },
      { text: stress({ selector: ['selector:'] }).replace('selector:', '«selector»:') },
      {
        text: stress({
          metadata: ['name: a', 'namespace: b', 'annotations:', '  experiment.chaos-mesh.org/pause: «true»'],
        }),
        fixed: stress({
          metadata: ['name: a', 'namespace: b', 'annotations:', "  experiment.chaos-mesh.org/pause: 'true'"],
        }),
      },
      { text: stress({ duration: '«60»' }), fixed: stress({ duration: "'60'" }) },
    ],
  },
  {
    code: 'MS046',
    severity: 'error',
    good: [{ text: stress() }],
    bad: [
      { text: stress().replace('  mode: one\n', '').replace('spec:', '«spec»:') },
      { text: stress({ stressors: ['stressors: { «cpu»: { load: 50 } }'] }) },
      {
        text: stress()
          .replace(/spec:[\s\S]*/, '')
          .replace('kind:', '«kind»:'),
      },
      { text: workflow().replace('  entry: main\n', '').replace('spec:', '«spec»:') },
    ],
  },
  {
    code: 'MS047',
    severity: 'error',
    good: [{ text: stress() }],
    bad: [
      { text: stress({ mode: '«One»' }), fixed: stress() },
      {
        text: stress({ mode: '«fixed_percent»', spec: ["value: '5'"] }),
        fixed: stress({ mode: 'fixed-percent', spec: ["value: '5'"] }),
      },
      { text: stress({ mode: '«everything»' }) },
      { text: schedule({ spec: ['concurrencyPolicy: «Replace»'] }) },
    ],
  },
  {
    code: 'MS048',
    severity: 'error',
    good: [{ text: stress({ stressors: ['stressors: { cpu: { workers: 1, load: 100 } }'] }) }],
    bad: [
      { text: stress({ stressors: ['stressors: { cpu: { workers: 1, load: «101» } }'] }) },
      { text: schedule({ spec: ['historyLimit: «0»'] }) },
      { text: schedule({ spec: ['startingDeadlineSeconds: «0»'] }) },
    ],
  },
  {
    code: 'MS049',
    severity: 'error',
    good: [{ text: stress() }],
    bad: [{ text: memory(...MEMORY, '«size»: 128MiB') }],
  },
  {
    code: 'MS051',
    severity: 'error',
    good: [{ text: stress() }],
    bad: [{ text: stress({ duration: "«'10m»" }) }, { text: stress({ duration: '«*unknown»' }) }],
  },
  {
    code: 'MS057',
    severity: 'hint',
    good: [{ text: stress() }, { text: `${stress()}# {{ not a template }}\n` }],
    bad: [{ text: stress({ mode: '«{{» .Values.mode }}', duration: 'nonsense' }) }],
  },
  {
    code: 'MS058',
    severity: 'warning',
    good: [{ text: stress() }],
    bad: [{ text: `«#» StressChaos chaos-mesh.org/v1alpha1\n${'['.repeat(300)}${']'.repeat(300)}\n` }],
  },
];

export const fileRules: readonly Rule<never>[] = [
  {
    code: 'MS042',
    severity: 'warning',
    good: [{ text: `${stress()}---\n${stress({ metadata: ['name: other', 'namespace: chaos-mesh'] })}` }],
    bad: [
      { text: `${stress()}---\n${stress({ metadata: ['name: «mem-stress»', 'namespace: chaos-mesh'] })}` },
    ],
  },
];
