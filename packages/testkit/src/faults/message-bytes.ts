import type { IncomingMessage } from "node:http";

/**
 * The body of a message, finished as soon as its last byte was read. The stream's own iterator also waits for the
 * stream to close, which does not happen for an answer that came before the end of its request; and it would close the
 * connection when it is left early.
 * @throws {Error} the message is interrupted
 */
export async function* bytesOf(message: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  let hasEnded = message.readableEnded;
  let failure: Error | undefined;
  let change = Promise.withResolvers<void>();
  const onChange = () => change.resolve();
  const onEnd = () => {
    hasEnded = true;
    change.resolve();
  };
  const onBreak = (error?: Error) => {
    failure ??= error ?? new Error("The connection ended in the middle of a message.");
    change.resolve();
  };
  if (message.destroyed) onBreak();
  message.on("readable", onChange).on("end", onEnd).on("error", onBreak).on("close", onBreak);
  try {
    for (;;) {
      const chunk = message.read() as Uint8Array | null;
      if (chunk !== null) {
        yield chunk;
      } else if (hasEnded) {
        return;
      } else if (failure !== undefined) {
        throw failure;
      } else {
        await change.promise;
        change = Promise.withResolvers();
      }
    }
  } finally {
    // The error listener stays: a later error concerns nobody, and must not end the process.
    message.off("readable", onChange).off("end", onEnd).off("close", onBreak);
  }
}
