import { API_VERSION } from './documents.js';
import { SHAPES } from './index.js';
import type { Field, FieldType, Shape } from './types.js';

export type JsonSchema = { readonly [key: string]: unknown };

function typeSchema(type: FieldType): JsonSchema {
  switch (type.type) {
    case 'string':
      return { type: 'string', ...(type.values === undefined ? {} : { enum: [...type.values] }) };
    case 'integer':
      return {
        type: 'integer',
        ...(type.minimum === undefined
          ? {}
          : { [type.exclusiveMinimum ? 'exclusiveMinimum' : 'minimum']: type.minimum }),
        ...(type.maximum === undefined ? {} : { maximum: type.maximum }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'object':
      return { $ref: `#/definitions/${type.shape}` };
    case 'list':
      return { type: 'array', items: typeSchema(type.of) };
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(type.of) };
    case 'any':
      return {};
  }
}

function description(field: Field): string {
  return field.truth === undefined ? field.prose.en : `${field.prose.en} ${field.truth.en}`;
}

function fieldSchema(field: Field): JsonSchema {
  const type = typeSchema(field.type);
  const nullable = field.nullable === true && typeof type['type'] === 'string';
  // Keywords beside $ref are ignored in draft-07: the reference goes into allOf.
  const base =
    '$ref' in type ? { allOf: [type] } : nullable ? { ...type, type: [type['type'], 'null'] } : type;
  return { ...base, description: description(field) };
}

function shapeSchema(shape: Shape): JsonSchema {
  const required = shape.fields.filter((field) => field.required === true).map((field) => field.name);
  const root = shape.name === 'StressChaos' || shape.name === 'Schedule' || shape.name === 'Workflow';
  const fixed: Readonly<Record<string, JsonSchema>> = root
    ? { apiVersion: { const: API_VERSION }, kind: { const: shape.name } }
    : {};
  return {
    type: 'object',
    properties: Object.fromEntries(
      shape.fields.map((field) => [field.name, { ...fieldSchema(field), ...fixed[field.name] }]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** The published schema (JSON Schema draft-07) of StressChaos, Schedule and Workflow documents, made from the table. */
export function jsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Chaos Mesh StressChaos, Schedule and Workflow',
    oneOf: [
      { $ref: '#/definitions/StressChaos' },
      { $ref: '#/definitions/Schedule' },
      { $ref: '#/definitions/Workflow' },
    ],
    definitions: Object.fromEntries(SHAPES.map((shape) => [shape.name, shapeSchema(shape)])),
  };
}

/**
 * The same for one kind without any constraint: titles and descriptions only. Offered to other YAML tools so that they
 * complete and explain, and leave complaining to Podstress.
 */
export function permissiveSchema(): JsonSchema {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([key]) =>
      ['properties', 'items', '$ref', 'allOf', 'description'].includes(key),
    );
    return Object.fromEntries(
      kept.map(([key, inner]) => [
        key,
        key === 'properties' ? mapValues(inner as JsonSchema, strip) : strip(inner),
      ]),
    );
  };
  const { definitions } = jsonSchema() as { definitions: Readonly<Record<string, JsonSchema>> };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'StressChaos',
    allOf: [{ $ref: '#/definitions/StressChaos' }],
    definitions: mapValues(definitions, strip),
  };
}

function mapValues(object: JsonSchema, change: (value: unknown) => unknown): JsonSchema {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
