import type { Field, FieldType, Shape } from './types.js';

const text: FieldType = { type: 'string' };
export const texts: FieldType = { type: 'list', of: text };
export const MODES = ['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'] as const;

const workers: Field = {
  name: 'workers',
  type: { type: 'integer', maximum: 8192 },
  required: true,
  codes: { missing: 'MS006', range: 'MS009' },
  prose: {
    en: 'How many processes share the memory. More workers do not take more memory; they start one a second.',
    'zh-cn': '分担内存的进程数。增加 workers 不会占用更多内存；每秒启动一个。',
    ja: 'メモリを分担するプロセス数。増やしても使用メモリは増えません。1 秒に 1 つ起動します。',
    fr: 'Nombre de processus qui se partagent la mémoire. En ajouter ne prend pas plus de mémoire ; il en démarre un par seconde.',
  },
};

const options: Field = {
  name: 'options',
  type: { type: 'list', of: { type: 'string', format: 'stressOption' } },
  prose: {
    en: 'Further flags. For memory since Chaos Mesh 2.2 these are flags of memStress: `--time` (ramp), `--size`, `--workers`. Up to 2.1, and for CPU, flags of stress-ng.',
    'zh-cn':
      '附加参数。自 Chaos Mesh 2.2 起，内存部分是 memStress 的参数：`--time`（爬升）、`--size`、`--workers`。2.1 及以前以及 CPU 部分是 stress-ng 的参数。',
    ja: '追加フラグ。Chaos Mesh 2.2 以降のメモリでは memStress のフラグ（`--time` は漸増、`--size`、`--workers`）。2.1 以前と CPU では stress-ng のフラグです。',
    fr: 'Options supplémentaires. Pour la mémoire, depuis Chaos Mesh 2.2, celles de memStress : `--time` (montée), `--size`, `--workers`. Jusqu’à 2.1, et pour le CPU, celles de stress-ng.',
  },
};

export const memoryStressor: Shape = {
  name: 'MemoryStressor',
  fields: [
    workers,
    {
      name: 'size',
      type: { type: 'string', format: 'size' },
      codes: { type: 'MS012' },
      suggest: ['64MiB', '128MiB', '256MiB', '512MiB', '1GiB', '25%', '50%'],
      prose: {
        en: 'How much memory to take IN ALL, shared by the workers. `MiB`/`GiB` count in 1024, `MB`/`GB` in 1000; a percentage is of the NODE’s memory, not of the container’s limit.',
        'zh-cn':
          '总共占用的内存，由所有 workers 分担。`MiB`/`GiB` 按 1024 计，`MB`/`GB` 按 1000 计；百分比相对于节点内存，而不是容器的 limit。',
        ja: '全 worker で分担する合計メモリ量。`MiB`/`GiB` は 1024、`MB`/`GB` は 1000 単位。百分率はコンテナの limit ではなくノードのメモリに対する割合です。',
        fr: 'Mémoire à prendre EN TOUT, partagée par les workers. `MiB`/`GiB` comptent en 1024, `MB`/`GB` en 1000 ; un pourcentage porte sur la mémoire du NŒUD, pas sur la limite du conteneur.',
      },
      truth: {
        en: 'The official description says “N bytes consumed per vm worker, default is the total available memory”. Both are wrong: it is a total, and without a size nothing is allocated.',
        'zh-cn':
          '官方描述称“每个 vm worker 消耗 N 字节，默认是全部可用内存”。两点都不对：它是总量；不写 size 则什么都不会分配。',
        ja: '公式の説明は「vm worker ごとに N バイト、既定は利用可能な全メモリ」としますが、どちらも誤りです。合計値であり、size がなければ何も確保されません。',
        fr: 'La description officielle dit « N octets par worker, par défaut toute la mémoire disponible ». Les deux sont faux : c’est un total, et sans taille rien n’est alloué.',
      },
    },
    {
      name: 'oomScoreAdj',
      type: { type: 'integer', minimum: -1000, maximum: 1000 },
      since: '2.2',
      default: '0',
      suggest: ['1000', '500', '-1000'],
      codes: { range: 'MS039' },
      prose: {
        en: 'The oom_score_adj of the stress: 1000 dies first, -1000 is never killed (then the application dies).',
        'zh-cn': '压力进程的 oom_score_adj：1000 最先被杀，-1000 永不被杀（于是应用被杀）。',
        ja: '負荷プロセスの oom_score_adj。1000 は最初に、-1000 は決して kill されません（代わりにアプリが kill されます）。',
        fr: 'L’oom_score_adj du stress : 1000 meurt en premier, -1000 n’est jamais tué (c’est alors l’application qui meurt).',
      },
      truth: {
        en: '0 does not mean 0: it is not applied at all, so the stress inherits chaos-daemon’s own value (1000 up to 2.8).',
        'zh-cn': '0 并不是 0：它根本不会被设置，压力进程继承 chaos-daemon 自身的值（2.8 及以前为 1000）。',
        ja: '0 は 0 を意味しません。適用されず、chaos-daemon の値（2.8 までは 1000）を引き継ぎます。',
        fr: '0 ne veut pas dire 0 : la valeur n’est pas appliquée, le stress hérite de celle de chaos-daemon (1000 jusqu’à 2.8).',
      },
    },
    options,
  ],
  retired: [{ name: 'time', code: 'MS002' }],
};

