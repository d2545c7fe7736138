import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { refusedPart } from "../calls/json-answer.ts";
import type { RefusedPart } from "../errors.ts";
import { type Entry, type EntrySort, type FileKind, toEntry } from "./entry.ts";
import { goneAreDone } from "./repeated-calls.ts";
import { present, readFlag } from "./wire-values.ts";

/** A folder by its id (0 is the root) or by its path, such as `/photos/2026`. */
export type FolderPlace = number | string;

export interface ListEntriesOptions extends ThumbnailOptions {
  /** Default `name`. Folders have no size and no downloads: in these orders they are sorted by name. */
  sort?: EntrySort | undefined;
  /** Largest or latest first. */
  isDescending?: boolean | undefined;
  /** Only entries with this text in their names; case and accents do not matter. */
  name?: string | undefined;
  /** Only folders, or only files. */
  kind?: Entry["kind"] | undefined;
  /** Only files of this kind. */
  fileKind?: FileKind | undefined;
  /** Only entries from this time, to the second, or later. */
  newerThan?: Date | undefined;
  /** Only entries from before this time, to the second. */
  olderThan?: Date | undefined;
}

export interface ListEntriesPageOptions extends ListEntriesOptions {
  /** Entries to skip. */
  offset?: number | undefined;
  /** In place of `offset`: `next` of an earlier page, with the same order. */
  cursor?: string | undefined;
  /** At most this many entries, up to 500, which is the default. */
  limit?: number | undefined;
}

export interface ThumbnailOptions extends CallOptions {
  /** Include the URLs of thumbnails of pictures. */
  withThumbnails?: boolean | undefined;
}

/** What the caller may do in somebody else's folder. */
export interface SharedRight {
  /** E-mail address of the owner. */
  owner: string;
  canWrite: boolean;
  /** Files in it are addressed by folder and name, not by links. */
  hidesLinks: boolean;
}

export interface EntriesPage {
  /** Folders before files. */
  entries: Entry[];
  /** Of all entries, or of those that match the filters. */
  total: { folders: number; files: number };
  /** 0 is the root. */
  folderId: number;
  /** `cursor` of the next page; undefined on the last one. */
  next: string | undefined;
  /** Undefined for one of your own folders. */
  shared: SharedRight | undefined;
}

export interface DescribedEntry {
  entry: Entry;
  /** Undefined if it is your own. */
  shared: SharedRight | undefined;
  /** From the root, which has id 0 and no name. */
  ancestors: { id: number; name: string }[];
}

export interface SearchMatch {
  /** The folder it is in, such as `/photos/2026`. */
  path: string;
  /** Id of that folder; 0 is the root. */
  folderId: number;
  entry: Entry;
}

export interface SearchPage {
  matches: SearchMatch[];
  /** Matches from the beginning of this page on, up to 1,000. */
  count: number;
  /** There are more than `count`. */
  hasMore: boolean;
  /** `cursor` of the next page; undefined on the last one. */
  next: string | undefined;
}

/** A file, or a folder by its id, and what to do with it. `withContents` removes a folder with everything in it. */
export type EntryChange = ({ fileId: string } | { folderId: number }) &
  (
    | { remove: true; withContents?: boolean | undefined }
    | { toFolderId: number; name?: string | undefined }
    | { name: string }
  );

/** What to do if another file, or for a folder another folder, has the name. */
export type OnConflict = "fail" | "skip" | "keepBoth" | "replace";

export interface ChangedEntry {
  /** `unchanged`: there was nothing to change; `skipped`: the name was taken. */
  outcome: "done" | "unchanged" | "skipped" | "failed";
  /** Its new name, or its name when it was removed; undefined if it failed, or if the answer with the name was lost. */
  name: string | undefined;
  /** For what was removed, its entry in the trash; undefined if the account keeps no trash. */
  trashId: number | undefined;
  /** Why it failed, as a call that fails in the same way reports it. */
  error: RefusedPart | undefined;
}

const MOST_CHANGES = 500;
const ways = { fail: "fail", skip: "skip", keepBoth: "keep_both", replace: "replace" } as const;

/** Folders and files together, in any order, starting anywhere. Consigne servers only. */
export class Entries {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Everything directly in a folder, fetched page by page. @throws {NotFoundError} no such folder */
  async *list(folder: FolderPlace = 0, options: ListEntriesOptions = {}): AsyncGenerator<Entry, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = await this.page(folder, { ...options, cursor });
      yield* page.entries;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  /** One page of what is directly in a folder, and how much there is. @throws {NotFoundError} no such folder */
  async page(folder: FolderPlace = 0, options: ListEntriesPageOptions = {}): Promise<EntriesPage> {
    const { sort, isDescending, name, kind, fileKind, newerThan, olderThan, withThumbnails, ...others } = options;
    const { offset, cursor, limit, ...callOptions } = others;
    const body = present({
      ...placeOf(folder),
      sort,
      order: isDescending === true ? ("desc" as const) : undefined,
      name,
      kind,
      file_kind: fileKind,
      newer_than: newerThan?.toISOString(),
      older_than: olderThan?.toISOString(),
      offset,
      cursor,
      limit,
      thumbnails: flagOf(withThumbnails),
    });
    const answer = await this.#caller.call("folderList", body, callOptions);
    return {
      entries: answer.entries.map(toEntry),
      total: answer.total,
      folderId: answer.folder_id,
      next: answer.next,
      shared: toRight(answer.shared),
    };
  }

