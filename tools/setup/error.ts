/** Something that a task needs is not on this machine; the message says what, and what to do. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
