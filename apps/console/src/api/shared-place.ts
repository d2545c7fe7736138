import { isNotFoundError } from "@consigne/sdk";
import { client } from "./client.ts";
import { FolderGoneError } from "./entries.ts";
import type { Place } from "./place.ts";

/** Data about shares is requested again when one of them begins, ends or changes its rights. */
export const SHARE = "share";

/** Where a folder is within what somebody else shares. @throws {FolderGoneError} if nobody shares such a folder */
export async function sharedPlace(folderId: number): Promise<Place> {
  const { entry, ancestors, shared } = await described(folderId);
  const [top, ...others] = [...ancestors, { id: folderId, name: entry.name }];
  if (shared === undefined || top === undefined) throw new FolderGoneError(entry.name);
  return { kind: "shared", steps: [top, ...others], right: shared };
}

async function described(folderId: number) {
  try {
    return await client.entries.stat({ folderId });
  } catch (error) {
    throw isNotFoundError(error) ? new FolderGoneError(String(folderId)) : error;
  }
}
