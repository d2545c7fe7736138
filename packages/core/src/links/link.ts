import type { AccessList } from "../policy/access-list.ts";

/** A further address of a file or folder, with rules of its own. */
export interface Link {
  /** Also its public address; has the form of a file's id, and never is one. */
  readonly id: string;
  /** Undefined exactly when `folderId` is not. */
  readonly fileId: string | undefined;
  readonly folderId: number | undefined;
  readonly passwordHash: string | undefined;
  readonly accessList: AccessList | undefined;
  readonly endsAt: Date | undefined;
  /** Its end was noted: it stays over though the clock is set back, until it is given another end. */
  readonly hasEnded: boolean;
  /** A download is a token whose first byte left; looking, ranges and going on are free. */
  readonly maxDownloads: number | undefined;
  readonly usedCount: number;
  readonly isOn: boolean;
  /** For its owner. */
  readonly note: string;
  readonly createdAt: Date;
}

/** What the policy looks at. */
export type LinkState = Pick<Link, "isOn" | "endsAt" | "hasEnded"> & { readonly isUsedUp: boolean };

/** @param isCounted a download that was counted already goes on */
export function stateOf(
  { isOn, endsAt, hasEnded, maxDownloads, usedCount }: Link,
  { isCounted = false } = {},
): LinkState {
  return { isOn, endsAt, hasEnded, isUsedUp: !isCounted && maxDownloads !== undefined && usedCount >= maxDownloads };
}
