import type { AccessList } from "../policy/access-list.ts";

/** A link to a file or folder, with rules of its own. The id of a file's own link is the id of the file. */
export interface Link {
  /** Also its public address; has the form of a file's id, and is one for a file's own link alone. */
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

/** What is kept of a file's own link besides its password and its access list, which are the file's. */
export type LinkUse = Pick<Link, "isOn" | "endsAt" | "hasEnded" | "maxDownloads" | "usedCount">;

/** Of one file or folder, besides its own. */
export const MOST_LINKS = 100;

export const isOwnLink = ({ id, fileId }: Pick<Link, "id" | "fileId">): boolean => id === fileId;

/** Whether it leads nobody but the owner to the file any more: switched off, ended or used up. */
export function isLinkOver(link: LinkUse, now: Date): boolean {
  const { isOn, hasEnded, endsAt, maxDownloads, usedCount } = link;
  const isPast = hasEnded || (endsAt !== undefined && endsAt <= now);
  return !isOn || isPast || (maxDownloads !== undefined && usedCount >= maxDownloads);
}

/** What the policy looks at. */
export type LinkState = Pick<Link, "isOn" | "endsAt" | "hasEnded"> & { readonly isUsedUp: boolean };

/** @param isCounted a download that was counted already goes on */
export function stateOf(
  { isOn, endsAt, hasEnded, maxDownloads, usedCount }: LinkUse,
  { isCounted = false } = {},
): LinkState {
  return { isOn, endsAt, hasEnded, isUsedUp: !isCounted && maxDownloads !== undefined && usedCount >= maxDownloads };
}
