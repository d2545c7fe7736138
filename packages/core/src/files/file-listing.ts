import { Listing, pagesByPosition } from "../listing.ts";
import type { ReadingRight } from "../policy/reading-right.ts";
import type { Repositories } from "../ports/database.ts";
import type { FileFilter, FilePosition } from "./file-repository.ts";
import type { ListedFile } from "./file.ts";

/** Which files: of a whole account, directly in a folder, or in a folder and everything below it. */
export type ListedPlace = { accountId: string } | { folderId: number } | { belowFolderId: number };

export interface ListingOptions extends FileFilter {
  newestFirst: boolean;
  /** The most files to list. */
  limit: number;
  /** Reading stops when this right ends. */
  right: ReadingRight;
  /** Leaves out files that the reader may not see. */
  isShown?: (file: ListedFile) => boolean;
}

type ListingRows = Pick<Repositories, "files" | "folders">;
type OnePlace = Exclude<ListedPlace, { belowFolderId: number }>;

export function listFiles(
  rows: ListingRows,
  place: ListedPlace,
  options: ListingOptions,
): Promise<Listing<ListedFile>> {
  if (!("belowFolderId" in place)) {
    return Listing.from(filePages(rows, place, options), () => countFiles(rows, place, options), options.right);
  }
  const folders = () => foldersFrom(rows, place.belowFolderId, options.right);
  const countAll = async () => {
    let count = 0;
    for await (const folderId of folders()) {
      count += await countFiles(rows, { folderId }, options);
      if (count >= options.limit) break;
    }
    return Math.min(count, options.limit);
  };
  return Listing.from(filesOfAll(rows, folders(), options), countAll, options.right);
}

const positionOf = ({ createdAt, id }: ListedFile): FilePosition => ({ createdAt, id });

function filePages({ files }: ListingRows, place: OnePlace, options: ListingOptions): AsyncGenerator<ListedFile[]> {
  const read = async (after: FilePosition | undefined, limit: number) => {
    await options.right.readOn();
    return "accountId" in place
      ? files.listByAccount(place.accountId, { ...options, after, limit })
      : files.listByFolder(place.folderId, { ...options, after, limit });
  };
  const pages = pagesByPosition(read, positionOf, options.limit);
  return options.isShown === undefined ? pages : onlyShown(pages, options.isShown);
}

async function* onlyShown(
  pages: AsyncGenerator<ListedFile[]>,
  isShown: (file: ListedFile) => boolean,
): AsyncGenerator<ListedFile[]> {
  for await (const page of pages) yield page.filter((file) => isShown(file));
}

/** Uses the counters, or walks through the index if only some files match. */
async function countFiles({ files, folders }: ListingRows, place: OnePlace, options: ListingOptions): Promise<number> {
  const { limit, createdAfter, createdBefore, right } = options;
  await right.readOn();
  if (createdAfter === undefined && createdBefore === undefined) {
    const usage =
      "accountId" in place ? await files.getUsage(place.accountId) : await folders.getCounters(place.folderId);
    return Math.min(usage.fileCount, limit);
  }
  const read = async (after: FilePosition | undefined, most: number) => {
    await right.readOn();
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

/** The folder itself, then its subfolders, level by level. */
async function* foldersFrom({ folders }: ListingRows, rootId: number, right: ReadingRight): AsyncGenerator<number> {
  const waiting = [rootId];
  for (let at = 0; at < waiting.length; at++) {
    const id = waiting[at] ?? rootId;
    yield id;
    const read = async (afterName: string | undefined, limit: number) => {
      await right.readOn();
      return folders.listChildren(id, { afterName, limit });
    };
    for await (const page of pagesByPosition(read, ({ name }) => name, Infinity)) {
      for (const child of page) waiting.push(child.id);
    }
  }
}
