import { setFlagsFromString } from 'node:v8';

/**
 * Keeps this process small, which runs on every node. What is read each second dies at once; by default V8 lets the
 * space for such objects grow to 32 MiB before it looks, here it stays at the 1 MiB that it begins with. Takes effect
 * only before the heap has grown.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
}
