import type { JobAttempt } from "../jobs/job-kind.ts";
import { DomainError, type DomainErrorCode } from "../errors.ts";
import { type ImportSource, ImportSourceError } from "../ports/import-source.ts";
import { SealError } from "../ports/sealer.ts";
import { SourceError } from "../ports/source-fetcher.ts";
import { refusedHere } from "../remote/fetch-error.ts";
import type { FetchMessage } from "../remote/fetch-message.ts";
import type { Import } from "./import.ts";
import { ContentMismatchError } from "./import-fetch.ts";

/** What a failure means: for the whole import, or only for one folder or file. */
export type ImportTrouble =
  /** The whole import pauses; `isCounted` unless the source said until when. */
  | {
      readonly of: "import";
      readonly pauseMs: number | undefined;
      readonly isCounted: boolean;
      /**
       * It may also concern only the one folder or file, which the source cannot provide although it provides others.
       */
      readonly mayBeOfOne?: true;
      readonly reason: FetchMessage;
    }
  | { readonly of: "import"; readonly ends: true; readonly reason: FetchMessage }
  | {
      readonly of: "entry";
      readonly isFinal: boolean;
      readonly retryAfterMs: number | undefined;
      readonly reason: FetchMessage;
    };

/** For a server that locks its caller out without saying for how long. */
const USUAL_LOCK_MS = 60_000;
/**
 * During a longer lock, it is retried this often, because the lock may be lifted early. A little more than the client
 * library lets pass.
 */
const LOOK_AGAIN_MS = 3_605_000;
const ROOM_PAUSE_MS = 15 * 60_000;

const NO_ROOM: ReadonlySet<DomainErrorCode> = new Set([
  "quota-exceeded",
  "storage-full",
  "storage-unavailable",
  "too-busy",
]);
const OF_ONE: ReadonlySet<DomainErrorCode> = new Set([
  "bad-name",
  "empty-file-refused",
  "file-too-large",
  "folder-not-found",
  "folder-too-deep",
]);

/** Undefined for unexpected errors. */
export function troubleOf(error: unknown): ImportTrouble | undefined {
  if (error instanceof ImportSourceError) return sourceTrouble(error);
  if (error instanceof SourceError) {
    const { failure, reason, retryAfterMs } = error;
    // The address was made for this attempt: the next one may be accepted.
    const isFinal = failure === "address-refused" || failure === "address-invalid";
    return { of: "entry", isFinal, retryAfterMs, reason };
  }
  if (error instanceof ContentMismatchError) {
    return { of: "entry", isFinal: false, retryAfterMs: undefined, reason: error.reason };
  }
  if (error instanceof DomainError) return domainTrouble(error);
  if (error instanceof SealError) {
    return { of: "import", ends: true, reason: { code: "source-key-unreadable" } };
  }
  return undefined;
}

/**
 * Whether the source lists its first folder: otherwise files that it can never provide would delay the end for a week.
 */
export async function answers(
  source: ImportSource,
  kind: Import["kind"],
  { signal }: Pick<JobAttempt, "signal">,
): Promise<boolean> {
  // This would ask for each link, and one of them may be the cause.
  if (kind === "links") return false;
  try {
    await source.list(undefined, signal);
    return true;
  } catch {
    return false;
  }
}

export function mayBeOfOne(
  trouble: ImportTrouble | undefined,
): trouble is Extract<ImportTrouble, { mayBeOfOne?: true }> & { of: "import" } {
  return trouble?.of === "import" && !("ends" in trouble) && trouble.mayBeOfOne === true;
}

function sourceTrouble({ failure, reason, retryAfterMs }: ImportSourceError): ImportTrouble {
  switch (failure) {
    case "locked":
      return {
        of: "import",
        pauseMs: Math.min(retryAfterMs ?? USUAL_LOCK_MS, LOOK_AGAIN_MS),
        isCounted: false,
        reason,
      };
    case "unavailable":
      return { of: "import", pauseMs: retryAfterMs, isCounted: true, mayBeOfOne: true, reason };
    case "denied":
      return { of: "import", ends: true, reason };
    case "missing":
      return { of: "entry", isFinal: true, retryAfterMs: undefined, reason };
  }
}

function domainTrouble(error: DomainError): ImportTrouble {
  const { code } = error;
  const reason = refusedHere(error);
  if (NO_ROOM.has(code)) return { of: "import", pauseMs: ROOM_PAUSE_MS, isCounted: true, reason };
  if (OF_ONE.has(code)) return { of: "entry", isFinal: true, retryAfterMs: undefined, reason };
  return { of: "import", ends: true, reason };
}

/** A source may report any number for its pace and for how long to wait. */
export const boundedMs = (ms: number, mostMs: number): number => (ms >= 0 ? Math.min(Math.ceil(ms), mostMs) : 0);