  /**
   * A file or folder by its path or its id, with the folders above it.
   * @throws {NotFoundError} there is neither
   */
  async stat(
    entry: string | { folderId: number } | { fileId: string },
    options: ThumbnailOptions = {},
  ): Promise<DescribedEntry> {
    const { withThumbnails, ...callOptions } = options;
    const place =
      typeof entry === "string"
        ? { path: entry }
        : "fileId" in entry
          ? { file_id: entry.fileId }
          : { folder_id: entry.folderId };
    const body = present({ ...place, thumbnails: flagOf(withThumbnails) });
    const answer = await this.#caller.call("entryStat", body, callOptions);
    const ancestors = answer.ancestors.map(({ folder_id: id, name }) => ({ id, name }));
    return { entry: toEntry(answer.entry), ancestors, shared: toRight(answer.shared) };
  }

  /**
   * Files and folders below a folder whose names contain all words of `text`, fetched page by page; case and accents do
   * not matter.
   * @throws {NotFoundError} no such folder
   */
  async *search(
    text: string,
    folder: FolderPlace = 0,
    options: ThumbnailOptions = {},
  ): AsyncGenerator<SearchMatch, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = await this.searchPage(text, folder, { ...options, cursor });
      yield* page.matches;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  /**
   * Moves, renames or removes many files and folders, in the order given. One that is refused changes nothing, and the
   * others continue: there is a result for each. More than 500 are sent in several calls. A folder is removed only if
   * it is empty, or with `withContents`. What is removed goes to the trash.
   */
  async change(
    changes: readonly EntryChange[],
    options: CallOptions & { onConflict?: OnConflict | undefined } = {},
  ): Promise<ChangedEntry[]> {
    const { onConflict = "fail", ...callOptions } = options;
    const all: ChangedEntry[] = [];
    for (let begin = 0; begin < changes.length; begin += MOST_CHANGES) {
      const some = changes.slice(begin, begin + MOST_CHANGES).map(toWireChange);
      const body = { changes: some, on_conflict: ways[onConflict] };
      const results = await goneAreDone(
        callOptions,
        async (told) => (await this.#caller.call("batchChange", body, told)).results,
        (index) => "remove" in (some[index] ?? {}),
      );
      all.push(...results.map(toChanged));
    }
    return all;
  }

  /**
   * A URL to download folders, with everything in them, and files as one zip archive, which is created while it is sent.
   * It must be used within 5 minutes, and needs no key. Up to 500 folders and 500 files, including those that others
   * share with the account.
   * @throws {NotFoundError} one of them does not exist
   */
  async zip(
    chosen: { folderIds?: readonly number[] | undefined; fileIds?: readonly string[] | undefined },
    options: CallOptions = {},
  ): Promise<{ url: string; name: string }> {
    const { folderIds = [], fileIds = [] } = chosen;
    const body = present({
      folder_ids: folderIds.length === 0 ? undefined : [...folderIds],
      file_ids: fileIds.length === 0 ? undefined : [...fileIds],
    });
    const { url, name } = await this.#caller.call("folderZip", body, options);
    return { url, name };
  }

  /** One page of the results of a search, and how many there are. @throws {NotFoundError} no such folder */
  async searchPage(
    text: string,
    folder: FolderPlace = 0,
    options: ThumbnailOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Promise<SearchPage> {
    const { cursor, limit, withThumbnails, ...callOptions } = options;
    const body = present({ ...placeOf(folder), text, cursor, limit, thumbnails: flagOf(withThumbnails) });
    const answer = await this.#caller.call("entrySearch", body, callOptions);
    const matches = answer.matches.map(({ path, folder_id: folderId, entry }) => ({
      path,
      folderId,
      entry: toEntry(entry),
    }));
    return { matches, count: answer.count, hasMore: answer.has_more === 1, next: answer.next };
  }
}

const flagOf = (isSet: boolean | undefined) => (isSet === true ? (1 as const) : undefined);

type WireChanged = CallAnswer<"batchChange">["results"][number];

function toChanged(raw: Pick<WireChanged, "outcome"> & Partial<WireChanged>): ChangedEntry {
  return { outcome: raw.outcome, name: raw.name, trashId: raw.trash_id, error: refusedPart(raw.error) };
}

function toWireChange(change: EntryChange) {
  const entry = "fileId" in change ? { file_id: change.fileId } : { folder_id: change.folderId };
  if ("remove" in change) {
    const withContents = change.withContents === true && "folderId" in change;
    return { ...entry, remove: 1 as const, ...(withContents ? { with_contents: 1 as const } : {}) };
  }
  return present({ ...entry, name: change.name, to_folder_id: "toFolderId" in change ? change.toFolderId : undefined });
}

const placeOf = (folder: FolderPlace) => (typeof folder === "number" ? { folder_id: folder } : { path: folder });

function toRight(right: { email: string; rw: 0 | 1; hide_links: 0 | 1 } | undefined): SharedRight | undefined {
  if (right === undefined) return undefined;
  return { owner: right.email, canWrite: readFlag(right.rw), hidesLinks: readFlag(right.hide_links) };
}
