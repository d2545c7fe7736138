import { type FileEntry, fromStream, type UploadSource } from "@consigne/sdk";
import { formatBytes } from "../command-line/amounts.ts";
import type { CommandCall } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";

/**
 * All of standard input, to be sent under a name. Empty input mostly means that the program before the pipe failed.
 * @throws {CliError} if it cannot be read, or is empty and would replace a file that is not
 */
export async function fromStandardInput(
  call: CommandCall<{ readonly allowEmpty: boolean }>,
  name: string,
  { replaced, remotePath, signal }: { replaced: FileEntry | undefined; remotePath: string; signal: AbortSignal },
): Promise<UploadSource> {
  const source = await fromStream(untilAborted(call.input, signal), { name });
  const heldBytes = replaced?.sizeBytes ?? 0;
  if (source.sizeBytes > 0 || heldBytes === 0 || call.options.allowEmpty) return source;
  await source.dispose?.();
  throw new CliError(
    "empty-input",
    `Standard input was empty; ${visible(remotePath)} (${formatBytes(heldBytes)}) was kept. --allow-empty replaces it.`,
  );
}

async function* untilAborted(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}
