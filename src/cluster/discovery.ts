import { asArray, asRecord } from './decode.js';
import { ClusterError } from './errors.js';
import type { Transport } from './transport.js';

/** Whether the API server knows StressChaos; false also where only a much older Chaos Mesh is. Throws ClusterError. */
export async function hasStressChaos(transport: Transport, signal: AbortSignal): Promise<boolean> {
  try {
    const list = asRecord(await transport.json({ path: '/apis/chaos-mesh.org/v1alpha1', signal }));
    return asArray(list?.['resources']).some((resource) => asRecord(resource)?.['name'] === 'stresschaos');
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'not-found') {
      return false;
    }
    throw error;
  }
}

/** Answers when the API server does, whoever asks. Throws ClusterError. */
export async function ping(transport: Transport, signal: AbortSignal, timeoutMs: number): Promise<void> {
  await transport.text({ path: '/version', signal, timeoutMs });
}
