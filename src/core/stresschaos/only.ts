import { mayConcernUs } from './check/document.js';
import { splitDocuments } from './yaml/split.js';

const KIND = /^kind:[ \t]*(["']?)StressChaos\1[ \t]*(?:#.*)?\r?$/m;
const API = /^apiVersion:[ \t]*(["']?)chaos-mesh\.org\/v1alpha1\1[ \t]*(?:#.*)?\r?$/m;
const BLANK =
  /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|$)|---[ \t]*(?:#[^\n]*)?(?:\r?\n|$)|\.\.\.[ \t]*(?:\r?\n|$))*$/;

/** Whether every document of a text is a StressChaos, so that a schema for it may speak for the whole file. */
export function holdsOnlyStressChaos(text: string): boolean {
  if (!mayConcernUs(text) || text.includes('{{')) return false;
  const documents = splitDocuments(text).filter((chunk) => !BLANK.test(chunk.text));
  return documents.length > 0 && documents.every((chunk) => KIND.test(chunk.text) && API.test(chunk.text));
}
