import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { refusedPart } from "../calls/json-answer.ts";
import type { RefusedPart } from "../errors.ts";
import { goneAreDone } from "./repeated-calls.ts";
import { present } from "./wire-values.ts";

/** Something that was removed and can be restored: a file, or a folder with everything in it. */
export interface TrashEntry {
  id: number;
  kind: "folder" | "file";
  /** For a file, its id; undefined for a folder. */
  fileId: string | undefined;
  /** For a folder, its id; undefined for a file. */
  folderId: number | undefined;
  name: string;
  /** The folder it was in, such as `/photos/2026`. */
  path: string;
  sizeBytes: number;
  /** Files and folders: 1 for a file. */
  itemCount: number;
  removedAt: Date;
  /** When it is removed permanently. */
  expiresAt: Date;
  /** Id of the API key that removed it; undefined if a person did. */
  removedBy: string | undefined;
}

export interface TrashPage {
  /** Latest first. */
  entries: TrashEntry[];
  /** Of the whole trash; its bytes count towards the quota. */
  total: { items: number; sizeBytes: number };
  /** Days the account keeps what is removed now; 0: not at all. */
  days: number;
  /** `cursor` of the next page; undefined on the last one. */
  next: string | undefined;
}

/** If the answer with the details was lost, nothing is known except that it was restored. */
export interface RestoredEntry {
  id: number;
  outcome: "done" | "failed";
  kind: "folder" | "file" | undefined;
  fileId: string | undefined;
  /** For a folder its own id, for a file the id of the folder it is in. */
  folderId: number | undefined;
  /** Differs from the earlier one if that was taken. */
  name: string | undefined;
  /** The folder it is in now. */
  path: string | undefined;
  /** Why it failed, as a call that fails in the same way reports it. */
  error: RefusedPart | undefined;
}

const MOST_NAMED = 500;

/** What was removed and can be restored. Consigne servers only. */
export class Trash {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Everything in the trash, latest first, fetched page by page. */
  async *list(options: CallOptions = {}): AsyncGenerator<TrashEntry, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = await this.page({ ...options, cursor });
      yield* page.entries;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  /** One page of the trash, and how much there is. A page may be short before the last one. */
  async page(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Promise<TrashPage> {
    const { cursor, limit, ...callOptions } = options;
    const answer = await this.#caller.call("trashList", present({ cursor, limit }), callOptions);
    const { items, size: sizeBytes } = answer.total;
    return { entries: answer.entries.map(toEntry), total: { items, sizeBytes }, days: answer.days, next: answer.next };
  }

  /**
   * Restores entries to where they were, in the order given. Nothing is replaced: if a name is taken, the entry gets a
   * number. Each succeeds or fails by itself; there is a result for each.
   */
  async restore(ids: readonly number[], options: CallOptions = {}): Promise<RestoredEntry[]> {
    const all: RestoredEntry[] = [];
    for (let begin = 0; begin < ids.length; begin += MOST_NAMED) {
      const some = ids.slice(begin, begin + MOST_NAMED);
      const results = await goneAreDone(
        options,
        async (told) => (await this.#caller.call("trashRestore", { ids: some }, told)).results,
        () => true,
      );
      all.push(...results.map((each, index) => toRestored({ id: some[index] ?? 0, ...each })));
    }
    return all;
  }

  /** Removes entries permanently; returns how many there were. This cannot be undone. */
  async remove(ids: readonly number[], options: CallOptions = {}): Promise<number> {
    let removed = 0;
    for (let begin = 0; begin < ids.length; begin += MOST_NAMED) {
      const some = ids.slice(begin, begin + MOST_NAMED);
      removed += (await this.#caller.call("trashRemove", { ids: some }, options)).removed;
    }
    return removed;
  }

  /** Removes everything in the trash permanently; returns how many entries there were. This cannot be undone. */
  async empty(options: CallOptions = {}): Promise<number> {
    return (await this.#caller.call("trashRemove", { all: 1 }, options)).removed;
  }

  /**
   * Sets how many days the trash keeps what is removed from now on; 0: not at all, undefined: the server's setting.
   * Returns the days in force.
   */
  async keepFor(days: number | undefined, options: CallOptions = {}): Promise<number> {
    return (await this.#caller.call("trashRetention", present({ days }), options)).days;
  }
}

function toEntry(raw: CallAnswer<"trashList">["entries"][number]): TrashEntry {
  return {
    id: raw.id,
    kind: raw.kind,
    fileId: raw.file_id,
    folderId: raw.folder_id,
    name: raw.name,
    path: raw.path,
    sizeBytes: raw.size,
    itemCount: raw.items,
    removedAt: new Date(raw.removed_at),
    expiresAt: new Date(raw.expires_at),
    removedBy: raw.removed_by,
  };
}

type WireRestored = CallAnswer<"trashRestore">["results"][number];

function toRestored(raw: Pick<WireRestored, "id" | "outcome"> & Partial<WireRestored>): RestoredEntry {
  const { id, outcome, kind, file_id: fileId, folder_id: folderId, name, path, error } = raw;
  return { id, outcome, kind, fileId, folderId, name, path, error: refusedPart(error) };
}
