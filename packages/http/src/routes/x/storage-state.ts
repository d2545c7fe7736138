import { type AdminShowResponse, toInstantText } from "@consigne/contract";
import type { ScrubPass, ServerStatus } from "@consigne/core";

type Storage = AdminShowResponse["storage"];

const DAY_MS = 24 * 3_600_000;

const instant = (at: number) => toInstantText(new Date(at));

export function wireStorage({
  scrub: { activity, everyMs, pass, last },
  collection,
  damagedContents,
  blockedContents,
}: Pick<ServerStatus, "scrub" | "collection" | "damagedContents" | "blockedContents">): Storage {
  return {
    check_every_days: Math.ceil(everyMs / DAY_MS),
    check_state: activity,
    ...(pass === undefined ? {} : { check: wireCheck(pass) }),
    ...(last?.endedAt === undefined
      ? {}
      : {
          last_check: {
            started_at: instant(last.beganAt),
            ended_at: instant(last.endedAt),
            contents: last.contents,
            bytes: last.bytes,
            damaged_contents: last.damaged,
          },
        }),
    damaged_contents: damagedContents,
    blocked_contents: blockedContents,
    ...(collection === undefined ? {} : { collection: wireCollection(collection) }),
  };
}

/** What was uploaded since its start may be checked as well. */
function wireCheck({ beganAt, contents, bytes, totalContents, totalBytes, damaged }: ScrubPass) {
  return {
    started_at: instant(beganAt),
    checked_contents: contents,
    checked_bytes: bytes,
    total_contents: Math.max(contents, totalContents),
    total_bytes: Math.max(bytes, totalBytes),
    damaged_contents: damaged,
  };
}

function wireCollection({ at, ...report }: NonNullable<ServerStatus["collection"]>): Storage["collection"] {
  const { unknownContents = 0, unknownBytes = 0, removedContents = 0, removedBytes = 0, isStopped = false } = report;
  return {
    ended_at: instant(at),
    unreferenced_contents: unknownContents,
    unreferenced_bytes: unknownBytes,
    removed_contents: removedContents,
    removed_bytes: removedBytes,
    is_stopped: isStopped ? 1 : 0,
  };
}
