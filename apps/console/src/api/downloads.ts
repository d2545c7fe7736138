import { client } from "./client.ts";
import type { Entry } from "./entries.ts";

/** Where the browser gets entries from: one file as it is, several and folders as one archive. */
export async function downloadAddress(entries: readonly Entry[]): Promise<string> {
  const [first] = entries;
  if (first?.kind === "file" && entries.length === 1) return `${first.url}&dl=1`;
  const folderIds: number[] = [];
  const fileIds: string[] = [];
  for (const entry of entries) {
    if (entry.kind === "folder") folderIds.push(entry.id);
    // The id of a file is the query of its link.
    else fileIds.push(new URL(entry.url).search.slice(1));
  }
  return (await client.entries.zip({ folderIds, fileIds })).url;
}
