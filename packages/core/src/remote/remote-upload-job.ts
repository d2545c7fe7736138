import { DomainError, type DomainErrorCode } from "../errors.ts";
import { type JobAttempt, type JobKind, JobRetryError } from "../jobs/job-kind.ts";
import { SealError } from "../ports/sealer.ts";
import { SourceError } from "../ports/source-fetcher.ts";
import { RemoteFetch, type RemoteFetchParts, type RemoteOrderOfOne } from "./remote-fetch.ts";
import { REMOTE_UPLOAD } from "./remote-upload.ts";

/** With the pauses of the queue between them about six hours. */
const MAX_ATTEMPTS = 12;
const TIMEOUT_MS = 24 * 3_600_000;

/** Fetches one address and files what came. */
export function remoteUploadKind(parts: RemoteFetchParts): JobKind {
  return {
    name: REMOTE_UPLOAD,
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: TIMEOUT_MS,
    run: async (attempt) => {
      const item = await parts.database.remoteUploads.findItem(String(attempt.job.payload["item"]));
      // Removed with its account, ended before its worker was killed, or begun anew by another job.
      if (item === undefined || item.end !== undefined || item.jobId !== attempt.job.id) return;
      const request = await parts.database.remoteUploads.findRequest(item.requestId);
      if (request !== undefined) await runOrNote(parts, attempt, { item, request });
    },
    noteEnd: async (rows, job, { state, at }) => {
      const end =
        state === "cancelled"
          ? { state, at, message: "Cancelled." }
          : { state: "failed" as const, at, message: "The server could not do it; its operator can look into it." };
      await rows.remoteUploads.end(String(job.payload["item"]), job.id, end);
    },
    insteadOfRetry: async (rows, job) => {
      const item = await rows.remoteUploads.findItem(String(job.payload["item"]));
      if (item === undefined) return "The remote upload was removed.";
      const id = item.requestId;
      return `Its account can retry it with \`consigne remote retry ${id}\` or on the page of remote uploads (request ${id}).`;
    },
  };
}

/** What fails as such work does is told to whoever asked; there is nothing for the operator to look into. */
async function runOrNote(parts: RemoteFetchParts, attempt: JobAttempt, order: RemoteOrderOfOne): Promise<void> {
  await using fetch = new RemoteFetch(parts, attempt, order);
  try {
    await fetch.run();
  } catch (error) {
    attempt.signal.throwIfAborted();
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    await noteFailure(parts, attempt, order, failure);
  }
}

async function noteFailure(
  { clock }: RemoteFetchParts,
  attempt: JobAttempt,
  { item }: RemoteOrderOfOne,
  failure: Failure,
): Promise<void> {
  const { job } = attempt;
  const { message } = failure;
  if (failure.isFinal || job.attempts >= job.maxAttempts) {
    const end = { state: "failed", at: clock.now(), message } as const;
    await attempt.commit((rows) => rows.remoteUploads.end(item.id, job.id, end));
    return;
  }
  await attempt.commit((rows) => rows.remoteUploads.note(item.id, job.id, message));
  throw new JobRetryError(message, { notBeforeMs: failure.retryAfterMs, cause: failure.cause });
}

interface Failure {
  message: string;
  isFinal: boolean;
  retryAfterMs?: number | undefined;
  cause: unknown;
}

const PASSING: ReadonlySet<DomainErrorCode> = new Set(["storage-full", "storage-unavailable", "too-busy"]);

/** Undefined for what should not happen. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof SourceError) {
    const { message, isFinal, retryAfterMs } = error;
    return { message, isFinal, retryAfterMs, cause: error };
  }
  if (error instanceof DomainError) {
    return { message: error.message, isFinal: !PASSING.has(error.code), cause: error };
  }
  if (error instanceof SealError) {
    const message = "The server can no longer read the password or the headers of this request; request it again.";
    return { message, isFinal: true, cause: error };
  }
  return undefined;
}
