import { start } from './bootstrap.mjs';

await start('demo/main');
