/**
 * What the tests and the demo install beside the project's own packages. code-server is VS Code as a web server; it
 * needs a newer Node than the project does, which comes from npm too.
 */
export const CODE_SERVER_VERSION = '4.139.1';
export const CODE_SERVER_NODE_VERSION = '24.21.0';
