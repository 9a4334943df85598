/** Every name that package.json and the code share; a unit test holds the two together. */

export const Commands = {
  inject: 'podstress.inject',
  injectStress: 'podstress.injectStress',
  injectMemory: 'podstress.injectMemory',
  injectCpu: 'podstress.injectCpu',
  stop: 'podstress.stop',
  pause: 'podstress.pause',
  resume: 'podstress.resume',
  injectAgain: 'podstress.injectAgain',
  explainHang: 'podstress.explainHang',
  previewTargets: 'podstress.previewTargets',
  dryRun: 'podstress.dryRun',
  openManifest: 'podstress.openManifest',
  showExperimentYaml: 'podstress.showExperimentYaml',
  revealTargets: 'podstress.revealTargets',
  groupPods: 'podstress.groupPods',
  sortPods: 'podstress.sortPods',
  filterPods: 'podstress.filterPods',
  clearPodsFilter: 'podstress.clearPodsFilter',
  copyName: 'podstress.copyName',
  pin: 'podstress.pin',
  unpin: 'podstress.unpin',
  revealPod: 'podstress.revealPod',
  installAgent: 'podstress.installAgent',
  removeAgent: 'podstress.removeAgent',
  reconnect: 'podstress.reconnect',
  chooseContext: 'podstress.chooseContext',
  chooseKubeconfig: 'podstress.chooseKubeconfig',
  showKills: 'podstress.showKills',
  followLogs: 'podstress.followLogs',
  openLog: 'podstress.openLog',
  previousLog: 'podstress.previousLog',
  openShell: 'podstress.openShell',
  describePod: 'podstress.describePod',
  showYaml: 'podstress.showYaml',
  refreshDocument: 'podstress.refreshDocument',
  openMemoryPanel: 'podstress.openMemoryPanel',
  openPanelInEditor: 'podstress.openPanelInEditor',
  showRuns: 'podstress.showRuns',
  showLog: 'podstress.showLog',
} as const;

export const Views = {
  pods: 'podstress.pods',
  experiments: 'podstress.experiments',
  nodes: 'podstress.nodes',
  panel: 'podstress.panel',
} as const;

export const ViewContainers = {
  activityBar: 'podstress',
  panel: 'podstress-panel',
} as const;

/** Context keys, set by the code and read by when-clauses. */
export const ContextKeys = {
  /** `none` until a cluster is first needed, then the phase of ConnectionState. */
  connection: 'podstress.connection',
  /** Why the connection failed (SessionFailure); empty otherwise. */
  failure: 'podstress.failure',
  /** The Pods tree is filtered. */
  podsFiltered: 'podstress.podsFiltered',
  /** The active editor holds at least one StressChaos document. */
  manifestOpen: 'podstress.manifestOpen',
} as const;

export const Settings = {
  kubeconfig: 'podstress.kubeconfig',
  followKubernetesExtension: 'podstress.followKubernetesExtension',
  namespaces: 'podstress.namespaces',
  agentImage: 'podstress.agent.image',
  engine: 'podstress.engine',
  injectConfirm: 'podstress.inject.confirm',
  onExit: 'podstress.onExit',
  protectedContexts: 'podstress.protectedContexts',
  protectedNamespaces: 'podstress.protectedNamespaces',
  maxTargets: 'podstress.maxTargets',
  killsReveal: 'podstress.kills.reveal',
  reinject: 'podstress.reinject',
} as const;

/** The first words of a tree item's contextValue, followed by `stressed` where an experiment acts on it. */
export const Items = {
  namespace: 'namespace',
  node: 'node',
  owner: 'owner',
  pod: 'pod',
  container: 'container',
  process: 'process',
  more: 'more',
  experiment: 'experiment',
  target: 'target',
  pausable: 'pausable',
  restarted: 'restarted',
  paused: 'paused',
  hanging: 'hanging',
  withAgent: 'withAgent',
  withoutAgent: 'withoutAgent',
  stressed: 'stressed',
  pinned: 'pinned',
} as const;
