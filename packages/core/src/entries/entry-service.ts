import { createHash } from "node:crypto";
import { ArgumentError, DomainError } from "../errors.ts";
import { ManyFilesPlaces } from "../files/many-files-places.ts";
import { asShared, isActorsRoot, type SeenFolder } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { type Reader, readerNow } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { SharedRight } from "../shares/folder-share.ts";
import { admitToEntry, admitToSeePlace, type EntryReference, type FolderPlace } from "./entry-place.ts";
import type { EntryCondition } from "./entry-repository.ts";
import { EntrySearch, type FoundEntries, type SearchQuery } from "./entry-search.ts";
import { type EntryCursor, positionOf } from "./entry-position.ts";
import type { Entry, EntryOrder } from "./entry.ts";
import { type FileKind, fileKinds } from "./file-kinds.ts";
import { foldedName } from "./sort-name.ts";

/** Listings that examine fewer entries than this do not queue. */
const FEW_ENTRIES = 20_000;

export interface EntryFilter {
  /** Part of a name; ignores case and accents. */
  readonly namePart?: string | undefined;
  readonly kind?: Entry["kind"] | undefined;
  /** Only files of this kind. */
  readonly fileKind?: FileKind | undefined;
  /** Inclusive. */
  readonly createdAfter?: Date | undefined;
  /** Exclusive. */
  readonly createdBefore?: Date | undefined;
}

export interface EntryQuery extends EntryOrder {
  readonly filter: EntryFilter;
  /** Skips this many entries, or starts after the position of a cursor. */
  readonly start: number | EntryCursor;
  readonly limit: number;
}

export interface EntryPage {
  readonly folder: Folder;
  readonly isRoot: boolean;
  /** Counts all entries, or those that match the filter. */
  readonly totals: { readonly folders: number; readonly files: number };
  /** Folders come before files. */
  readonly entries: readonly Entry[];
  /** Undefined at the end. */
  readonly next: EntryCursor | number | undefined;
  /** What the caller may do in it, if it belongs to somebody else. */
  readonly shared: SharedRight | undefined;
}

export interface DescribedEntry {
  readonly entry: Entry;
  readonly above: readonly Folder[];
  /** What the caller may do there, if it belongs to somebody else. */
  readonly shared: SharedRight | undefined;
}

