import type { ImportEntry } from "@consigne/core";
import type { RowSource } from "../row-source.ts";
import { readParts } from "./batches.ts";

/** More than local folders have. A plan makes none, and a source may claim that a folder contains itself. */
const MOST_LEVELS = 120;

/** The paths of entries, read level by level upwards, however many entries there are. */
export async function importPaths(
  read: RowSource["read"],
  importId: number,
  entries: readonly ImportEntry[],
): Promise<(place: number | undefined) => string> {
  const folders = new Map<number, { parent: number; name: string }>();
  // The starting folder, at 0, has no name.
  let wanted = new Set(entries.flatMap(({ parent = 0 }) => (parent > 0 ? parent : [])));
  for (let level = 0; level < MOST_LEVELS && wanted.size > 0; level++) {
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
    let folder = folders.get(place ?? 0);
    for (let level = 0; level < MOST_LEVELS && folder !== undefined; level++) {
      names.unshift(folder.name);
      folder = folders.get(folder.parent);
    }
    return names.join("/");
  };
}
