import type { Chosen } from "../files/chosen.ts";
import { client } from "./client.ts";
import type { FileItem } from "./entries.ts";

/** Of files, and of folders, in one archive. */
const MOST = 500;

/** Files of somebody else's that are saved one after the other: more of them no browser lets a page save. */
const MOST_SHARED = 10;

/** Whether all of it can be had. Of what is somebody else's there are no archives. */
export const mayDownload = (chosen: Chosen, owner: string | undefined): boolean =>
  owner === undefined || (chosen.count <= MOST_SHARED && !chosen.mayHave("folder"));

/** A direct address of a file, whether its link is told or not. @throws {ApiError} */
export async function directAddress(
  { url, folderId, name }: Pick<FileItem, "url" | "folderId" | "name">,
  { inline, signal }: { inline?: true; signal?: AbortSignal } = {},
): Promise<string> {
  const named = url === "" ? { folder_id: folderId, filename: name } : { url };
  const asked = { ...named, ...(inline === undefined ? {} : { inline: 1 as const }) };
  return (await client.call("downloadGetToken", asked, { signal })).url;
}

/** More than one archive can name. */
export class TooManyError extends Error {
  override readonly name = "TooManyError";
  readonly most = MOST;
}

/**
 * Where the browser gets entries of a folder from: one file as it is, several and folders as one archive.
 * @throws {TooManyError}
 */
export async function downloadAddress(chosen: Chosen, folderId: number): Promise<string> {
  const { only, isWholeFolder } = chosen;
  if (only?.kind === "file") return `${only.url}&dl=1`;
  if (isWholeFolder) return (await client.entries.zip({ folderIds: [folderId], fileIds: [] })).url;
  const folderIds: number[] = [];
  const fileIds: string[] = [];
  for await (const part of chosen.parts()) {
    for (const entry of part) {
      if (entry.kind === "folder") folderIds.push(entry.id);
      else fileIds.push(entry.id);
    }
    if (folderIds.length > MOST || fileIds.length > MOST) throw new TooManyError();
  }
  const { url } = await client.entries.zip({ folderIds, fileIds });
  // In it is told, in the language of the page, what could not be put in; the origin of downloads sees no cookie.
  return `${url}?lg=${document.documentElement.lang}`;
}
