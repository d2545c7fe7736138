import type { Chosen } from "../files/chosen.ts";
import type { Rights } from "../files/rights.ts";
import { client } from "./client.ts";
import type { FileItem } from "./entries.ts";
import { TooManyError } from "./own-errors.ts";

/** Files and folders in one archive. */
const MOST = 500;

/** Files with hidden links that are saved one after the other: browsers do not let a page save more. */
const MOST_HIDDEN = 10;

/** Whether all of it can be downloaded: a file with a hidden link has no id for requesting an archive. */
export const mayDownload = (chosen: Chosen, { hasLinks }: Pick<Rights, "hasLinks">): boolean =>
  hasLinks ||
  chosen.isWholeFolder ||
  !chosen.mayHave("file") ||
  (chosen.count <= MOST_HIDDEN && !chosen.mayHave("folder"));

/** A direct URL of a file, whether its link is shown or not. @throws {ApiError} */
export async function directAddress(
  { url, folderId, name }: Pick<FileItem, "url" | "folderId" | "name">,
  { inline, signal }: { inline?: true; signal?: AbortSignal } = {},
): Promise<string> {
  const named = url === "" ? { folder_id: folderId, filename: name } : { url };
  const asked = { ...named, ...(inline === undefined ? {} : { inline: 1 as const }) };
  return (await client.call("downloadGetToken", asked, { signal })).url;
}

/**
 * The addresses from which the browser downloads entries: files one after the other, or several and folders as one
 * archive.
 * @throws {TooManyError}
 */
export async function* downloadAddresses(
  chosen: Chosen,
  folderId: number,
  { owner, hasLinks }: Rights,
): AsyncGenerator<string> {
  const { only, known, isWholeFolder } = chosen;
  if (owner === undefined && only?.kind === "file" && !isRefused(only)) yield `${only.url}&dl=1`;
  else if (isWholeFolder || chosen.mayHave("folder") || (hasLinks && only === undefined))
    yield await archiveAddress(chosen, folderId);
  else for (const entry of known) if (entry.kind === "file") yield await directAddress(entry);
}

/** A browser says nothing of a refused download, but the call for its address does, or finds it repaired. */
const isRefused = ({ isDamaged, isBlocked }: FileItem): boolean => isDamaged || isBlocked;

async function archiveAddress(chosen: Chosen, folderId: number): Promise<string> {
  if (chosen.isWholeFolder) return (await client.entries.zip({ folderIds: [folderId], fileIds: [] })).url;
  const folderIds: number[] = [];
  const fileIds: string[] = [];
  for await (const part of chosen.parts()) {
    for (const entry of part) {
      if (entry.kind === "folder") folderIds.push(entry.id);
      else fileIds.push(entry.id);
    }
    if (folderIds.length > MOST || fileIds.length > MOST) throw new TooManyError(MOST);
  }
  const { url } = await client.entries.zip({ folderIds, fileIds });
  // The archive explains in the page's language what is missing; the download origin does not get the cookie.
  return `${url}?lg=${document.documentElement.lang}`;
}
