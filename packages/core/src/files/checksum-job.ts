import type { JobKind, JobAttempt } from "../jobs/job-kind.ts";
import { JobGivenUpError } from "../jobs/job-kind.ts";
import type { JobOrder } from "../jobs/job-queue.ts";
import { type Checksums, ContentDamagedError } from "./checksums.ts";
import { BlobNotFoundError } from "../ports/blob-store.ts";

const CHECKSUM = "checksum";
const MAX_ATTEMPTS = 10;
/** A content of terabytes is read in one go. */
const TIMEOUT_MS = 2 * 24 * 3_600_000;
/** A low priority: whoever needs the checksum sooner computes it directly. */
const LAST = 9;

/** Computes the Whirlpool checksum of uploads in parts, in the background. If that fails, the scrub computes it. */
export function checksumKind({ checksums }: { checksums: Checksums }): JobKind {
  return {
    name: CHECKSUM,
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: TIMEOUT_MS,
    pool: "checksums",
    run: async (attempt: JobAttempt) => {
      attempt.forget();
      try {
        const work = checksums.get(String(attempt.job.payload["content"]), (name) => attempt.step(name));
        await unlessAborted(work, attempt.signal);
        await attempt.step("checksum known");
      } catch (error) {
        if (error instanceof ContentDamagedError || error instanceof BlobNotFoundError)
          throw new JobGivenUpError(error.message, { cause: error });
        throw error;
      }
    },
  };
}

export const checksumOrder = (contentId: string): JobOrder => ({
  kind: CHECKSUM,
  payload: { content: contentId },
  uniqueKey: `${CHECKSUM} ${contentId}`,
  priority: LAST,
});

/** The work itself continues for others who wait for it. @throws the reason of the signal */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
