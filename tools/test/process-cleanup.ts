import { Cleanup } from '../system/cleanup.js';

/** What this test process undoes after its last test, or when a signal ends it: servers, browsers, folders. */
export const processCleanup = new Cleanup();
