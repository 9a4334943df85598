import type { Field, FieldType, Shape } from './types.js';

/** The chaos kinds that Schedule and Workflow can hold, and the field each one's spec stands in. */
export const CHAOS_FIELDS: ReadonlyMap<string, string> = new Map([
  ['AWSChaos', 'awsChaos'],
  ['AzureChaos', 'azureChaos'],
  ['BlockChaos', 'blockChaos'],
  ['DNSChaos', 'dnsChaos'],
  ['GCPChaos', 'gcpChaos'],
  ['HTTPChaos', 'httpChaos'],
  ['IOChaos', 'ioChaos'],
  ['JVMChaos', 'jvmChaos'],
  ['KernelChaos', 'kernelChaos'],
  ['NetworkChaos', 'networkChaos'],
  ['PhysicalMachineChaos', 'physicalmachineChaos'],
  ['PodChaos', 'podChaos'],
  ['StressChaos', 'stressChaos'],
  ['TimeChaos', 'timeChaos'],
]);

/** What `templateType` may say besides a chaos kind. */
export const FLOW_TEMPLATES = ['Serial', 'Parallel', 'Suspend', 'Task', 'StatusCheck', 'Schedule'] as const;

const any: FieldType = { type: 'any' };

const stressChaos: Field = {
  name: 'stressChaos',
  type: { type: 'object', shape: 'StressChaosSpec' },
  prose: {
    en: 'The StressChaos to run: what stands under `spec` of a StressChaos object.',
    'zh-cn': '要运行的 StressChaos，即 StressChaos 对象 `spec` 下的内容。',
    ja: '実行する StressChaos。StressChaos オブジェクトの `spec` の内容です。',
    fr: 'Le StressChaos à exécuter : ce qui figure sous `spec` d’un objet StressChaos.',
  },
};

const otherChaos: readonly Field[] = [...CHAOS_FIELDS]
  .filter(([kind]) => kind !== 'StressChaos')
  .map(([kind, name]) => ({
    name,
    type: any,
    prose: {
      en: `The ${kind} to run.`,
      'zh-cn': `要运行的 ${kind}。`,
      ja: `実行する ${kind}。`,
      fr: `Le ${kind} à exécuter.`,
    },
  }));

const scheduleFields: readonly Field[] = [
  {
    name: 'schedule',
    type: { type: 'string', format: 'cron' },
    required: true,
    suggest: ["'*/5 * * * *'", "'@every 10m'", "'@hourly'", "'@daily'"],
    prose: {
      en: 'When to start one: five cron fields, six with seconds, or `@hourly`, `@every 10m`.',
      'zh-cn': '何时启动：五个 cron 字段，带秒则六个，或 `@hourly`、`@every 10m`。',
      ja: '開始する時刻。cron の 5 フィールド（秒付きなら 6）、または `@hourly`、`@every 10m`。',
      fr: 'Quand en lancer un : cinq champs cron, six avec les secondes, ou `@hourly`, `@every 10m`.',
    },
  },
  {
    name: 'type',
    type: { type: 'string', format: 'chaosKind' },
    required: true,
    suggest: ['StressChaos'],
    prose: {
      en: 'The kind to start, e.g. `StressChaos`.',
      'zh-cn': '要启动的类型，例如 `StressChaos`。',
      ja: '開始する種別。例：`StressChaos`。',
      fr: 'Le type à lancer, p. ex. `StressChaos`.',
    },
  },
  {
    name: 'concurrencyPolicy',
    type: { type: 'string', values: ['Forbid', 'Allow'] },
    default: 'Forbid',
    prose: {
      en: 'Whether a new run may start while the last one still runs.',
      'zh-cn': '上一次仍在运行时是否允许启动新的一次。',
      ja: '前回の実行中に新しい実行を始めてよいか。',
      fr: 'Si une nouvelle exécution peut commencer pendant que la précédente dure.',
    },
  },
  {
    name: 'historyLimit',
    type: { type: 'integer', minimum: 1 },
    default: '1',
    prose: {
      en: 'How many finished experiments to keep.',
      'zh-cn': '保留多少个已结束的实验。',
      ja: '保持する終了済み実験の数。',
      fr: 'Combien d’expériences terminées conserver.',
    },
  },
  stressChaos,
  ...otherChaos,
];

function startingDeadline(exclusive: boolean): Field {
  return {
    name: 'startingDeadlineSeconds',
    type: { type: 'integer', minimum: 0, ...(exclusive ? { exclusiveMinimum: true as const } : {}) },
    nullable: true,
    prose: {
      en: 'How late, in seconds, a missed run may still start.',
      'zh-cn': '错过的运行最多可延迟多少秒启动。',
      ja: '逃した実行を何秒遅れまで開始してよいか。',
      fr: 'Retard, en secondes, avec lequel une exécution manquée peut encore démarrer.',
    },
  };
}

export const scheduleSpec: Shape = {
  name: 'ScheduleSpec',
  fields: [
    ...scheduleFields,
    startingDeadline(true),
    {
      name: 'workflow',
      type: { type: 'object', shape: 'WorkflowSpec' },
      prose: {
        en: 'The Workflow to run.',
        'zh-cn': '要运行的 Workflow。',
        ja: '実行する Workflow。',
        fr: 'Le Workflow à exécuter.',
      },
    },
  ],
};

export const chaosOnlySchedule: Shape = {
  name: 'ChaosOnlyScheduleSpec',
  fields: [...scheduleFields, startingDeadline(false)],
};

