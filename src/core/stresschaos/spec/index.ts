import { objectMeta, scheduleDocument, stressChaosDocument, workflowDocument } from './documents.js';
import {
  chaosOnlySchedule,
  conditionalBranch,
  scheduleSpec,
  workflowSpec,
  workflowTemplate,
} from './embedding.js';
import { labelRequirement, podSelector } from './selector.js';
import { cpuStressor, memoryStressor, stressChaosSpec, stressors } from './stress.js';
import type { Field, Shape, ShapeName } from './types.js';

/** The whole table. Adding a field is one row in one of these shapes. */
export const SHAPES: readonly Shape[] = [
  stressChaosDocument,
  scheduleDocument,
  workflowDocument,
  objectMeta,
  stressChaosSpec,
  stressors,
  memoryStressor,
  cpuStressor,
  podSelector,
  labelRequirement,
  scheduleSpec,
  chaosOnlySchedule,
  workflowSpec,
  workflowTemplate,
  conditionalBranch,
];

const BY_NAME: ReadonlyMap<ShapeName, Shape> = new Map(SHAPES.map((shape) => [shape.name, shape]));
const FIELDS: ReadonlyMap<ShapeName, ReadonlyMap<string, Field>> = new Map(
  SHAPES.map((shape) => [shape.name, new Map(shape.fields.map((field) => [field.name, field]))]),
);

/** Throws where the table has no such shape: a mistake in the table itself, found by its tests. */
export function shapeOf(name: ShapeName): Shape {
  const shape = BY_NAME.get(name);
  if (shape === undefined) throw new Error(`the spec table has no shape ${name}`);
  return shape;
}

export function fieldOf(shape: ShapeName, name: string): Field | undefined {
  return FIELDS.get(shape)?.get(name);
}

/** The shape of a root document by its kind. */
export function rootShape(kind: string): ShapeName | null {
  return kind === 'StressChaos' || kind === 'Schedule' || kind === 'Workflow' ? kind : null;
}