/** Folders and files together, as file managers show them. */
export class EntryService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #walks = new ManyFilesPlaces();
  readonly #search: EntrySearch;

  constructor(input: { database: Database; clock: Clock }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#search = new EntrySearch({ ...input, walks: this.#walks });
  }

  /**
   * The entries directly in a folder, from any position on.
   * @throws {DomainError} `folder-not-found`, `bad-argument` for a cursor that no answer contained, `too-busy` when many
   *   entries must be examined and too many others wait
   * @throws what the policy says by then, if it had to wait, and the reason of the reader's signal
   */
  async list(actor: Actor, place: FolderPlace, query: EntryQuery, { signal, needs }: Reader = {}): Promise<EntryPage> {
    const rows = this.#database;
    let admitted = await admitToSeePlace(rows, actor, place, this.#clock.now());
    const { id } = admitted.folder;
    const condition = conditionOf(query.filter);
    using held = new DisposableStack();
    if (condition !== undefined && (await this.#hasMany(id))) {
      held.use(await this.#walks.take(actor, Infinity, signal));
      const now = this.#clock.now();
      admitted = await admitToSeePlace(rows, await readerNow(rows, actor, needs, now), id, now);
    }
    refuseForgedCursor(admitted, query);
    return this.#asSeen(admitted, query, await this.#page(admitted, query, condition));
  }

  async #hasMany(folderId: number): Promise<boolean> {
    const { fileCount, folderCount } = await this.#database.folders.getCounters(folderId);
    return fileCount + folderCount > FEW_ENTRIES;
  }

  /**
   * One folder or file, and its parent folders as far as the caller sees them, root first.
   * @throws {DomainError} `folder-not-found`, `file-not-found`
   */
  async describe(actor: Actor, reference: EntryReference): Promise<DescribedEntry> {
    const rows = this.#database;
    const found = await admitToEntry(rows, actor, reference, this.#clock.now());
    if (found.kind === "folder") {
      const { folder: known, ancestry, shared } = found.admitted;
      const [folder] = await rows.entries.findFolders([known.id]);
      if (folder === undefined) throw new DomainError("folder-not-found", "This folder was removed a moment ago.");
      const above = seenBy(actor, ancestry, shared).slice(0, -1);
      return { entry: { kind: "folder", folder: shared === undefined ? folder : asShared(folder) }, above, shared };
    }
    const { ancestry, shared } = found.folder;
    const [file] = await rows.entries.findFiles([found.fileId]);
    if (file === undefined) throw new DomainError("file-not-found", "This file was removed a moment ago.");
    return { entry: { kind: "file", file }, above: seenBy(actor, ancestry, shared), shared };
  }

  /**
   * Searches the folders and files below a folder by name.
   * @throws {DomainError} `folder-not-found`, `bad-argument` without a word to look for, `too-busy`
   * @throws the reason of the reader's signal
   */
  search(actor: Actor, place: FolderPlace, query: SearchQuery, reader: Reader): Promise<FoundEntries> {
    return this.#search.find(actor, place, query, reader);
  }

  /**
   * A cursor contains a file id. If links are hidden, the cursor of the next page is the number of its first entry
   * instead.
   */
  #asSeen({ shared }: SeenFolder, { start }: EntryQuery, page: EntryPage): EntryPage {
    if (shared === undefined) return page;
    const entries = page.entries.map((entry) => seenEntry(entry, shared));
    const skipped = typeof start === "number" ? start : 0;
    const next = shared.hidesLinks && page.next !== undefined ? skipped + entries.length : page.next;
    return { ...page, folder: asShared(page.folder), isRoot: false, entries, next, shared };
  }

  async #page(admitted: SeenFolder, query: EntryQuery, condition: EntryCondition | undefined): Promise<EntryPage> {
    const { entries: rows } = this.#database;
    const { start, limit, sort, isDescending, filter } = query;
    const { id } = admitted.folder;
    const order = { sort, isDescending, condition };
    const cursor = typeof start === "number" ? undefined : start;
    const skip = typeof start === "number" ? start : 0;
    const folders =
      filter.kind !== "file" && filter.fileKind === undefined
        ? await rows.listFolders(id, {
            ...order,
            after: cursor?.kind === "folder" ? cursor : undefined,
            skip,
            limit: cursor?.kind === "file" ? 0 : limit,
          })
        : { total: 0, entries: [] };
    const files =
      filter.kind === "folder"
        ? { total: 0, entries: [] }
        : await rows.listFiles(id, {
            ...order,
            after: cursor?.kind === "file" ? cursor : undefined,
            skip: Math.max(0, skip - folders.total),
            limit: limit - folders.entries.length,
          });
    const entries: Entry[] = [
      ...folders.entries.map((folder) => ({ kind: "folder", folder }) as const),
      ...files.entries.map((file) => ({ kind: "file", file }) as const),
    ];
    const totals = { folders: folders.total, files: files.total };
    const isEnd = cursor === undefined && skip + entries.length >= totals.folders + totals.files;
    const last = entries.length < limit || isEnd ? undefined : entries.at(-1);
    const next = last === undefined ? undefined : cursorAt(last, query);
    return { folder: admitted.folder, isRoot: isActorsRoot(admitted), totals, entries, next, shared: undefined };
  }
}

function conditionOf({ namePart, fileKind, createdAfter, createdBefore }: EntryFilter): EntryCondition | undefined {
  const condition = {
    ...(namePart === undefined ? {} : { namePart: foldedName(namePart) }),
    ...(fileKind === undefined ? {} : { contentTypes: fileKinds[fileKind] }),
    ...(createdAfter === undefined ? {} : { createdAfter }),
    ...(createdBefore === undefined ? {} : { createdBefore }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
}

/** By trying ids in a cursor, a caller could find out those of hidden links: it tells which come before it. */
function refuseForgedCursor({ shared }: SeenFolder, { start }: EntryQuery): void {
  if (shared?.hidesLinks !== true || typeof start === "number") return;
  throw new ArgumentError("other", "This cursor is not from a list of this folder; list it from the beginning.");
}

const cursorAt = (entry: Entry, { sort }: EntryOrder): EntryCursor => ({
  kind: entry.kind,
  ...positionOf(entry, sort),
});

/** The entry as seen by others than its owner. If links are hidden, its id leads nowhere. */
function seenEntry(entry: Entry, { hidesLinks }: SharedRight): Entry {
  if (entry.kind === "folder") return { kind: "folder", folder: asShared(entry.folder) };
  return hidesLinks ? { kind: "file", file: { ...entry.file, id: hiddenId(entry.file.id), isHidden: true } } : entry;
}

/** Distinguishes entries of the same name. No link has such an id, and the link cannot be derived from it. */
const hiddenId = (id: string): string => `~${createHash("sha256").update(id).digest("base64url").slice(0, 20)}`;

/** From the root that the caller sees down to the first folder of the ancestry. */
function seenBy(actor: Actor, ancestry: readonly Folder[], shared: SharedRight | undefined): readonly Folder[] {
  const rootId = shared?.topId ?? (isAccountActor(actor) ? actor.rootFolderId : undefined);
  const top = ancestry.findIndex(({ id }) => id === rootId);
  return ancestry.slice(0, top + 1).toReversed();
}
