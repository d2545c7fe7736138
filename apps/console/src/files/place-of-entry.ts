import { type FolderView, listFolder } from "../api/entries.ts";

const AT_ONCE = 500;
/** In a longer folder, a search result is not scrolled to. */
const MOST_LOOKED_AT = 20_000;

/** The position of an entry in the list; undefined if it is missing, or too far down to search for. */
export async function placeOfEntry(view: FolderView, key: string): Promise<number | undefined> {
  for (let offset = 0; offset < MOST_LOOKED_AT; offset += AT_ONCE) {
    const { entries } = await listFolder(view, { offset, limit: AT_ONCE });
    const at = entries.findIndex((entry) => entry.key === key);
    if (at !== -1) return offset + at;
    if (entries.length < AT_ONCE) return undefined;
  }
  return undefined;
}
