import { asArray, asRecord, asString } from './decode.js';
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

/**
 * The version of Chaos Mesh from its controller's image or chart label; null where it cannot be told (no right
 * to read Deployments, another name). Throws ClusterError only when cancelled.
 */
export async function chaosMeshVersion(transport: Transport, signal: AbortSignal): Promise<string | null> {
  try {
    const list = asRecord(
      await transport.json({
        path: '/apis/apps/v1/deployments',
        query: {
          labelSelector: 'app.kubernetes.io/name=chaos-mesh,app.kubernetes.io/component=controller-manager',
          limit: '5',
        },
        signal,
      }),
    );
    return (
      asArray(list?.['items'])
        .map(versionOf)
        .find((version) => version !== null) ?? null
    );
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'aborted') {
      throw error;
    }
    return null;
  }
}

/** Answers when the API server does, whoever asks. Throws ClusterError. */
export async function ping(transport: Transport, signal: AbortSignal, timeoutMs: number): Promise<void> {
  await transport.text({ path: '/version', signal, timeoutMs });
}

/** The image's tag says what runs; the label repeats the chart's version. */
function versionOf(deployment: unknown): string | null {
  const metadata = asRecord(asRecord(deployment)?.['metadata']);
  const template = asRecord(asRecord(asRecord(deployment)?.['spec'])?.['template']);
  for (const container of asArray(asRecord(template?.['spec'])?.['containers'])) {
    const image = asString(asRecord(container)?.['image']) ?? '';
    const tag = /\/chaos-mesh:v?([0-9]+\.[0-9]+\.[0-9]+[^@\s]*)/.exec(image)?.[1];
    if (tag !== undefined) {
      return tag;
    }
  }
  return asString(asRecord(metadata?.['labels'])?.['app.kubernetes.io/version']);
}
