import { builtInSchema } from '../schema/built-in.js';
import type { ObjectSchema, Schema } from '../schema/schema.js';

const STRING: Schema = { type: 'string' };
const STRINGS: Schema = { type: 'array', items: STRING };
const STRING_MAP: Schema = { type: 'object', additionalProperties: STRING };

const SELECTOR: Schema = {
  type: 'object',
  properties: {
    annotationSelectors: STRING_MAP,
    expressionSelectors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['key', 'operator'],
        properties: { key: STRING, operator: STRING, values: STRINGS },
      },
    },
    fieldSelectors: STRING_MAP,
    labelSelectors: STRING_MAP,
    namespaces: STRINGS,
    nodeSelectors: STRING_MAP,
    nodes: STRINGS,
    podPhaseSelectors: STRINGS,
    pods: { type: 'object', additionalProperties: STRINGS },
  },
};

const STRESSORS: Schema = {
  type: 'object',
  properties: {
    cpu: {
      type: 'object',
      required: ['workers'],
      properties: {
        load: { type: 'integer', minimum: 0, maximum: 100 },
        options: STRINGS,
        workers: { type: 'integer', maximum: 8192 },
      },
    },
    memory: {
      type: 'object',
      required: ['workers'],
      properties: {
        oomScoreAdj: { type: 'integer', minimum: -1000, maximum: 1000, default: 0 },
        options: STRINGS,
        size: STRING,
        workers: { type: 'integer', maximum: 8192 },
      },
    },
  },
};

const RECORD_EVENT: Schema = {
  type: 'object',
  properties: { message: STRING, operation: STRING, timestamp: STRING, type: STRING },
};

const STATUS: Schema = {
  type: 'object',
  properties: {
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['status', 'type'],
        properties: { reason: STRING, status: STRING, type: STRING },
      },
    },
    experiment: {
      type: 'object',
      properties: {
        containerRecords: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              events: { type: 'array', items: RECORD_EVENT },
              id: STRING,
              injectedCount: { type: 'integer' },
              phase: STRING,
              recoveredCount: { type: 'integer' },
              selectorKey: STRING,
            },
          },
        },
        desiredPhase: { type: 'string', enum: ['Run', 'Stop'] },
      },
    },
    instances: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: { memoryStartTime: STRING, memoryUid: STRING, startTime: STRING, uid: STRING },
      },
    },
  },
};

/** What a StressChaos asks for; Schedules and Workflows embed the same. */
export const STRESS_CHAOS_SPEC: Schema = {
  type: 'object',
  required: ['mode', 'selector'],
  properties: {
    containerNames: STRINGS,
    duration: STRING,
    mode: { type: 'string', enum: ['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'] },
    remoteCluster: STRING,
    selector: SELECTOR,
    stressngStressors: STRING,
    stressors: STRESSORS,
    value: STRING,
  },
};

/** The StressChaos of Chaos Mesh 2.5 to 2.8: no pattern, no minimum for workers, size and duration are free strings. */
export const STRESS_CHAOS_SCHEMA: ObjectSchema = {
  shared: builtInSchema('Pod').shared,
  root: {
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: STRING,
      kind: STRING,
      metadata: { ref: 'ObjectMeta' },
      spec: STRESS_CHAOS_SPEC,
      status: STATUS,
    },
  },
};
