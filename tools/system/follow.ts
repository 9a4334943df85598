import { closeSync, openSync, readSync } from 'node:fs';

/** Hands on what others append to a file, looking four times a second; the answer ends it after a last look. */
export function followFile(path: string, onText: (text: string) => void): () => void {
  const file = openSync(path, 'a+');
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(65_536);
  let position = 0;
  const look = (): void => {
    for (let read = readSync(file, buffer, 0, buffer.length, position); read > 0; ) {
      position += read;
      onText(decoder.decode(buffer.subarray(0, read), { stream: true }));
      read = readSync(file, buffer, 0, buffer.length, position);
    }
  };
  const timer = setInterval(look, 250);
  return () => {
    clearInterval(timer);
    look();
    closeSync(file);
  };
}
