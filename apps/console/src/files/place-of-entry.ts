import { type FolderView, listFolder } from "../api/entries.ts";

const AT_ONCE = 500;
/** Whoever comes from a search to a longer folder begins at its top. */
const MOST_LOOKED_AT = 20_000;

/** Where an entry stands in the list; undefined where it does not, or too far down to be looked for. */
export async function placeOfEntry(view: FolderView, key: string): Promise<number | undefined> {
  for (let offset = 0; offset < MOST_LOOKED_AT; offset += AT_ONCE) {
    const { entries } = await listFolder(view, { offset, limit: AT_ONCE });
    const at = entries.findIndex((entry) => entry.key === key);
    if (at !== -1) return offset + at;
    if (entries.length < AT_ONCE) return undefined;
  }
  return undefined;
}
