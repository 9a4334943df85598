import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that may be answered, before it is. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly isWatch: boolean;
}

/** What a fault may do to the server as a whole. */
export interface FaultyServer {
  /** Answers nothing more on any connection that is open now, and closes none. New ones are served. */
  silence(): void;
  /** Cuts every connection; for some time (ms) nothing listens. */
  restart(downMs: number): void;
}

/** A fault at work: it counts for itself, so that the same requests meet the same faults. */
export interface ActiveFault {
  /** True: the exchange is over as far as the server is concerned. It may also only change how it will be answered. */
  meet(exchange: Exchange): boolean;
}

/** One row of the table of faults. */
export interface Fault {
  readonly name: string;
  /** One line for people who choose. */
  readonly description: string;
  /** @param struck to be called each time that it strikes */
  readonly begin: (server: FaultyServer, struck: () => void) => ActiveFault;
}

/** True at every so manieth call. */
export function everyNth(count: number): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return calls % count === 0;
  };
}

/**
 * Lets so many lines of a watch through, then does something else than writing the next.
 * @param then is given that line, and the way to end the answer with some text
 */
export function afterLines(
  response: ServerResponse,
  lines: number,
  then: (line: string, endWith: (text: string) => void) => void,
): void {
  const { write, end } = response;
  let written = 0;
  response.write = (chunk: unknown): boolean => {
    written += 1;
    if (written <= lines) return write.call(response, chunk, 'utf8');
    if (written === lines + 1) then(String(chunk), (text) => void end.call(response, text, 'utf8'));
    return true;
  };
}
