/** What is kept of a container's output, bytes. */
const KEPT = 64 * 1024;

/** The end of what a container wrote. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > 2 * KEPT) {
      const kept = Buffer.concat(this.#chunks).subarray(-KEPT);
      this.#chunks = [kept];
      this.#size = kept.length;
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-KEPT).toString('utf8');
  }

  lastLine(): string {
    return this.text().trimEnd().split('\n').at(-1) ?? '';
  }
}
