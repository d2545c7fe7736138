import { client } from "./client.ts";
import { type Entry, toItem } from "./entries.ts";

/** What the server takes. */
export const LONGEST_SEARCH = 100;

export interface Found {
  entry: Entry;
  /** Names from the root to the folder in which it lies. */
  path: readonly string[];
}

export interface FoundPart {
  found: readonly Found[];
  /** From here on. */
  count: number;
  hasMore: boolean;
  next: string | undefined;
}

/** Some of what has all these words in its name, wherever it lies. */
export async function searchAll(text: string, cursor: string | undefined, signal: AbortSignal): Promise<FoundPart> {
  const { found, count, hasMore, next } = await client.entries.searchPage(text, 0, {
    cursor,
    signal,
    withThumbnails: true,
  });
  const toFound = ({ path, entry }: (typeof found)[number]): Found => ({
    entry: toItem(entry),
    path: path.split("/").filter((name) => name !== ""),
  });
  return { found: found.map(toFound), count, hasMore, next };
}