export const workflowSpec: Shape = {
  name: 'WorkflowSpec',
  fields: [
    {
      name: 'entry',
      type: { type: 'string', format: 'templateName' },
      required: true,
      prose: {
        en: 'The template that starts the Workflow.',
        'zh-cn': '启动 Workflow 的模板。',
        ja: 'Workflow を開始するテンプレート。',
        fr: 'Le modèle par lequel le Workflow commence.',
      },
    },
    {
      name: 'templates',
      type: { type: 'list', of: { type: 'object', shape: 'WorkflowTemplate' } },
      required: true,
      prose: {
        en: 'The steps of the Workflow.',
        'zh-cn': 'Workflow 的各个步骤。',
        ja: 'Workflow の各ステップ。',
        fr: 'Les étapes du Workflow.',
      },
    },
  ],
};

export const workflowTemplate: Shape = {
  name: 'WorkflowTemplate',
  fields: [
    {
      name: 'name',
      type: { type: 'string' },
      required: true,
      prose: {
        en: 'The name of the step, unique in the Workflow.',
        'zh-cn': '步骤名称，在 Workflow 中唯一。',
        ja: 'ステップ名。Workflow 内で一意。',
        fr: 'Le nom de l’étape, unique dans le Workflow.',
      },
    },
    {
      name: 'templateType',
      type: { type: 'string', format: 'templateType' },
      required: true,
      suggest: [...FLOW_TEMPLATES, 'StressChaos'],
      prose: {
        en: 'What the step does: a chaos kind, or `Serial`, `Parallel`, `Suspend`, `Task`, `StatusCheck`, `Schedule`.',
        'zh-cn':
          '步骤的作用：某种混沌类型，或 `Serial`、`Parallel`、`Suspend`、`Task`、`StatusCheck`、`Schedule`。',
        ja: 'ステップの内容。カオス種別、または `Serial`、`Parallel`、`Suspend`、`Task`、`StatusCheck`、`Schedule`。',
        fr: 'Ce que fait l’étape : un type de chaos, ou `Serial`, `Parallel`, `Suspend`, `Task`, `StatusCheck`, `Schedule`.',
      },
    },
    {
      name: 'deadline',
      type: { type: 'string', format: 'duration' },
      suggest: ["'1m'", "'5m'", "'10m'"],
      prose: {
        en: 'When the step ends; a Go duration. A chaos step has this instead of `duration`.',
        'zh-cn': '步骤何时结束；Go 时长。混沌步骤用它代替 `duration`。',
        ja: 'ステップの期限（Go の duration）。カオスのステップでは `duration` の代わりに使います。',
        fr: 'Quand l’étape se termine ; une durée Go. Une étape de chaos a ceci au lieu de `duration`.',
      },
    },
    {
      name: 'children',
      type: { type: 'list', of: { type: 'string', format: 'templateName' } },
      prose: {
        en: 'The steps that a `Serial` or `Parallel` step runs.',
        'zh-cn': '`Serial` 或 `Parallel` 步骤所运行的步骤。',
        ja: '`Serial` または `Parallel` のステップが実行するステップ。',
        fr: 'Les étapes qu’une étape `Serial` ou `Parallel` exécute.',
      },
    },
    stressChaos,
    ...otherChaos,
    {
      name: 'schedule',
      type: { type: 'object', shape: 'ChaosOnlyScheduleSpec' },
      prose: {
        en: 'The schedule of a step of type `Schedule`.',
        'zh-cn': '`Schedule` 类型步骤的调度。',
        ja: '`Schedule` 種別のステップのスケジュール。',
        fr: 'La planification d’une étape de type `Schedule`.',
      },
    },
    {
      name: 'task',
      type: any,
      prose: {
        en: 'The Pod of a `Task` step.',
        'zh-cn': '`Task` 步骤的 Pod。',
        ja: '`Task` ステップの Pod。',
        fr: 'Le Pod d’une étape `Task`.',
      },
    },
    {
      name: 'conditionalBranches',
      type: { type: 'list', of: { type: 'object', shape: 'ConditionalBranch' } },
      prose: {
        en: 'Where a `Task` step goes on.',
        'zh-cn': '`Task` 步骤之后的分支。',
        ja: '`Task` ステップの分岐先。',
        fr: 'Où continue une étape `Task`.',
      },
    },
    {
      name: 'statusCheck',
      type: any,
      since: '2.2',
      prose: {
        en: 'The check of a `StatusCheck` step.',
        'zh-cn': '`StatusCheck` 步骤的检查。',
        ja: '`StatusCheck` ステップの検査。',
        fr: 'Le contrôle d’une étape `StatusCheck`.',
      },
    },
    {
      name: 'abortWithStatusCheck',
      type: { type: 'boolean' },
      since: '2.2',
      prose: {
        en: 'Ends the Workflow when the status check fails.',
        'zh-cn': '状态检查失败时终止 Workflow。',
        ja: 'ステータス検査が失敗したら Workflow を終えます。',
        fr: 'Met fin au Workflow quand le contrôle échoue.',
      },
    },
  ],
};

export const conditionalBranch: Shape = {
  name: 'ConditionalBranch',
  fields: [
    {
      name: 'target',
      type: { type: 'string', format: 'templateName' },
      required: true,
      prose: {
        en: 'The step to go to.',
        'zh-cn': '要转到的步骤。',
        ja: '移る先のステップ。',
        fr: 'L’étape suivante.',
      },
    },
    {
      name: 'expression',
      type: { type: 'string' },
      prose: {
        en: 'When to go there; empty: always.',
        'zh-cn': '转移条件；为空表示总是。',
        ja: '移る条件。空なら常に。',
        fr: 'La condition ; vide : toujours.',
      },
    },
  ],
};
