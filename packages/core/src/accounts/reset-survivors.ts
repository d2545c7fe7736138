import type { Folder } from "../folders/folder.ts";
import { type ApiKey, isOver } from "../keys/api-key.ts";
import { keyPages } from "../keys/own-keys.ts";
import type { FurtherLink } from "../links/link-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { Repositories } from "../ports/database.ts";
import type { FolderShare } from "../shares/folder-share.ts";
import type { Account } from "./account.ts";

/** Per kind, shown before a reset; beyond that the page only says that there are more. */
const MOST_SHOWN = 50;

export interface SurvivingKey extends ApiKey {
  /** Name of the key that made it, if known: a leaked key may have made it. */
  readonly makerName: string | undefined;
}

export interface SharedWithPerson extends FolderShare {
  readonly folderName: string;
}

/** At most 50 of a kind. */
export interface Shown<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/** What survives a password reset unless the person chooses otherwise. */
export interface Survivors {
  /** Active keys. */
  readonly keys: Shown<SurvivingKey>;
  /** Folders with a public page. */
  readonly folders: Shown<Folder>;
  /** Folders that others may use, by folder and address. */
  readonly people: Shown<SharedWithPerson>;
  /** Additional links of files and folders that still work, newest first. */
  readonly links: Shown<FurtherLink>;
  /** Each file has its own link. */
  readonly fileCount: number;
}

export async function survivorsOf(rows: Repositories, account: Account, now: Date): Promise<Survivors> {
  const limit = MOST_SHOWN + 1;
  const { fileCount } = await rows.files.getUsage(account.id);
  return {
    keys: shown(await workingKeys(rows, account, now)),
    folders: shown(await rows.folders.listShared(account.id, { limit })),
    people: shown(await withNames(rows, await rows.folderShares.listOfOwner(account.id, { limit }))),
    links: shown(await rows.links.listFurtherOpen(account.id, { now, limit })),
    fileCount,
  };
}

const shown = <T>(items: readonly T[]): Shown<T> => ({
  items: items.slice(0, MOST_SHOWN),
  hasMore: items.length > MOST_SHOWN,
});

async function workingKeys(rows: Repositories, account: Account, now: Date): Promise<SurvivingKey[]> {
  const keys: SurvivingKey[] = [];
  const names = new Map<string, string>();
  for await (const page of keyPages(rows, account)) {
    for (const { id, name } of page) names.set(id, name);
    const working = page.filter((key) => !isOver(key, now));
    keys.push(...working.map((key) => ({ ...key, makerName: names.get(key.createdByKeyId ?? "") })));
    if (keys.length > MOST_SHOWN) break;
  }
  return keys;
}

async function withNames(rows: Repositories, shares: readonly FolderShare[]): Promise<SharedWithPerson[]> {
  const folders = await rows.folders.findByIds([...new Set(shares.map(({ folderId }) => folderId))]);
  const names = new Map(folders.map(({ id, name }) => [id, name]));
  return shares.map((share) => ({ ...share, folderName: names.get(share.folderId) ?? "" }));
}

/**
 * Ends public pages, shares with people, and additional links; files keep their own links. Returns how many there were.
 */
export async function endSharing(
  rows: Repositories,
  accountId: Permitted<"account.secure" | "server.manage", string>,
): Promise<number> {
  const pages = await rows.folders.endShares(accountId);
  const people = await rows.folderShares.endOfOwner(accountId);
  return pages + people + (await rows.links.switchOffFurther(accountId));
}
