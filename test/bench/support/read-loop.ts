import { closeSync, openSync, readSync } from 'node:fs';

/** Reads the files named on its standard input once a second and does nothing else: what the agent cannot do without. */

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const descriptors = Buffer.concat(chunks)
  .toString()
  .split('\n')
  .filter(Boolean)
  .map((file) => openSync(file, 'r'));
const buffer = Buffer.allocUnsafe(65_536);
setInterval(() => {
  for (const descriptor of descriptors) readSync(descriptor, buffer, 0, buffer.length, 0);
}, 1000);
process.once('SIGTERM', () => {
  for (const descriptor of descriptors) closeSync(descriptor);
  process.exit();
});
