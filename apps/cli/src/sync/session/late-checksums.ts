import { type Client, isConsigneError } from "@consigne/sdk";
import type { RemoteListedFile } from "../trees/remote-store.ts";
import { runAll } from "../trees/worker-pool.ts";

/** Each waits some seconds at the server, which computes few at a time. */
const ASKED_AT_ONCE = 2;
const MOST_ASKED = 100;
const PATIENCE_MS = 60_000;

/**
 * Requests checksums that the server had not computed yet when it listed these files: they recently arrived in parts. A
 * checksum that is not available within a minute stays pending, since a run must end: its file is then not compared
 * with any other.
 */
export async function withLateChecksums(
  client: Client,
  files: readonly RemoteListedFile[],
  signal: AbortSignal,
): Promise<RemoteListedFile[]> {
  const lacking = files.filter(({ url, whirlpool }) => whirlpool === undefined && url !== "");
  if (lacking.length === 0) return [...files];
  const told = new Map<string, string | undefined>();
  const deadline = performance.now() + PATIENCE_MS;
  await runAll(ASKED_AT_ONCE, lacking.slice(0, MOST_ASKED), async ({ url }) => {
    if (performance.now() > deadline) return;
    try {
      told.set(url, (await client.files.info(url, { signal })).whirlpool);
    } catch (error) {
      signal.throwIfAborted();
      // It may be gone since; the listing was right when it was made.
      if (!isConsigneError(error)) throw error;
    }
  });
  return files.map((file) => {
    const whirlpool = file.whirlpool ?? told.get(file.url);
    return { ...file, whirlpool, ...(whirlpool === undefined && file.url !== "" ? { isPending: true } : {}) };
  });
}
