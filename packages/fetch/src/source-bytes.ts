import { SourceError } from "@consigne/core";
import { brokenOff, contradiction, readFailure } from "./failures.ts";
import type { OpenEnds } from "./open-ends.ts";
import type { Pace } from "./pace.ts";

interface Expectation {
  host: string;
  expectedBytes: number | undefined;
  /** Checks whether the source confirmed that this is the end. */
  finish: () => Promise<void>;
}

/**
 * The bytes from a source, counted. Ends everything when it is read to the end, abandoned in the middle or never
 * started.
 */
export function sourceBytes(
  chunks: AsyncIterator<Uint8Array, undefined>,
  expectation: Expectation,
  pace: Pace,
  ends: OpenEnds,
): AsyncIterableIterator<Uint8Array> {
  const counted = countedBytes(chunks, expectation, pace, ends);
  return {
    next: () => counted.next(),
    // A generator that was never started would not run its own cleanup.
    return: () => {
      ends.end();
      return counted.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* countedBytes(
  chunks: AsyncIterator<Uint8Array, undefined>,
  { host, expectedBytes, finish }: Expectation,
  pace: Pace,
  ends: OpenEnds,
): AsyncGenerator<Uint8Array> {
  const expected = expectedBytes ?? Infinity;
  let receivedBytes = 0;
  try {
    ends.check();
    for (let next = await pace.next(chunks); next.done !== true; next = await pace.next(chunks)) {
      receivedBytes += next.value.byteLength;
      if (receivedBytes > expected) throw contradiction(host, "sent-more");
      yield next.value;
    }
    if (receivedBytes < (expectedBytes ?? 0)) throw brokenOff(host);
    await finish();
  } catch (error) {
    throw ends.reasonOr(() => (error instanceof SourceError ? error : readFailure(host, error)));
  } finally {
    ends.end();
  }
}

/** For a file that we already have completely. */
export async function* noBytes(): AsyncGenerator<Uint8Array> {}
