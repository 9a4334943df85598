/** The version of the agent's program, as GET /v1/node tells it. */
export const AGENT_VERSION = '0.1.0';
