import type { EntryPosition } from "./entry-repository.ts";
import type { Entry, EntrySort } from "./entry.ts";
import { sortName } from "./sort-name.ts";

/** The position of an entry, after which a listing continues. */
export interface EntryCursor extends EntryPosition {
  readonly kind: Entry["kind"];
}

/** The position in a sort order. */
export function positionOf(entry: Entry, sort: EntrySort): EntryPosition {
  if (entry.kind === "folder") {
    const { id, name, createdAt } = entry.folder;
    return { id, key: sort === "date" ? createdAt.getTime() : sortName(name) };
  }
  const { id, name, createdAt, sizeBytes, downloads } = entry.file;
  const keys = { name: sortName(name), date: createdAt.getTime(), size: sizeBytes, downloads };
  return { id, key: keys[sort] };
}