export const cpuStressor: Shape = {
  name: 'CpuStressor',
  fields: [
    {
      ...workers,
      codes: { range: 'MS009' },
      prose: {
        en: 'How many stress-ng CPU workers to start.',
        'zh-cn': '要启动的 stress-ng CPU worker 数。',
        ja: '起動する stress-ng の CPU worker 数。',
        fr: 'Nombre de workers CPU de stress-ng à démarrer.',
      },
    },
    {
      name: 'load',
      type: { type: 'integer', minimum: 0, maximum: 100 },
      suggest: ['50', '80', '100'],
      prose: {
        en: 'CPU load of each worker, percent (0 to 100).',
        'zh-cn': '每个 worker 的 CPU 负载，百分比（0 到 100）。',
        ja: '各 worker の CPU 負荷（0 から 100 パーセント）。',
        fr: 'Charge CPU de chaque worker, en pour cent (0 à 100).',
      },
    },
    options,
  ],
};

export const stressors: Shape = {
  name: 'Stressors',
  fields: [
    {
      name: 'memory',
      type: { type: 'object', shape: 'MemoryStressor' },
      prose: {
        en: 'Takes memory inside the container’s memory cgroup, so that it counts against the container’s limit.',
        'zh-cn': '在容器的内存 cgroup 中占用内存，因此计入容器的 limit。',
        ja: 'コンテナのメモリ cgroup 内でメモリを確保するため、コンテナの limit に算入されます。',
        fr: 'Prend de la mémoire dans le cgroup mémoire du conteneur : elle compte donc dans sa limite.',
      },
    },
    {
      name: 'cpu',
      type: { type: 'object', shape: 'CpuStressor' },
      prose: {
        en: 'Burns CPU in the container with stress-ng.',
        'zh-cn': '用 stress-ng 在容器中消耗 CPU。',
        ja: 'stress-ng でコンテナの CPU を消費します。',
        fr: 'Consomme du CPU dans le conteneur avec stress-ng.',
      },
    },
  ],
};

