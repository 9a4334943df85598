import { start } from './bootstrap.mjs';

await start('test/cluster');
