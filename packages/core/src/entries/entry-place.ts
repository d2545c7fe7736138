import { DomainError, isDomainError } from "../errors.ts";
import { admitToManageFile, type FileAccessRows } from "../files/file-access.ts";
import { withPictures } from "../files/names.ts";
import {
  type AdmittedFolder,
  admitToFolder,
  admitToSeeFolder,
  type AncestrySource,
  type FolderReference,
  type SeenFolder,
} from "../folders/folder-access.ts";
import type { FolderRepository } from "../folders/folder-repository.ts";
import type { Actor } from "../policy/actor.ts";

/** A folder by its id, or by its path below the root that the caller sees, such as `/photos/2026`. */
export type FolderPlace = FolderReference | { readonly path: string };

/** A folder or file: by its id, or by its path as above. */
export type EntryReference =
  | { readonly folder: FolderReference }
  | { readonly fileId: string }
  | { readonly path: string };

export type AdmittedEntry =
  | { readonly kind: "folder"; readonly admitted: SeenFolder }
  | { readonly kind: "file"; readonly fileId: string; readonly folder: SeenFolder };

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

/**
 * Like `admitToPlace`, for reading only; an id may also be that of a folder shared with the actor. @throws as
 * `admitToPlace`
 */
export function admitToSeePlace(
  rows: PlaceRows & Pick<FileAccessRows, "folderShares">,
  actor: Actor,
  place: FolderPlace,
  now: Date,
): Promise<SeenFolder> {
  return typeof place === "object" ? admitToPlace(rows, actor, place, now) : admitToSeeFolder(rows, actor, place, now);
}

/**
 * A path leads to the folder of that name if there is one, else to the newest file. A path ending in `/` always leads
 * to a folder.
 * @throws {DomainError} `folder-not-found`, `file-not-found`, `not-authenticated`
 */
export async function admitToEntry(
  rows: PlaceRows & FileAccessRows,
  actor: Actor,
  reference: EntryReference,
  now: Date,
): Promise<AdmittedEntry> {
  if ("folder" in reference)
    return { kind: "folder", admitted: await admitToSeeFolder(rows, actor, reference.folder, now) };
  if ("fileId" in reference) return seeFile(rows, actor, reference.fileId, now);
  const names = namesOf(reference.path);
  const name = names.pop();
  const { folder } = await admitToPlace(rows, actor, { path: names.join("/") }, now);
  const folderId = name === undefined ? folder.id : await findFolder(rows, folder.id, name);
  if (folderId !== undefined) return { kind: "folder", admitted: await admitToFolder(rows, actor, folderId, now) };
  if (name === undefined || reference.path.endsWith("/")) throw notThere();
  const { file } = await admitToManageFile(rows, actor, { folder: folder.id, name }, now);
  return seeFile(rows, actor, file.id, now);
}

/** A file in a folder that the actor may see. If its link is hidden from the actor, no id finds it. */
async function seeFile(rows: FileAccessRows, actor: Actor, fileId: string, now: Date): Promise<AdmittedEntry> {
  const folderId = (await rows.files.findById(fileId))?.folderId;
  try {
    const folder = folderId === undefined ? undefined : await admitToSeeFolder(rows, actor, folderId, now);
    if (folder !== undefined && folder.shared?.hidesLinks !== true) return { kind: "file", fileId, folder };
  } catch (error) {
    if (!isDomainError(error, "folder-not-found")) throw error;
  }
  throw new DomainError("file-not-found", "There is no such file, or you have no access to it.");
}

/**
 * Control characters in names are stored as their pictures; older names may still contain the characters themselves.
 */
async function findFolder({ folders }: PlaceRows, parentId: number, name: string): Promise<number | undefined> {
  const stored = withPictures(name);
  const found = await folders.findChild(parentId, stored);
  if (found !== undefined || stored === name) return found?.id;
  return (await folders.findChild(parentId, name))?.id;
}

const notThere = () => new DomainError("folder-not-found", "There is no such folder, or you have no access to it.");
