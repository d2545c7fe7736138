import type { AccessList } from "../policy/access-list.ts";

/** A link to a file or folder, with its own rules. The id of a file's own link is the id of the file. */
export interface Link {
  /** Also its public address. Has the format of a file id, but only a file's own link shares its file's id. */
  readonly id: string;
  /** Undefined exactly when `folderId` is not. */
  readonly fileId: string | undefined;
  readonly folderId: number | undefined;
  readonly passwordHash: string | undefined;
  readonly accessList: AccessList | undefined;
  readonly endsAt: Date | undefined;
  /** Its expiry was recorded: it stays expired even if the clock is set back, until it gets another end. */
  readonly hasEnded: boolean;
  /** A download is a token whose first byte was sent; looking, ranges and resuming do not count. */
  readonly maxDownloads: number | undefined;
  readonly usedCount: number;
  readonly isOn: boolean;
  /** For its owner. */
  readonly note: string;
  readonly createdAt: Date;
}

/** What is stored for a file's own link, apart from password and access list, which belong to the file. */
export type LinkUse = Pick<Link, "isOn" | "endsAt" | "hasEnded" | "maxDownloads" | "usedCount">;

/** Per file or folder, besides its own. */
export const MOST_LINKS = 100;

export const isOwnLink = ({ id, fileId }: Pick<Link, "id" | "fileId">): boolean => id === fileId;

/** Whether only the owner can still use the link: it is turned off, expired or used up. */
export function isLinkOver(link: LinkUse, now: Date): boolean {
  const { isOn, hasEnded, endsAt, maxDownloads, usedCount } = link;
  const isPast = hasEnded || (endsAt !== undefined && endsAt <= now);
  return !isOn || isPast || (maxDownloads !== undefined && usedCount >= maxDownloads);
}

/** The state that the policy checks. */
export type LinkState = Pick<Link, "isOn" | "endsAt" | "hasEnded"> & { readonly isUsedUp: boolean };

/** @param isCounted a download that was already counted continues */
export function stateOf(
  { isOn, endsAt, hasEnded, maxDownloads, usedCount }: LinkUse,
  { isCounted = false } = {},
): LinkState {
  return { isOn, endsAt, hasEnded, isUsedUp: !isCounted && maxDownloads !== undefined && usedCount >= maxDownloads };
}
