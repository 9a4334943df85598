import { start } from './bootstrap.mjs';

await start('setup/main');
