import type { Locale, Localized } from '../locale.js';
import type { Field, FieldType } from '../spec/types.js';

const WORDS = {
  required: { en: 'required', 'zh-cn': '必填', ja: '必須', fr: 'obligatoire' },
  default: { en: 'default', 'zh-cn': '默认', ja: '既定', fr: 'par défaut' },
  since: { en: 'since Chaos Mesh', 'zh-cn': '自 Chaos Mesh', ja: 'Chaos Mesh', fr: 'depuis Chaos Mesh' },
  truth: {
    en: 'The official text is wrong.',
    'zh-cn': '官方说明有误。',
    ja: '公式の説明は誤りです。',
    fr: 'Le texte officiel est faux.',
  },
} as const satisfies Record<string, Localized>;

function typeText(type: FieldType): string {
  switch (type.type) {
    case 'list':
      return `${typeText(type.of)}[]`;
    case 'map':
      return `map[string]${typeText(type.of)}`;
    case 'integer': {
      const bounds = `${type.minimum ?? ''}..${type.maximum ?? ''}`;
      return bounds === '..' ? 'integer' : `integer ${bounds}`;
    }
    case 'string':
      return type.values === undefined ? 'string' : type.values.join(' | ');
    default:
      return type.type;
  }
}

/** A field explained in Markdown: type, default, version, what it does, and the truth where the official text is wrong. */
export function fieldDocumentation(field: Field, locale: Locale): string {
  const facts = [
    `\`${typeText(field.type)}\``,
    ...(field.required === true ? [WORDS.required[locale]] : []),
    ...(field.default === undefined ? [] : [`${WORDS.default[locale]}: ${field.default}`]),
    ...(field.since === undefined ? [] : [`${WORDS.since[locale]} ${field.since}`]),
  ];
  const truth = field.truth === undefined ? [] : [`⚠ ${WORDS.truth[locale]} ${field.truth[locale]}`];
  return [`**${field.name}** · ${facts.join(' · ')}`, field.prose[locale], ...truth].join('\n\n');
}
