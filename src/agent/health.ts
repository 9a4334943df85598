import { request } from 'node:http';
import type { ListenTarget } from './agent.js';

const TIMEOUT_MS = 3000;

/** Asks an agent for /healthz. Null when it is well, else what is wrong. */
export function checkHealth(target: ListenTarget): Promise<string | null> {
  const where =
    target.kind === 'tcp' ? { host: target.host, port: target.port } : { socketPath: target.path };
  return new Promise((resolve) => {
    const asked = request({
      ...where,
      path: '/healthz',
      headers: { host: 'localhost' },
      timeout: TIMEOUT_MS,
    });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? null : `the agent answers ${response.statusCode}`);
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    asked.on('error', (error) => resolve(`no agent answers: ${error.message}`));
    asked.end();
  });
}
