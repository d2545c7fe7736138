import { backoffMs } from "../jobs/backoff.ts";
import type { FetchMessages } from "../remote/fetch-message.ts";
import type { ImportEnd } from "./import.ts";
import { boundedMs, type ImportTrouble } from "./import-failure.ts";

/** Together with the pauses, about a week. */
const MOST_PAUSES = 170;
/** Even if the source asks for more. */
export const LONGEST_PAUSE_MS = 7 * 24 * 3_600_000;

/** What happens after a slice of an import. */
export type Next =
  | { kind: "go-on"; afterMs: number; messages: FetchMessages; pauses: number }
  | { kind: "end"; end: Omit<ImportEnd, "at"> & { paceMs?: number } };

export const goOn = (afterMs = 0): Next => ({ kind: "go-on", afterMs, messages: [], pauses: 0 });

/** @param paused how often in a row it paused before */
export function afterTrouble(trouble: Extract<ImportTrouble, { of: "import" }>, paused: number): Next {
  const messages = [trouble.reason];
  if ("ends" in trouble) return { kind: "end", end: { state: "failed", messages } };
  const pauses = paused + (trouble.isCounted ? 1 : 0);
  if (pauses > MOST_PAUSES) return { kind: "end", end: { state: "failed", messages } };
  const afterMs = trouble.pauseMs === undefined ? backoffMs(pauses) : boundedMs(trouble.pauseMs, LONGEST_PAUSE_MS);
  return { kind: "go-on", afterMs, messages, pauses };
}
