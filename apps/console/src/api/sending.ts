import { Slots } from "../uploads/slots.ts";
import type { NamedRefusal } from "./refusal-texts.ts";
import { SharedSlots } from "./shared-slots.ts";

/** The reference's numbers for nobody, and for a session that was ended; other refusals have the same status. */
const NOT_AUTHENTICATED: readonly (number | undefined)[] = [12, 93];

/** What became of one file. */
export type Sent =
  /** `hasReplaced`: the file that was there has these bytes now, and nothing is left to do. */
  | { kind: "stored"; url: string; name: string; hasReplaced?: boolean }
  /** The line broke; what `onKept` told of is kept. */
  | { kind: "lost" }
  /** Everything was sent, and nobody says what became of it. */
  | { kind: "unclear" }
  /** The file on this side changed or vanished. */
  | { kind: "unreadable" }
  /** Its bytes are not those that began to arrive under this name. */
  | { kind: "differs" }
  /** A proxy in front of the server takes no requests of the size of a part. */
  | { kind: "tooLargeForProxy" }
  /** Another window of this browser sends it. */
  | { kind: "elsewhere" }
  /** `said`: the server's words. */
  | ({ kind: "refused"; said: string; isSessionOver: boolean } & NamedRefusal);

/** Where a file is to go. */
export interface SendTarget {
  folderId: number;
  name: string;
  /** It is going to take the place of another file, whose link stays. */
  isReplacement?: boolean;
  /** The folder of somebody else's that it lies in or is. */
  base?: { readonly folderId: number } | undefined;
  /** The upload that was begun for it before the page was loaded again. */
  uploadId?: string | undefined;
}

export interface UploadHooks {
  /** Bytes of the file that are there or have left; `foundBytes` of them were there before. */
  onSent(bytes: number, foundBytes?: number): void;
  /** Bytes that stay there whatever happens now. */
  onKept?(bytes: number): void;
  /** The server knows it by this id, which leads back to it; the link of its file is valid already, where it has one. */
  onBegun?(uploadId: string, url: string | undefined): void;
  onState(state: "comparing" | "sending" | "verifying"): void;
  signal: AbortSignal;
}

/** A browser has six connections to a server for all windows, one of which tells what changes; calls need the others. */
const MOST_CONNECTIONS = 3;
/** Of each window, where the windows cannot agree. */
const MOST_APART = 2;

/** Requests that carry bytes, so many at a time in all windows together. */
export const connections = slotsOf(navigator.locks);

/** @param locks undefined over plain http from another machine, though types say that they are always there */
function slotsOf(locks: LockManager | undefined): Pick<Slots, "use"> {
  return locks === undefined ? new Slots(MOST_APART) : new SharedSlots(locks, "consigne-bytes", MOST_CONNECTIONS);
}

export const refused = ({ said, number, reason, reasonValue }: NamedRefusal & { said: string }): Sent => ({
  kind: "refused",
  said,
  number,
  reason,
  reasonValue,
  isSessionOver: NOT_AUTHENTICATED.includes(number),
});
