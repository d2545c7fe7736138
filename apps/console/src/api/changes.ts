import { client } from "./client.ts";
import type { Chosen } from "../files/chosen.ts";
import type { Entry } from "./entries.ts";
import { RefusedChangeError } from "./own-errors.ts";

/** The result of changing several entries. */
export interface Outcome {
  doneCount: number;
  /** Changed entries, up to 10,000. */
  done: readonly Entry[];
  /** Whether that is all of them, so that the change can be undone. */
  isUndoable: boolean;
  /** Why the others failed; the first reason. */
  failure: unknown;
  /** Restores what was removed. */
  trashIds: readonly number[];
}

export async function makeFolder(parentId: number, name: string): Promise<void> {
  await client.folders.create(name, { parentId });
}

/** In somebody else's folder: there, folders cannot be moved by their paths. @throws {RefusedChangeError} */
export async function renameByBatch(entry: Entry, name: string): Promise<void> {
  const [result] = await client.entries.change([{ ...referenceTo(entry), name }]);
  if (result?.error !== undefined) throw new RefusedChangeError(result.error);
}

export async function renameEntry(entry: Entry, name: string): Promise<void> {
  if (entry.kind === "folder") await client.folders.move(entry.id, { name });
  else await client.files.rename([{ url: entry.url, name }]);
}

/** Folders are removed with everything in them. */
type Change = { toFolderId: number } | { remove: true; withContents: true };

export const moveEntries = (chosen: Chosen, toFolderId: number): Promise<Outcome> => changeAll(chosen, { toFolderId });

export const removeEntries = (chosen: Chosen): Promise<Outcome> =>
  changeAll(chosen, { remove: true, withContents: true });

/** Changes to more entries cannot be undone at once. */
const MOST_UNDONE = 10_000;

/** In portions of what the server changes in one call: after a failed call the rest is not tried. */
async function changeAll(chosen: Chosen, change: Change): Promise<Outcome> {
  const done: Entry[] = [];
  const trashIds: number[] = [];
  let doneCount = 0;
  let failure: unknown;
  try {
    for await (const some of chosen.parts()) {
      const results = await client.entries.change(some.map((entry) => ({ ...referenceTo(entry), ...change })));
      for (const [at, { error, trashId }] of results.entries()) {
        const entry = some[at];
        if (error !== undefined) failure ??= new RefusedChangeError(error);
        else if (entry !== undefined) {
          doneCount += 1;
          if (done.length < MOST_UNDONE) done.push(entry);
          if (trashId !== undefined && trashIds.length < MOST_UNDONE) trashIds.push(trashId);
        }
      }
    }
  } catch (error) {
    failure ??= error;
  }
  return { done, doneCount, isUndoable: doneCount === done.length, failure, trashIds };
}

const referenceTo = (entry: Entry) => (entry.kind === "folder" ? { folderId: entry.id } : { fileId: entry.id });
