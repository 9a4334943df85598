import { start } from './bootstrap.mjs';

await start('screenshots/main');
