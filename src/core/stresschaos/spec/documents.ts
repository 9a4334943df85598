import type { Field, FieldType, Shape, ShapeName } from './types.js';

export const API_VERSION = 'chaos-mesh.org/v1alpha1';

const any: FieldType = { type: 'any' };
const text: FieldType = { type: 'string' };
const textMap: FieldType = { type: 'map', of: text };

function plain(name: string, type: FieldType, en: string, zh: string, ja: string, fr: string): Field {
  return { name, type, nullable: true, prose: { en, 'zh-cn': zh, ja, fr } };
}

/** Fields that the API server fills in: known, so that an exported object is not blamed. */
const serverFields: readonly Field[] = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
  'ownerReferences',
].map((name) =>
  plain(
    name,
    any,
    'Set by the API server.',
    '由 API 服务器设置。',
    'API サーバーが設定します。',
    'Renseigné par le serveur d’API.',
  ),
);

export const objectMeta: Shape = {
  name: 'ObjectMeta',
  fields: [
    plain(
      'name',
      text,
      'The name of the object, unique in its namespace.',
      '对象名称，在命名空间内唯一。',
      'オブジェクト名。名前空間内で一意。',
      'Le nom de l’objet, unique dans son espace de noms.',
    ),
    plain(
      'generateName',
      text,
      'A prefix to which the API server adds a random end.',
      'API 服务器会在此前缀后追加随机后缀。',
      'API サーバーが乱数を付け足す接頭辞。',
      'Un préfixe que le serveur d’API complète au hasard.',
    ),
    plain(
      'namespace',
      { type: 'string', format: 'namespace' },
      'Where the experiment lives; Pods elsewhere are reached through `selector.namespaces`.',
      '实验所在的命名空间；其他命名空间的 Pod 通过 `selector.namespaces` 选择。',
      '実験オブジェクトの名前空間。他の名前空間の Pod は `selector.namespaces` で選びます。',
      'Où vit l’expérience ; les Pods d’ailleurs s’atteignent par `selector.namespaces`.',
    ),
    plain(
      'labels',
      textMap,
      'Labels of the object.',
      '对象的标签。',
      'オブジェクトのラベル。',
      'Étiquettes de l’objet.',
    ),
    plain(
      'annotations',
      { type: 'map', key: 'pauseKey', of: text },
      "Annotations of the object. `experiment.chaos-mesh.org/pause: 'true'` pauses the experiment.",
      "对象的注解。`experiment.chaos-mesh.org/pause: 'true'` 会暂停实验。",
      "オブジェクトのアノテーション。`experiment.chaos-mesh.org/pause: 'true'` で実験を一時停止。",
      "Annotations de l’objet. `experiment.chaos-mesh.org/pause: 'true'` suspend l’expérience.",
    ),
    plain(
      'finalizers',
      { type: 'list', of: text },
      'What must be cleaned up before the object goes.',
      '对象删除前必须完成的清理。',
      '削除前に必要な後始末。',
      'Ce qui doit être nettoyé avant la disparition de l’objet.',
    ),
    ...serverFields,
  ],
};

function root(name: ShapeName, spec: ShapeName): Shape {
  return {
    name,
    fields: [
      {
        name: 'apiVersion',
        type: { type: 'string' },
        required: true,
        suggest: [API_VERSION],
        prose: {
          en: `The API this object belongs to: \`${API_VERSION}\`.`,
          'zh-cn': `对象所属的 API：\`${API_VERSION}\`。`,
          ja: `オブジェクトの API。\`${API_VERSION}\`。`,
          fr: `L’API de l’objet : \`${API_VERSION}\`.`,
        },
      },
      {
        name: 'kind',
        type: { type: 'string' },
        required: true,
        suggest: ['StressChaos', 'Schedule', 'Workflow'],
        prose: {
          en: 'The kind of the object.',
          'zh-cn': '对象的类型。',
          ja: 'オブジェクトの種別。',
          fr: 'Le type de l’objet.',
        },
      },
      {
        name: 'metadata',
        type: { type: 'object', shape: 'ObjectMeta' },
        required: true,
        prose: {
          en: 'Name, namespace, labels and annotations.',
          'zh-cn': '名称、命名空间、标签和注解。',
          ja: '名前、名前空間、ラベル、アノテーション。',
          fr: 'Nom, espace de noms, étiquettes et annotations.',
        },
      },
      {
        name: 'spec',
        type: { type: 'object', shape: spec },
        required: true,
        prose: {
          en: 'What to do.',
          'zh-cn': '要做什么。',
          ja: '何を行うか。',
          fr: 'Ce qu’il faut faire.',
        },
      },
      {
        name: 'status',
        type: any,
        nullable: true,
        prose: {
          en: 'Written by Chaos Mesh.',
          'zh-cn': '由 Chaos Mesh 写入。',
          ja: 'Chaos Mesh が書き込みます。',
          fr: 'Écrit par Chaos Mesh.',
        },
      },
    ],
  };
}

export const stressChaosDocument = root('StressChaos', 'StressChaosSpec');
export const scheduleDocument = root('Schedule', 'ScheduleSpec');
export const workflowDocument = root('Workflow', 'WorkflowSpec');
