import { DomainError } from "../errors.ts";
import { withPictures } from "../files/names.ts";
import {
  admitToFolder,
  type AdmittedFolder,
  type AncestrySource,
  type FolderReference,
} from "../folders/folder-access.ts";
import type { FolderRepository } from "../folders/folder-repository.ts";
import type { Actor } from "../policy/actor.ts";

/** A folder by its id, or by its path below what the caller sees as the root, such as `/photos/2026`. */
export type FolderPlace = FolderReference | { readonly path: string };

/** Where folders are looked up. */
export interface PlaceRows {
  readonly folders: AncestrySource & Pick<FolderRepository, "findChild">;
}

const namesOf = (path: string): string[] => path.split("/").filter((name) => name !== "");

/** @throws {DomainError} `folder-not-found`, `not-authenticated` */
export async function admitToPlace(
  rows: PlaceRows,
  actor: Actor,
  place: FolderPlace,
  now: Date,
): Promise<AdmittedFolder> {
  if (typeof place !== "object") return admitToFolder(rows, actor, place, now);
  const root = await admitToFolder(rows, actor, "root", now);
  const names = namesOf(place.path);
  if (names.length === 0) return root;
  let { id }: { id: number } = root.folder;
  for (const name of names) {
    const found = await findFolder(rows, id, name);
    if (found === undefined) throw notThere();
    id = found;
  }
  return admitToFolder(rows, actor, id, now);
}

/** Names are kept with pictures for control characters; an older name may still hold the characters themselves. */
async function findFolder({ folders }: PlaceRows, parentId: number, name: string): Promise<number | undefined> {
  const kept = withPictures(name);
  const found = await folders.findChild(parentId, kept);
  if (found !== undefined || kept === name) return found?.id;
  return (await folders.findChild(parentId, name))?.id;
}

const notThere = () => new DomainError("folder-not-found", "There is no such folder, or it is not yours to see.");
