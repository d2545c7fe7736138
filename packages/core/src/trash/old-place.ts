import { findNumberedName, isNameTaken, type NamedKind } from "../entries/free-name.ts";
import { ArgumentError, isDomainError } from "../errors.ts";
import { admitToFolder, type AdmittedFolder, type FolderReference } from "../folders/folder-access.ts";
import { makeFolder } from "../folders/folder-service.ts";
import type { Actor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { TrashedPlace } from "./trash.ts";

export interface RestoringCall {
  readonly rows: Repositories;
  readonly caller: Actor;
  readonly maxEntries: number;
  /** The entry being restored. */
  readonly entryId: number;
  readonly now: Date;
}

/**
 * The folder that contained the entry: found by its id, even if it was moved or renamed since; if it is gone, recreated
 * below the nearest remaining one, with the old names.
 * @throws {DomainError} `folder-too-deep`, `quota-exceeded`
 */
export async function findOldPlace(call: RestoringCall, place: readonly TrashedPlace[]): Promise<AdmittedFolder> {
  const names: string[] = [];
  for (const { id, name } of place.toReversed()) {
    const found = await findUsable(call, id);
    if (found !== undefined) return makeBelow(call, found, names);
    names.unshift(name);
  }
  return admitToFolder(call.rows, call.caller, "root", call.now);
}

/** An existing folder that may be used; not one that was moved out of the key's folder. */
export async function findUsable(
  { rows, caller, now }: RestoringCall,
  reference: FolderReference,
): Promise<AdmittedFolder | undefined> {
  try {
    return await admitToFolder(rows, caller, reference, now);
  } catch (error) {
    if (isDomainError(error, "folder-not-found")) return undefined;
    throw error;
  }
}

async function makeBelow(call: RestoringCall, from: AdmittedFolder, names: readonly string[]): Promise<AdmittedFolder> {
  const { rows, caller, maxEntries, entryId: spared, now } = call;
  let admitted = from;
  for (const name of names) {
    const parent = admitted.folder.id;
    const { id } =
      (await rows.folders.findChild(parent, name)) ??
      (await makeFolder(rows, caller, { parent, name, maxEntries, spared, now }));
    admitted = await admitToFolder(rows, caller, id, now);
  }
  return admitted;
}

/** Its name or, if that is taken, a numbered one: nothing created since is touched. */
export async function freeNameFor(
  { rows }: Pick<RestoringCall, "rows">,
  kind: NamedKind,
  folderId: number,
  wanted: string,
): Promise<string> {
  if (!(await isNameTaken(rows, kind, folderId, wanted))) return wanted;
  const found = await findNumberedName(rows, kind, folderId, { wanted });
  if (found !== undefined) return found.name;
  throw new ArgumentError(
    "too-many-same-names",
    `Too many entries there are named ${wanted}; rename some of them first.`,
    wanted,
  );
}
