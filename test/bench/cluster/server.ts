import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { digestOf, type ServerMessage } from './messages.js';

/** The sandbox's API with synthetic Pods, as a process of its own: `server.js PODS NAMESPACES`. */
async function main([pods = '', namespaces = '']: readonly string[]): Promise<void> {
  const sandbox = await startSandbox({
    programs: null,
    synthetic: { pods: Number(pods), namespaces: Number(namespaces) },
    log: () => undefined,
  });
  const { registry, synthetic } = sandbox;
  const tell = (message: ServerMessage): void => void process.send?.(message);
  const digest = (): string =>
    digestOf(
      registry
        .list(registry.definition('pods'))
        .map(({ metadata }) => [`${metadata['namespace']}/${metadata.name}`, metadata.resourceVersion]),
    );
  process.on('message', (changesPerSecond: number) => {
    synthetic?.start(changesPerSecond);
    if (changesPerSecond === 0) tell({ kind: 'quiet', digest: digest(), changes: synthetic?.changes ?? 0 });
  });
  process.on('disconnect', () => void sandbox.stop());
  tell({ kind: 'ready', kubeconfig: sandbox.kubeconfigPath, digest: digest() });
}

await main(process.argv.slice(2));
