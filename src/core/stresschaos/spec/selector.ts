import { texts } from './stress.js';
import type { FieldType, Shape } from './types.js';

const value: FieldType = { type: 'string', format: 'labelValue' };
export const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;
export const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
/** The fields of a Pod that Chaos Mesh's field selector knows. */
export const POD_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
] as const;

export const podSelector: Shape = {
  name: 'PodSelectorSpec',
  fields: [
    {
      name: 'namespaces',
      type: { type: 'list', of: { type: 'string', format: 'namespace' } },
      default: 'the namespace of the experiment itself',
      prose: {
        en: 'The namespaces in which Pods are looked for.',
        'zh-cn': '在哪些命名空间中查找 Pod。',
        ja: 'Pod を探す名前空間。',
        fr: 'Les espaces de noms où chercher les Pods.',
      },
    },
    {
      name: 'labelSelectors',
      type: { type: 'map', key: 'labelKey', of: value },
      prose: {
        en: 'Labels a Pod must carry, all of them.',
        'zh-cn': 'Pod 必须具有的全部标签。',
        ja: 'Pod がすべて持つべきラベル。',
        fr: 'Les étiquettes qu’un Pod doit toutes porter.',
      },
    },
    {
      name: 'expressionSelectors',
      type: { type: 'list', of: { type: 'object', shape: 'LabelRequirement' } },
      prose: {
        en: 'Label expressions a Pod must meet, all of them.',
        'zh-cn': 'Pod 必须全部满足的标签表达式。',
        ja: 'Pod がすべて満たすべきラベル式。',
        fr: 'Les expressions d’étiquettes qu’un Pod doit toutes satisfaire.',
      },
    },
    {
      name: 'annotationSelectors',
      type: { type: 'map', key: 'annotationKey', of: { type: 'string' } },
      prose: {
        en: 'Annotations a Pod must carry, all of them.',
        'zh-cn': 'Pod 必须具有的全部注解。',
        ja: 'Pod がすべて持つべきアノテーション。',
        fr: 'Les annotations qu’un Pod doit toutes porter.',
      },
    },
    {
      name: 'fieldSelectors',
      type: { type: 'map', key: 'fieldKey', of: { type: 'string' } },
      prose: {
        en: `Fields of the Pod and the value each must have. Known: ${POD_FIELDS.map((name) => `\`${name}\``).join(', ')}.`,
        'zh-cn': `Pod 的字段及其必须具有的值。可用：${POD_FIELDS.map((name) => `\`${name}\``).join('、')}。`,
        ja: `Pod のフィールドと持つべき値。使えるもの：${POD_FIELDS.map((name) => `\`${name}\``).join('、')}。`,
        fr: `Champs du Pod et valeur attendue. Connus : ${POD_FIELDS.map((name) => `\`${name}\``).join(', ')}.`,
      },
    },
    {
      name: 'podPhaseSelectors',
      type: { type: 'list', of: { type: 'string', format: 'phase' } },
      suggest: PHASES,
      prose: {
        en: 'Phases of the Pod, any of them; `!Running` excludes one. `[Running]` avoids Pods that cannot be stressed.',
        'zh-cn': 'Pod 的阶段，满足其一即可；`!Running` 表示排除。`[Running]` 可避开无法施压的 Pod。',
        ja: 'Pod のフェーズ（いずれか）。`!Running` は除外。`[Running]` なら負荷をかけられない Pod を避けられます。',
        fr: 'Phases du Pod, l’une d’elles ; `!Running` en exclut une. `[Running]` évite les Pods qu’on ne peut stresser.',
      },
    },
    {
      name: 'nodes',
      type: { type: 'list', of: { type: 'string', format: 'node' } },
      prose: {
        en: 'Only Pods on these nodes. Together with `nodeSelectors` the union counts. A node that does not exist is an error.',
        'zh-cn': '仅限这些节点上的 Pod。与 `nodeSelectors` 取并集。节点不存在会报错。',
        ja: 'これらのノード上の Pod のみ。`nodeSelectors` とは和集合。存在しないノードはエラーになります。',
        fr: 'Seulement les Pods de ces nœuds, en union avec `nodeSelectors`. Un nœud inexistant est une erreur.',
      },
    },
    {
      name: 'nodeSelectors',
      type: { type: 'map', key: 'nodeLabelKey', of: value },
      prose: {
        en: 'Only Pods on nodes with these labels.',
        'zh-cn': '仅限具有这些标签的节点上的 Pod。',
        ja: 'これらのラベルを持つノード上の Pod のみ。',
        fr: 'Seulement les Pods des nœuds portant ces étiquettes.',
      },
    },
    {
      name: 'pods',
      type: { type: 'map', key: 'namespace', of: { type: 'list', of: { type: 'string', format: 'pod' } } },
      prose: {
        en: 'Pods by name, per namespace. Where this stands, every other selector is ignored.',
        'zh-cn': '按命名空间列出的 Pod 名称。写了它，其余选择器全部被忽略。',
        ja: '名前空間ごとの Pod 名。これがあると他のセレクターはすべて無視されます。',
        fr: 'Pods par nom et par espace de noms. S’il est présent, tous les autres sélecteurs sont ignorés.',
      },
    },
  ],
};

export const labelRequirement: Shape = {
  name: 'LabelRequirement',
  fields: [
    {
      name: 'key',
      type: { type: 'string', format: 'labelKey' },
      required: true,
      prose: {
        en: 'The label the expression is about.',
        'zh-cn': '表达式针对的标签。',
        ja: '式の対象となるラベル。',
        fr: 'L’étiquette concernée.',
      },
    },
    {
      name: 'operator',
      type: { type: 'string', format: 'operator' },
      required: true,
      suggest: OPERATORS,
      prose: {
        en: '`In`, `NotIn` (with values), `Exists` or `DoesNotExist` (without).',
        'zh-cn': '`In`、`NotIn`（需要 values），`Exists` 或 `DoesNotExist`（不需要）。',
        ja: '`In`、`NotIn`（values が必要）、`Exists`、`DoesNotExist`（values なし）。',
        fr: '`In`, `NotIn` (avec valeurs), `Exists` ou `DoesNotExist` (sans).',
      },
    },
    {
      name: 'values',
      type: texts,
      prose: {
        en: 'The values for `In` and `NotIn`.',
        'zh-cn': '`In` 与 `NotIn` 的取值。',
        ja: '`In` と `NotIn` の値。',
        fr: 'Les valeurs pour `In` et `NotIn`.',
      },
    },
  ],
};
