import { createServer } from 'node:http';

const DEFAULT_PORT = 8080;

/** The image `paulbouwer/hello-kubernetes:1.10` as far as the demo needs it: a page at `/` on PORT (8080). */
export function runDemoServer(env: Readonly<Record<string, string | undefined>>): void {
  const port = Number(env['PORT'] ?? DEFAULT_PORT);
  const pod = escapeHtml(env['KUBERNETES_POD_NAME'] ?? env['HOSTNAME'] ?? '');
  const message = escapeHtml(env['MESSAGE'] ?? 'Hello world!');
  const page =
    `<!doctype html><meta charset="utf-8"><title>Hello Kubernetes!</title><h1>${message}</h1>` +
    `<p>pod: ${pod}</p><p>node: ${escapeHtml(env['KUBERNETES_NODE_NAME'] ?? '')}</p>\n`;
  const server = createServer((request, response) => {
    const found = request.url === '/' || request.url?.startsWith('/?') === true;
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(found ? page : 'Not found\n');
  });
  server.listen(port, () => process.stdout.write(`listening on ${port}\n`));
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
