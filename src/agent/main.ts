import { agentCommand } from './command.js';

agentCommand()
  .name('podstress-agent')
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`podstress agent: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
