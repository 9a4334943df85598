import { start } from './bootstrap.mjs';

await start('build/main');
