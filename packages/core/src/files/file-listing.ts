import { Listing, pagesByPosition } from "../listing.ts";
import type { Repositories } from "../ports/database.ts";
import type { FileFilter, FilePosition } from "./file-repository.ts";
import type { ListedFile } from "./file.ts";

/** Which files: of a whole account, directly in a folder, or in a folder and all below it. */
export type ListedPlace = { accountId: string } | { folderId: number } | { belowFolderId: number };

export interface ListingOptions extends FileFilter {
  newestFirst: boolean;
  /** Most files listed. */
  limit: number;
  /** Aborts when nobody waits for the list any more: then nothing more of it is read. */
  signal?: AbortSignal | undefined;
}

type ListingRows = Pick<Repositories, "files" | "folders">;
type OnePlace = Exclude<ListedPlace, { belowFolderId: number }>;

export function listFiles(
  rows: ListingRows,
  place: ListedPlace,
  options: ListingOptions,
): Promise<Listing<ListedFile>> {
  if (!("belowFolderId" in place)) {
    return Listing.from(filePages(rows, place, options), () => countFiles(rows, place, options));
  }
  const folders = () => foldersFrom(rows, place.belowFolderId, options.signal);
  return Listing.from(filesOfAll(rows, folders(), options), async () => {
    let count = 0;
    for await (const folderId of folders()) {
      count += await countFiles(rows, { folderId }, options);
      if (count >= options.limit) break;
    }
    return Math.min(count, options.limit);
  });
}

const positionOf = ({ createdAt, id }: ListedFile): FilePosition => ({ createdAt, id });

function filePages({ files }: ListingRows, place: OnePlace, options: ListingOptions): AsyncGenerator<ListedFile[]> {
  const read = (after: FilePosition | undefined, limit: number) => {
    options.signal?.throwIfAborted();
    return "accountId" in place
      ? files.listByAccount(place.accountId, { ...options, after, limit })
      : files.listByFolder(place.folderId, { ...options, after, limit });
  };
  return pagesByPosition(read, positionOf, options.limit);
}

/** By the counters, or by a walk through the index where only some are meant. */
async function countFiles({ files, folders }: ListingRows, place: OnePlace, options: ListingOptions): Promise<number> {
  const { limit, createdAfter, createdBefore, signal } = options;
  signal?.throwIfAborted();
  if (createdAfter === undefined && createdBefore === undefined) {
    const usage =
      "accountId" in place ? await files.getUsage(place.accountId) : await folders.getCounters(place.folderId);
    return Math.min(usage.fileCount, limit);
  }
  const read = (after: FilePosition | undefined, most: number) => {
    signal?.throwIfAborted();
    return files.listPositions(place, { ...options, after, limit: most });
  };
  let count = 0;
  for await (const page of pagesByPosition(read, (position) => position, limit)) count += page.length;
  return count;
}

async function* filesOfAll(
  rows: ListingRows,
  folders: AsyncIterable<number>,
  options: ListingOptions,
): AsyncGenerator<ListedFile[]> {
  let left = options.limit;
  for await (const folderId of folders) {
    for await (const page of filePages(rows, { folderId }, { ...options, limit: left })) {
      yield page;
      left -= page.length;
    }
    if (left <= 0) return;
  }
}

/** The folder itself, then those in it, level by level. */
async function* foldersFrom(
  { folders }: ListingRows,
  rootId: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<number> {
  const waiting = [rootId];
  for (let at = 0; at < waiting.length; at++) {
    const id = waiting[at] ?? rootId;
    yield id;
    const read = (afterName: string | undefined, limit: number) => {
      signal?.throwIfAborted();
      return folders.listChildren(id, { afterName, limit });
    };
    for await (const page of pagesByPosition(read, ({ name }) => name, Infinity)) {
      for (const child of page) waiting.push(child.id);
    }
  }
}
