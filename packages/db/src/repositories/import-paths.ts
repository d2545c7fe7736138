import type { ImportEntry } from "@consigne/core";
import type { RowSource } from "../row-source.ts";
import { readParts } from "./batches.ts";

/** The way down to the folders that entries lie in, read level by level upwards, whatever the number of entries. */
export async function importPaths(
  read: RowSource["read"],
  importId: number,
  entries: readonly ImportEntry[],
): Promise<(place: number | undefined) => string> {
  const folders = new Map<number, { parent: number; name: string }>();
  // The beginning, at 0, has no name.
  let wanted = new Set(entries.flatMap(({ parent = 0 }) => (parent > 0 ? parent : [])));
  while (wanted.size > 0) {
    const found = await readParts([...wanted], (places) =>
      read
        .selectFrom("import_entries")
        .select(["place", "parent", "name"])
        .where("import_id", "=", importId)
        .where("place", "in", places)
        .execute(),
    );
    for (const { place, parent, name } of found) folders.set(place, { parent: parent ?? 0, name });
    const above = found.flatMap(({ parent }) => (parent === null || parent === 0 || folders.has(parent) ? [] : parent));
    wanted = new Set(above);
  }
  return (place) => {
    const names: string[] = [];
    for (let folder = folders.get(place ?? 0); folder !== undefined; folder = folders.get(folder.parent)) {
      names.unshift(folder.name);
    }
    return names.join("/");
  };
}
