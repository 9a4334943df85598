import { closeSync, openSync, read } from 'node:fs';
import { parseKmsgRecord } from '../../../src/core/kernel/record.js';

/** The named reference: a bare loop of blocking reads, that says of each of the kernel's own lines about OOM kills when it read it. */

const CONCERNS = /invoked oom-killer: |^oom-kill:|Killed process /;
const buffer = Buffer.alloc(8192);
const descriptor = openSync('/dev/kmsg', 'r');

function next(): void {
  read(descriptor, buffer, 0, buffer.length, null, (error, length) => {
    const at = Number(process.hrtime.bigint()) / 1e9;
    if (error && !('code' in error && error.code === 'EPIPE')) {
      closeSync(descriptor);
      throw error;
    }
    const record = error ? null : parseKmsgRecord(buffer.toString('latin1', 0, length));
    if (record?.facility === 0 && CONCERNS.test(record.text)) {
      const { seq, bootSeconds, text } = record;
      process.stdout.write(`${JSON.stringify({ seq, bootSeconds, text, at })}\n`);
    }
    next();
  });
}

next();
