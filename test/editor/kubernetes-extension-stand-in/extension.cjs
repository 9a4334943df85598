/**
 * A stand-in for the Kubernetes extension (ms-kubernetes-tools.vscode-kubernetes-tools). It offers exactly what Podstress
 * uses of it: an API broker with `configuration` v1_1 and `clusterexplorer` v1, and a tree of Pods with its view id and
 * context values. Tests set its choice with the command `kubernetesStandIn.use`.
 */
const vscode = require('vscode');

const NODE_CATEGORY = 'kubernetes-explorer-node';
const POD_KIND = { manifestKind: 'Pod', abbreviation: 'pod' };

exports.activate = (context) => {
  const pathChanged = new vscode.EventEmitter();
  const contextChanged = new vscode.EventEmitter();
  const podsChanged = new vscode.EventEmitter();
  context.subscriptions.push(pathChanged, contextChanged, podsChanged);
  let path = { pathType: 'host', hostPath: '' };
  let pods = [{ name: 'web-1', namespace: 'shop' }];

  const configuration = {
    getKubeconfigPath: () => path,
    onDidChangeKubeconfigPath: pathChanged.event,
    onDidChangeContext: contextChanged.event,
    onDidChangeNamespace: new vscode.EventEmitter().event,
  };
  const clusterExplorer = {
    resolveCommandTarget: (target) =>
      target?.nodeCategory === NODE_CATEGORY
        ? {
            nodeType: 'resource',
            resourceKind: target.kind,
            namespace: target.metadata.namespace ?? null,
            name: target.name,
            metadata: target.metadata,
          }
        : undefined,
  };

  const tree = {
    onDidChangeTreeData: podsChanged.event,
    getChildren: () =>
      pods.map(({ name, namespace, uid }) => ({
        nodeCategory: NODE_CATEGORY,
        nodeType: 'resource',
        kind: POD_KIND,
        name,
        metadata: { name, namespace, uid },
      })),
    getTreeItem: ({ kind, name }) => {
      const item = new vscode.TreeItem(name);
      item.contextValue = `vsKubernetes.resource.${kind.abbreviation}k8s-watchable`;
      return item;
    },
  };
  context.subscriptions.push(
    vscode.window.createTreeView('extension.vsKubernetesExplorer', { treeDataProvider: tree }),
    vscode.commands.registerCommand('kubernetesStandIn.use', (choice) => {
      if (choice.path !== undefined) {
        path = choice.path;
        pathChanged.fire(path);
      }
      if (choice.context !== undefined) contextChanged.fire(choice.context);
      if (choice.pods !== undefined) {
        pods = choice.pods;
        podsChanged.fire();
      }
      return tree.getChildren();
    }),
  );

  const components = { 'configuration v1_1': configuration, 'clusterexplorer v1': clusterExplorer };
  return {
    get: (component, version) => {
      const api = components[`${component} ${version}`];
      return api === undefined ? { available: false, reason: 'version-unknown' } : { available: true, api };
    },
  };
};
