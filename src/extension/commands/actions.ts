/**
 * What commands do, in a bundle of its own that is loaded when the first of them runs: a window that only looks at a cluster, or
 * only edits, never pays for it. It keeps no state; that comes in with the host.
 */
export { chooseContext } from '../connection/choose-context.js';
export { filterPods, groupPods, sortPods } from './arrange-pods.js';
export { dryRun } from './dry-run.js';
export { explainHang } from './explain-hang.js';
export { inject } from './inject.js';
export { injectCpu, injectMemory, injectStress } from './inject-stress.js';
export { openManifest } from './open-manifest.js';
export { openPanel } from './open-panel.js';
export { pause, resume } from './pause.js';
export { copyName, pin, revealPod, unpin } from './pods.js';
export { previewTargets } from './preview-targets.js';
export { askReinject, injectAgain } from './reinject.js';
export { revealTargets } from './reveal-targets.js';
export { stop } from './stop.js';
