import { CliError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";
import type { NamedFile } from "../remote/remote-files.ts";
import type { Hasher } from "../sync/trees/hash-file.ts";

/**
 * The bytes of a whole file as they arrive. Only at the end is it known whether they match the server's checksum.
 * Without a `hasher`, or without a checksum from the server, nothing is verified.
 * @throws {CliError} `checksum-mismatch`
 */
export async function* provenBytes(
  { name, whirlpool }: Pick<NamedFile, "name" | "whirlpool">,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  hasher: Hasher | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = whirlpool === undefined ? undefined : hasher?.start();
  let isRead = false;
  try {
    for await (const chunk of chunks) {
      await hash?.update(chunk);
      yield chunk;
    }
    isRead = true;
  } finally {
    if (!isRead) hash?.abort();
  }
  if (hash === undefined || (await hash.digest()) === whirlpool) return;
  throw new CliError("checksum-mismatch", `The checksum of ${visible(name)} is wrong; do not use what was written.`);
}
