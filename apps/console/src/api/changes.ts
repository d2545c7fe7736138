import { client } from "./client.ts";
import type { Entry } from "./entries.ts";

/** How far a change of several entries came. */
export interface Outcome {
  done: readonly Entry[];
  /** Why not the others; the first reason. */
  failure: unknown;
}

export async function makeFolder(parentId: number, name: string): Promise<void> {
  await client.folders.create(name, { parentId });
}

export async function renameEntry(entry: Entry, name: string): Promise<void> {
  if (entry.kind === "folder") await client.folders.move(entry.id, { name });
  else await client.files.rename([{ url: entry.url, name }]);
}

export function moveEntries(entries: readonly Entry[], toFolderId: number): Promise<Outcome> {
  return changeEach(entries, {
    files: (urls) => client.files.move(urls, { toFolderId }),
    folder: (id) => client.folders.move(id, { toFolderId }),
  });
}

export function removeEntries(entries: readonly Entry[]): Promise<Outcome> {
  return changeEach(entries, {
    files: (urls) => client.files.remove(urls),
    folder: (id) => client.folders.remove(id),
  });
}

/** Files in one call, folders one by one; what fails stops nothing else. */
async function changeEach(
  entries: readonly Entry[],
  change: { files(urls: readonly string[]): Promise<unknown>; folder(id: number): Promise<unknown> },
): Promise<Outcome> {
  const done: Entry[] = [];
  let failure: unknown;
  const attempt = async (part: readonly Entry[], work: () => Promise<unknown>) => {
    try {
      await work();
      done.push(...part);
    } catch (error) {
      failure ??= error;
    }
  };
  const files = entries.filter((entry) => entry.kind === "file");
  if (files.length > 0) await attempt(files, () => change.files(files.map(({ url }) => url)));
  for (const entry of entries) if (entry.kind === "folder") await attempt([entry], () => change.folder(entry.id));
  return { done, failure };
}