export const stressChaosSpec: Shape = {
  name: 'StressChaosSpec',
  fields: [
    {
      name: 'mode',
      type: { type: 'string', values: MODES },
      required: true,
      prose: {
        en: 'How many of the selected Pods are hit: `one` at random, `all`, a `fixed` number, a `fixed-percent`, or a random share up to `random-max-percent`.',
        'zh-cn':
          '命中多少个被选中的 Pod：随机 `one`、`all`、`fixed` 个数、`fixed-percent` 百分比，或至多 `random-max-percent` 的随机比例。',
        ja: '選ばれた Pod のうち何個を対象にするか。無作為の `one`、`all`、`fixed` 個、`fixed-percent`、または最大 `random-max-percent` の無作為な割合。',
        fr: 'Combien des Pods sélectionnés sont touchés : `one` au hasard, `all`, un nombre `fixed`, un `fixed-percent`, ou une part aléatoire jusqu’à `random-max-percent`.',
      },
    },
    {
      name: 'value',
      type: { type: 'string', format: 'count' },
      codes: { type: 'MS030' },
      suggest: ["'1'", "'2'", "'50'"],
      prose: {
        en: 'The number (mode `fixed`) or percent, 1 to 100 (modes `fixed-percent`, `random-max-percent`). A string: quote it.',
        'zh-cn':
          '个数（`fixed` 模式）或百分比 1 到 100（`fixed-percent`、`random-max-percent` 模式）。必须是字符串：请加引号。',
        ja: '個数（`fixed`）または 1 から 100 の百分率（`fixed-percent`、`random-max-percent`）。文字列なので引用符で囲みます。',
        fr: 'Le nombre (mode `fixed`) ou le pourcentage de 1 à 100 (modes `fixed-percent`, `random-max-percent`). Une chaîne : mettez-la entre guillemets.',
      },
    },
    {
      name: 'selector',
      type: { type: 'object', shape: 'PodSelectorSpec' },
      required: true,
      prose: {
        en: 'Which Pods may be hit. All kinds of selectors must match; `pods` alone overrides the others. Chosen once, when the experiment starts.',
        'zh-cn':
          '哪些 Pod 可能被命中。各类选择器须同时满足；但 `pods` 会使其余选择器失效。只在实验开始时选择一次。',
        ja: '対象になり得る Pod。全種類のセレクターに一致する必要がありますが、`pods` は他をすべて無効にします。実験開始時に一度だけ選ばれます。',
        fr: 'Quels Pods peuvent être touchés. Tous les sélecteurs doivent correspondre ; `pods` annule les autres. Le choix est fait une fois, au début.',
      },
    },
    {
      name: 'containerNames',
      type: { type: 'list', of: { type: 'string', format: 'container' } },
      default: 'the first container',
      since: '2.0',
      prose: {
        en: 'The containers to stress, by exact name (spec.containers only, no init containers).',
        'zh-cn': '要施压的容器，按名称精确匹配（仅 spec.containers，不含 init 容器）。',
        ja: '負荷をかけるコンテナ（名前の完全一致、spec.containers のみ。init コンテナは対象外）。',
        fr: 'Les conteneurs à stresser, par nom exact (spec.containers seulement, pas les conteneurs d’initialisation).',
      },
    },
    {
      name: 'stressors',
      type: { type: 'object', shape: 'Stressors' },
      codes: { missing: 'MS004' },
      prose: {
        en: 'What to stress: `memory`, `cpu` or both.',
        'zh-cn': '施压对象：`memory`、`cpu` 或两者。',
        ja: '何に負荷をかけるか。`memory`、`cpu`、または両方。',
        fr: 'Ce qu’il faut stresser : `memory`, `cpu` ou les deux.',
      },
    },
    {
      name: 'stressngStressors',
      type: text,
      prose: {
        en: 'Flags for stress-ng (up to Chaos Mesh 2.1).',
        'zh-cn': 'stress-ng 参数（Chaos Mesh 2.1 及以前）。',
        ja: 'stress-ng のフラグ（Chaos Mesh 2.1 まで）。',
        fr: 'Options de stress-ng (jusqu’à Chaos Mesh 2.1).',
      },
      truth: {
        en: 'Silently ignored since 2.2, and it switches `stressors` off.',
        'zh-cn': '自 2.2 起被静默忽略，并且会使 `stressors` 失效。',
        ja: '2.2 以降は黙って無視され、`stressors` まで無効にします。',
        fr: 'Ignoré en silence depuis 2.2, et il désactive `stressors`.',
      },
    },
    {
      name: 'duration',
      type: { type: 'string', format: 'duration' },
      suggest: ["'30s'", "'5m'", "'10m'", "'30m'", "'1h'"],
      prose: {
        en: 'How long the stress lasts, counted from the object’s creation; a Go duration such as `30s`, `10m`, `1h30m`. Without it the stress runs until it is deleted.',
        'zh-cn':
          '压力持续时间，从对象创建时算起；Go 时长，如 `30s`、`10m`、`1h30m`。不写则一直运行到被删除。',
        ja: '負荷の継続時間（オブジェクト作成時から）。`30s`、`10m`、`1h30m` のような Go の duration。なければ削除されるまで続きます。',
        fr: 'Durée du stress, comptée depuis la création de l’objet ; une durée Go comme `30s`, `10m`, `1h30m`. Sans elle, le stress dure jusqu’à sa suppression.',
      },
    },
    {
      name: 'remoteCluster',
      type: text,
      since: '2.5',
      prose: {
        en: 'The RemoteCluster in which the experiment runs.',
        'zh-cn': '运行实验的 RemoteCluster。',
        ja: '実験を実行する RemoteCluster。',
        fr: 'Le RemoteCluster où l’expérience s’exécute.',
      },
    },
  ],
  retired: ['containerName', 'scheduler', 'action'].map((name) => ({ name, code: 'MS038' })),
};
