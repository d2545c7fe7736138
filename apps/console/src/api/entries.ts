import { isBadRequestError, isConflictError, isNotFoundError, type SharedRight, toRemoteName } from "@consigne/sdk";
import { client } from "./client.ts";
import { addNewest } from "./newest-files.ts";
import { nameOfPlace, type Place, wirePlace } from "./place.ts";

/** What a list shows about a file. */
export interface FileItem {
  kind: "file";
  /** Unique among files and folders. */
  key: string;
  id: string;
  name: string;
  /** Id of its folder. */
  folderId: number;
  /** "" if its owner hides it. */
  url: string;
  sizeBytes: number;
  date: Date;
  contentType: string | undefined;
  whirlpool: string | undefined;
  downloads: number;
  hasPassword: boolean;
  isRestricted: boolean;
  /** Its own link no longer works for anybody else. */
  isLinkInactive: boolean;
  isDamaged: boolean;
  isBlocked: boolean;
  /** Only for pictures. */
  thumbnailUrl: string | undefined;
}

/** What a list shows about a folder. */
export interface FolderItem {
  kind: "folder";
  key: string;
  id: number;
  name: string;
  date: Date;
  hasPassword: boolean;
  /** Number of direct subfolders. */
  folderCount: number;
}

export type Entry = FileItem | FolderItem;

/** `isNew`: just made, and so empty. */
export interface EnsuredFolder {
  readonly id: number;
  readonly isNew: boolean;
}

export type SortKey = "name" | "date" | "size" | "downloads";

export interface FolderView {
  place: Place;
  sort: SortKey;
  order: "asc" | "desc";
  /** Part of a name, ignoring case; "" for all. */
  filter: string;
  /** Leaves files out. */
  kind?: "folder";
}

export interface FolderPart {
  folderId: number;
  total: number;
  /** Number of folders among all of them. */
  folderCount: number;
  entries: readonly Entry[];
  /** What the user may do in it, if it belongs to somebody else. */
  shared: SharedRight | undefined;
}

/** A path that leads to no folder. */
export class FolderGoneError extends Error {
  override readonly name = "FolderGoneError";
  readonly folderName: string;

  constructor(folderName: string) {
    super(`There is no folder ${folderName}.`);
    this.folderName = folderName;
  }
}

/** The server's limit. */
const LONGEST_FILTER = 100;

/** Part of a folder in the order of the view: the server sorts, filters and counts. */
export async function listFolder(
  { place, sort, order, filter, kind }: FolderView,
  { offset, limit }: { offset: number; limit: number },
): Promise<FolderPart> {
  try {
    const name = filter.slice(0, LONGEST_FILTER);
    const page = await client.entries.page(wirePlace(place), {
      sort,
      isDescending: order === "desc",
      offset,
      limit,
      ...(kind === undefined ? { withThumbnails: true } : { kind }),
      ...(name === "" ? {} : { name }),
    });
    const { folders, files } = page.total;
    const { folderId, shared } = page;
    return { folderId, total: folders + files, folderCount: folders, entries: page.entries.map(toItem), shared };
  } catch (error) {
    throw isNotFoundError(error) ? new FolderGoneError(nameOfPlace(place) ?? "") : error;
  }
}

/** Everything in a view, page by page. Sorted by name, so that entries moved or removed meanwhile hide nothing. */
export async function* listEntries({ place, filter }: FolderView): AsyncGenerator<Entry, void, undefined> {
  const name = filter.slice(0, LONGEST_FILTER);
  for await (const entry of client.entries.list(wirePlace(place), name === "" ? {} : { name })) yield toItem(entry);
}

/** Links of the files in a folder by name, ids of those without one: if several have the same name, of the newest. */
export async function filesIn(folderId: number): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, { name: string; date: Date; link: string }>();
  for await (const entry of client.entries.list(folderId)) {
    if (entry.kind !== "file") continue;
    const { name, uploadedAt: date, url, id } = entry;
    addNewest(files, { name, date, link: url === "" ? id : url });
  }
  return new Map([...files].map(([name, { link }]) => [name, link]));
}

/** The folder with this name in another one, made if missing; in a new one it is not searched for. */
export async function ensureFolderIn(
  { id: parentId, isNew: isParentNew }: EnsuredFolder,
  wanted: string,
): Promise<EnsuredFolder> {
  const name = toRemoteName(wanted);
  const found = isParentNew ? undefined : await findFolderIn(parentId, name);
  if (found !== undefined) return { id: found, isNew: false };
  try {
    return { id: (await client.folders.create(name, { parentId })).id, isNew: true };
  } catch (error) {
    // Somebody else has made it meanwhile.
    const existing = isConflictError(error) ? await findFolderIn(parentId, name) : undefined;
    if (existing === undefined) throw error;
    return { id: existing, isNew: false };
  }
}

async function findFolderIn(parentId: number, name: string): Promise<number | undefined> {
  for await (const entry of client.entries.list(parentId, { name: name.slice(0, LONGEST_FILTER) })) {
    // Folders come first.
    if (entry.kind === "file") return undefined;
    if (entry.name === name) return entry.id;
  }
  return undefined;
}

/** Finds a folder by a typed path, with or without a leading slash; undefined if there is none. */
export async function findFolderId(path: string): Promise<number | undefined> {
  try {
    const { entry } = await client.entries.stat(path.startsWith("/") ? path : `/${path}`);
    return entry.kind === "folder" ? entry.id : undefined;
  } catch (error) {
    if (isNotFoundError(error) || isBadRequestError(error)) return undefined;
    throw error;
  }
}

type Listed = Awaited<ReturnType<typeof client.entries.page>>["entries"][number];

export function toItem(entry: Listed): Entry {
  if (entry.kind === "folder") {
    const { id, name, createdAt, hasPassword, folderCount } = entry;
    return { kind: "folder", key: `folder:${id}`, id, name, date: createdAt, hasPassword, folderCount };
  }
  return { ...entry, key: `file:${entry.id}`, date: entry.uploadedAt };
}
