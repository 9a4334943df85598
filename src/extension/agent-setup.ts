/** The chunk that loads when somebody installs or removes the agent for the first time. */
import type * as vscode from 'vscode';
import { AgentManifests } from './commands/agent-manifest.js';
import type { AgentSetup, TalkingHost } from './commands/host.js';
import { installAgent } from './commands/install-agent.js';
import { removeAgent } from './commands/remove-agent.js';

/** Everything that the commands need until the extension ends. */
export function openAgentSetup(host: TalkingHost, extension: vscode.Uri): AgentSetup {
  const manifests = new AgentManifests(extension);
  return {
    install: () => installAgent(host, manifests),
    remove: () => removeAgent(host),
    dispose: () => manifests.dispose(),
  };
}
