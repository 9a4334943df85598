import { execFileSync } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';

/** A request is one line: the port. The answer is one line: `ok`, or `error` and why. Then the bytes follow. */
const MAX_REQUEST = 16;

/**
 * Holds a Pod's network namespace (it is started in it), brings its loopback up, and joins connections of the unix
 * socket given first to ports of that loopback. Arguments: SOCKET, IP_PROGRAM, POD_IP. Ends with its standard input.
 */
export function runPodNetwork(args: readonly string[]): void {
  const [socketPath = '', ip = 'ip', podIp = ''] = args;
  execFileSync(ip, ['link', 'set', 'lo', 'up']);
  if (podIp !== '') execFileSync(ip, ['address', 'add', `${podIp}/32`, 'dev', 'lo']);
  process.umask(0o177);
  // Half-open: a client that has sent all still waits for its answer.
  const server = createServer({ allowHalfOpen: true }, serve);
  server.listen(socketPath, () => process.stdout.write('ready\n'));
  process.stdin.on('end', () => process.exit(0));
  process.stdin.resume();
}

function serve(client: Socket): void {
  let head = Buffer.alloc(0);
  client.on('error', () => client.destroy());
  const read = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(10);
    if (end < 0 && head.length <= MAX_REQUEST) return;
    client.off('data', read);
    client.pause();
    const port = Number(head.subarray(0, Math.max(end, 0)).toString('latin1'));
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      client.end('error not a port\n');
      return;
    }
    join(client, port, head.subarray(end + 1));
  };
  client.on('data', read);
}

function join(client: Socket, port: number, early: Buffer): void {
  const target = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const refuse = (error: Error): void => void client.end(`error ${error.message}\n`);
  target.once('error', refuse);
  target.once('connect', () => {
    target.off('error', refuse);
    target.on('error', () => client.destroy());
    client.write('ok\n');
    if (early.length > 0) target.write(early);
    client.pipe(target);
    target.pipe(client);
    // A side that was cut off, rather than ended, takes the other with it.
    client.on('close', () => void (client.readableEnded || target.destroy()));
    target.on('close', () => void (target.readableEnded || client.destroy()));
  });
}
