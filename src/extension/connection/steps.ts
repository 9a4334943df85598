import { Commands, Settings } from '../contributions.js';
import type { ConnectionStep } from '../present/connection-status.js';

/** The command behind a step. */
export function commandOf(step: ConnectionStep): {
  readonly command: string;
  readonly arguments?: unknown[];
} {
  switch (step) {
    case 'reconnect':
      return { command: Commands.reconnect };
    case 'choose-context':
      return { command: Commands.chooseContext };
    case 'choose-kubeconfig':
      return { command: Commands.chooseKubeconfig };
    case 'manage-trust':
      return { command: 'workbench.trust.manage' };
    case 'open-follow-setting':
      return { command: 'workbench.action.openSettings', arguments: [Settings.followKubernetesExtension] };
    case 'show-log':
      return { command: Commands.showLog };
  }
}
