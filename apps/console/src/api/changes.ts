import { client } from "./client.ts";
import type { Entry } from "./entries.ts";

/** How far a change of several entries came. */
export interface Outcome {
  done: readonly Entry[];
  /** Why not the others; the first reason. */
  failure: unknown;
  /** What brings back what was removed. */
  trashIds: readonly number[];
}

export async function makeFolder(parentId: number, name: string): Promise<void> {
  await client.folders.create(name, { parentId });
}

export async function renameEntry(entry: Entry, name: string): Promise<void> {
  if (entry.kind === "folder") await client.folders.move(entry.id, { name });
  else await client.files.rename([{ url: entry.url, name }]);
}

/** A change of one entry among several that the server refuses. */
export class RefusedChangeError extends Error {
  override readonly name = "RefusedChangeError";
  readonly status: number;

  constructor({ status, message }: { status: number; message: string }) {
    super(message);
    this.status = status;
  }
}

/** Folders are removed with all that lies in them. */
type Change = { toFolderId: number } | { remove: true; withContents: true };

export const moveEntries = (entries: readonly Entry[], toFolderId: number): Promise<Outcome> =>
  changeAll(entries, { toFolderId });

export const removeEntries = (entries: readonly Entry[]): Promise<Outcome> =>
  changeAll(entries, { remove: true, withContents: true });

/** As many as the server changes in one call: what follows a call that failed is not tried. */
const AT_ONCE = 500;

async function changeAll(entries: readonly Entry[], change: Change): Promise<Outcome> {
  const done: Entry[] = [];
  const trashIds: number[] = [];
  let failure: unknown;
  try {
    for (let begin = 0; begin < entries.length; begin += AT_ONCE) {
      const some = entries.slice(begin, begin + AT_ONCE);
      const results = await client.entries.change(some.map((entry) => ({ ...referenceTo(entry), ...change })));
      for (const [at, { error, trashId }] of results.entries()) {
        const entry = some[at];
        if (trashId !== undefined) trashIds.push(trashId);
        if (error !== undefined) failure ??= new RefusedChangeError(error);
        else if (entry !== undefined) done.push(entry);
      }
    }
  } catch (error) {
    failure ??= error;
  }
  return { done, failure, trashIds };
}

const referenceTo = (entry: Entry) => (entry.kind === "folder" ? { folderId: entry.id } : { fileId: entry.id });
