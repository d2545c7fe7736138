import { Slots } from "../uploads/slots.ts";
import type { NamedRefusal } from "./refusal-texts.ts";
import { SharedSlots } from "./shared-slots.ts";

/** The API's numbers for missing credentials, and for a session that was ended; other refusals have the same status. */
const NOT_AUTHENTICATED: readonly (number | undefined)[] = [12, 93];

/** The result for one file. */
export type Sent =
  /** `hasReplaced`: the existing file has these bytes now, and nothing is left to do. */
  | { kind: "stored"; url: string; name: string; hasReplaced?: boolean }
  /** The connection broke; bytes reported to `onStored` are kept. */
  | { kind: "lost" }
  /** Everything was sent, but the result is unknown. */
  | { kind: "unclear" }
  /** The local file changed or vanished. */
  | { kind: "unreadable" }
  /** Its bytes differ from those that began to arrive under this name. */
  | { kind: "differs" }
  /** A proxy in front of the server does not accept requests of the size of a part. */
  | { kind: "tooLargeForProxy" }
  /** Another window of this browser is sending it. */
  | { kind: "elsewhere" }
  /** `said`: the server's message. */
  | ({ kind: "refused"; said: string; isSessionOver: boolean } & NamedRefusal);

/** The destination of a file. */
export interface SendTarget {
  folderId: number;
  name: string;
  /** It will replace another file, whose link stays. */
  isReplacement?: boolean;
  /** Somebody else's folder that it goes to, or the one that contains it. */
  base?: { readonly folderId: number } | undefined;
  /** The upload that was begun for it before the page was reloaded. */
  uploadId?: string | undefined;
}

export interface UploadHooks {
  /** Bytes of the file that exist or were sent; `foundBytes` of them existed before. */
  onSent(bytes: number, foundBytes?: number): void;
  /** Bytes that stay on the server whatever happens now. */
  onStored?(bytes: number): void;
  /**
   * The server knows it by this id, which can be used to continue; the link of its file is already valid, if it has
   * one.
   */
  onBegun?(uploadId: string, url: string | undefined): void;
  onState(state: "comparing" | "sending" | "verifying"): void;
  signal: AbortSignal;
}

/**
 * A browser has six connections to a server for all windows, one of which watches for changes; calls need the others.
 */
const MOST_CONNECTIONS = 3;
/** Per window, if the windows cannot coordinate. */
const MOST_APART = 2;

/** Limits concurrent requests that carry bytes, in all windows together. */
export const connections = slotsOf(navigator.locks);

/** @param locks undefined over plain http from another machine, although its type says that it always exists */
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
