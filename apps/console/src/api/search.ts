import { client } from "./client.ts";
import { type Entry, toItem } from "./entries.ts";

/** The keys of all search queries begin with it. */
export const SEARCHES = ["search"];

/** The server's limit. */
export const LONGEST_SEARCH = 100;

export interface Found {
  entry: Entry;
  /** Its folder. */
  folderId: number;
  /** Names from the root to its folder. */
  path: readonly string[];
}

export interface FoundPart {
  found: readonly Found[];
  /** From here on. */
  count: number;
  hasMore: boolean;
  next: string | undefined;
}

/** Some of the entries with all these words in their names, in any folder. */
export async function searchAll(text: string, cursor: string | undefined, signal: AbortSignal): Promise<FoundPart> {
  const { matches, count, hasMore, next } = await client.entries.searchPage(text, 0, {
    cursor,
    signal,
    withThumbnails: true,
  });
  const toFound = ({ path, folderId, entry }: (typeof matches)[number]): Found => ({
    entry: toItem(entry),
    folderId,
    path: path.split("/").filter((name) => name !== ""),
  });
  return { found: matches.map(toFound), count, hasMore, next };
}
