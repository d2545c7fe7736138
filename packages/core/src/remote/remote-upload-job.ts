import { DomainError, type DomainErrorCode } from "../errors.ts";
import { type JobAttempt, type JobKind, JobRetryError, JobTimeoutError } from "../jobs/job-kind.ts";
import { SealError } from "../ports/sealer.ts";
import { SourceError } from "../ports/source-fetcher.ts";
import { fetchEnglish } from "./fetch-english.ts";
import { refusedHere } from "./fetch-error.ts";
import { endByJob, type FetchMessage, inSentences, MOST_HOURS, TOOK_TOO_LONG } from "./fetch-message.ts";
import { RemoteFetch, type RemoteFetchParts, type RemoteOrderOfOne } from "./remote-fetch.ts";
import { REMOTE_UPLOAD } from "./remote-upload.ts";

/** Together with the pauses of the queue, about six hours. */
const MAX_ATTEMPTS = 12;
const TIMEOUT_MS = MOST_HOURS * 3_600_000;

/** Fetches one address and stores the file. */
export function remoteUploadKind(parts: RemoteFetchParts): JobKind {
  return {
    name: REMOTE_UPLOAD,
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: TIMEOUT_MS,
    pool: "fetching",
    run: async (attempt) => {
      const item = await parts.database.remoteUploads.findItem(String(attempt.job.payload["item"]));
      // Removed with its account, ended before its worker was killed, or restarted by another job.
      if (item === undefined || item.end !== undefined || item.jobId !== attempt.job.id) return;
      const request = await parts.database.remoteUploads.findRequest(item.requestId);
      if (request !== undefined) await runOrNote(parts, attempt, { item, request });
    },
    noteEnd: async (rows, job, { state, at }) => {
      await rows.remoteUploads.end(String(job.payload["item"]), job.id, endByJob(state, at));
    },
    insteadOfRetry: async (rows, job) => {
      const item = await rows.remoteUploads.findItem(String(job.payload["item"]));
      if (item === undefined) return "The remote upload was removed.";
      const id = item.requestId;
      return `Its account can retry it with \`consigne remote retry ${id}\` or on the page of remote uploads (request ${id}).`;
    },
  };
}

/** Ordinary failures are reported to the orderer; the operator need not look into them. */
async function runOrNote(parts: RemoteFetchParts, attempt: JobAttempt, order: RemoteOrderOfOne): Promise<void> {
  await using fetch = new RemoteFetch(parts, attempt, order);
  try {
    await fetch.run();
  } catch (error) {
    const { signal } = attempt;
    if (signal.reason instanceof JobTimeoutError) return await noteFailure(parts, attempt, order, tookTooLong(error));
    signal.throwIfAborted();
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
  const messages = [failure.reason];
  if (failure.isFinal || job.attempts >= job.maxAttempts) {
    const end = { state: "failed", at: clock.now(), messages } as const;
    await attempt.commit((rows) => rows.remoteUploads.end(item.id, job.id, end));
    return;
  }
  await attempt.commit((rows) => rows.remoteUploads.note(item.id, job.id, messages));
  throw new JobRetryError(inSentences(fetchEnglish, messages), {
    notBeforeMs: failure.retryAfterMs,
    cause: failure.cause,
  });
}

interface Failure {
  reason: FetchMessage;
  isFinal: boolean;
  retryAfterMs?: number | undefined;
  cause: unknown;
}

const PASSING: ReadonlySet<DomainErrorCode> = new Set(["storage-full", "storage-unavailable", "too-busy"]);

/** Each attempt begins at the first byte, so the next one would take as long and get no further. */
const tookTooLong = (cause: unknown): Failure => ({ reason: TOOK_TOO_LONG, isFinal: true, cause });

/** Undefined for unexpected errors. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof SourceError) {
    const { reason, isFinal, retryAfterMs } = error;
    return { reason, isFinal, retryAfterMs, cause: error };
  }
  if (error instanceof DomainError) {
    return { reason: refusedHere(error), isFinal: !PASSING.has(error.code), cause: error };
  }
  if (error instanceof SealError) {
    return { reason: { code: "secrets-unreadable" }, isFinal: true, cause: error };
  }
  return undefined;
}
