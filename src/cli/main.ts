import { Command } from 'commander';
import { agentCommand } from '../agent/command.js';
import { AGENT_VERSION } from '../agent/version.js';
import { lintCommand } from './lint.js';
import { oomCommand } from './oom.js';
import { runCommand } from './run.js';
import { sandboxCommand } from './sandbox.js';

/** The command `podstress`: dist/podstress.cjs. */
new Command('podstress')
  .description(
    'The memory lab for Kubernetes: check manifests, run them as tests, read OOM kills, serve a node, stand in for a cluster',
  )
  .version(AGENT_VERSION)
  .addCommand(lintCommand())
  .addCommand(runCommand())
  .addCommand(oomCommand())
  .addCommand(agentCommand())
  .addCommand(sandboxCommand())
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`podstress: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
