import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import type { Clock } from "../pacing/clock.ts";
import { asListing, type Listing } from "./listing.ts";
import { type WaitOptions, waitUntilEnded } from "./waiting.ts";
import { present } from "./wire-values.ts";

/** Number of files and their bytes, as far as their sizes are known. */
export interface ImportTally {
  count: number;
  bytes: number;
}

/** An import of folders and files from another server. */
export interface Import {
  id: number;
  /** `scanning`: reading the folders of the source; `copying`: fetching files; `planned`: a dry run has ended. */
  state: "scanning" | "copying" | "planned" | "done" | "failed" | "cancelled";
  kind: "account" | "links" | "page" | "index";
  /** URL of the source. */
  source: string;
  path: string;
  isDryRun: boolean;
  /** The target folder; 0 is the root. */
  folderId: number;
  requestedAt: Date;
  /** Undefined while it runs. */
  endedAt: Date | undefined;
  /** Why it is paused, or failed. */
  message: string | undefined;
  /** When it resumes, while it is paused. */
  resumesAt: Date | undefined;
  /** Bytes received so far of the files that are being fetched. */
  receivingBytes: number | undefined;
  folders: { pending: number; done: number; failed: number };
  /** `skipped`: a file with the same name and content existed. */
  files: { pending: ImportTally; done: ImportTally; skipped: ImportTally; failed: ImportTally };
  /** Files with the name of a different file in their folder: both are kept. */
  collisions: number;
  /**
   * Files with the name of a file that may be the same: if the source gives no checksums, this is known only once the
   * bytes are here.
   */
  possibleDuplicates: number;
  /** The least time that the remaining files take because of the source's limits; undefined while folders are read. */
  minRemainingMs: number | undefined;
}

export type ImportEntryState = "pending" | "done" | "skipped" | "failed";

export interface ImportEntry {
  /** Path within the import, such as `2026/a.bin`. */
  path: string;
  isFolder: boolean;
  state: ImportEntryState;
  sizeBytes: number | undefined;
  whirlpool: string | undefined;
  attempts: number;
  /** Why it failed or will be retried. */
  message: string | undefined;
  /** Link of the file that was fetched. */
  url: string | undefined;
  /** When it was found, the folder had a different file of this name: both are kept. */
  collides: boolean;
  /** The folder has a file of this name that may be the same. */
  isPossibleDuplicate: boolean;
}

/**
 * What to import: a folder with everything below it, single files, the files of a folder's public page, or a directory
 * listing by nginx, Apache or Python with everything below it.
 */
export type ImportSource =
  | { path: string }
  | { links: readonly string[] }
  | { page: string; password?: string | undefined }
  | { index: string };

/** Imports of whole folders from 1fichier.com or another server. Consigne servers only. */
export class Imports {
  readonly #caller: ApiCaller;
  readonly #clock: Clock;

  constructor(caller: ApiCaller, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
  }

  /**
   * Starts an import. The server continues it by itself, for days if necessary.
   * @param options.sourceKey API key of the source; not needed for a directory listing, nor for a public page that is
   * not one of 1fichier.com. The server keeps it encrypted until the import has ended
   * @param options.sourceUrl base of the source's API; default 1fichier.com
   * @param options.folderId the target for the contents of the source's folder; 0 is the root
   * @param options.isDryRun only reports what would be done
   */
  async start(
    source: ImportSource,
    options: CallOptions & {
      sourceKey?: string | undefined;
      sourceUrl?: string | undefined;
      folderId?: number | undefined;
      isDryRun?: boolean | undefined;
    },
  ): Promise<Import> {
    const { sourceKey, sourceUrl, folderId, isDryRun, ...callOptions } = options;
    const body = present({
      ...placeOf(source),
      source: sourceUrl,
      source_key: sourceKey,
      folder_id: folderId,
      dry_run: isDryRun === true ? (1 as const) : undefined,
    });
    return toImport((await this.#caller.call("importAdd", body, callOptions)).import);
  }

  /** All imports of the account, newest first. */
  list(options: CallOptions = {}): Listing<Import> {
    return asListing(this.#list(options));
  }

  async #list(options: CallOptions): Promise<Import[]> {
    const all: Import[] = [];
    for (let before: number | undefined; ;) {
      const page = await this.page({ ...options, before });
      all.push(...page.imports);
      if (page.next === undefined) return all;
      before = page.next;
    }
  }

  /**
   * One page of imports, newest first.
   * @param options.before `next` of the previous page
   * @param options.limit at most 100
   * @param options.language of `message`; default English
   */
  async page(
    options: CallOptions & {
      before?: number | undefined;
      limit?: number | undefined;
      language?: "en" | "fr" | undefined;
    } = {},
  ): Promise<{ imports: Import[]; next: number | undefined }> {
    const { before, limit, language, ...callOptions } = options;
    const page = await this.#caller.call("importList", present({ before, limit, language }), callOptions);
    return { imports: page.imports.map(toImport), next: page.next };
  }

  /**
   * Removes an import that has ended from the list; what was fetched stays.
   * @throws {NotFoundError} no such import
   * @throws {BadRequestError} it has not ended
   */
  async remove(id: number, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("importRemove", { id }, options);
  }

  /** @throws {NotFoundError} no such import */
  async get(id: number, options: CallOptions = {}): Promise<Import> {
    return toImport((await this.#caller.call("importShow", { id }, options)).import);
  }

  /**
   * Its folders and files, in the order they were found, fetched page by page. @throws {NotFoundError} no such import
   */
  async *entries(
    id: number,
    options: CallOptions & {
      states?: readonly ImportEntryState[] | undefined;
      /** Only collisions. */
      areCollisions?: boolean | undefined;
      /** Of `message`; default English. */
      language?: "en" | "fr" | undefined;
    } = {},
  ): AsyncGenerator<ImportEntry, void, undefined> {
    const { states, areCollisions = false, language, ...callOptions } = options;
    const collisions = areCollisions ? (1 as const) : undefined;
    for (let after: number | undefined; ;) {
      const body = present({ id, states: states?.slice(), collisions, after, language });
      const page = await this.#caller.call("importEntries", body, callOptions);
      yield* page.entries.map(toEntry);
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  /**
   * Resumes an import that has ended: what failed is retried, what was fetched stays.
   * @param options.sourceKey the server forgets it at the end of an import, so it has to be given again
   * @param options.password of a public page, likewise
   * @throws {NotFoundError} no such import
   * @throws {BadRequestError} it has not ended, nothing in it failed, or the key is missing
   */
  async retry(
    id: number,
    options: CallOptions & { sourceKey?: string | undefined; password?: string | undefined } = {},
  ): Promise<Import> {
    const { sourceKey, password, ...callOptions } = options;
    const body = present({ id, source_key: sourceKey, pass: password });
    return toImport((await this.#caller.call("importRetry", body, callOptions)).import);
  }

  /** Cancels it; what was fetched stays. @throws {NotFoundError} no such import */
  async cancel(id: number, options: CallOptions = {}): Promise<Import> {
    return toImport((await this.#caller.call("importCancel", { id }, options)).import);
  }

  /**
   * Asks every `pollMs` (10 s) until it has ended.
   * @param options.onProgress called each time
   * @throws {TimeoutError} not within `maxMs`; by default it waits without a limit
   * @throws {NetworkError} the server was unavailable for longer than `maxOutageMs`
   */
  async wait(
    id: number,
    options: CallOptions & WaitOptions & { onProgress?: ((now: Import) => void) | undefined } = {},
  ): Promise<Import> {
    const { pollMs, maxMs, maxOutageMs, onOutage, onProgress, ...callOptions } = options;
    const look = async () => {
      const now = await this.get(id, callOptions);
      onProgress?.(now);
      return now.endedAt === undefined ? undefined : now;
    };
    const waiting = { pollMs, maxMs, maxOutageMs, onOutage, signal: callOptions.signal ?? undefined };
    return waitUntilEnded({ ...waiting, clock: this.#clock, what: `Import ${id}`, look });
  }
}

function placeOf(source: ImportSource) {
  if ("path" in source) return { path: source.path };
  if ("links" in source) return { links: source.links.slice() };
  return "page" in source ? { page: source.page, pass: source.password } : { index: source.index };
}

function toImport(raw: CallAnswer<"importShow">["import"]): Import {
  const { id, state, kind, source, path, message, folders, files, collisions } = raw;
  return {
    id,
    state,
    kind,
    source,
    path,
    isDryRun: raw.is_dry_run === 1,
    folderId: raw.folder_id,
    requestedAt: new Date(raw.requested_at),
    endedAt: dateOf(raw.ended_at),
    message,
    resumesAt: dateOf(raw.resumes_at),
    receivingBytes: raw.receiving_bytes,
    folders,
    files,
    collisions,
    possibleDuplicates: raw.possible_duplicates,
    minRemainingMs: raw.min_remaining_seconds === undefined ? undefined : raw.min_remaining_seconds * 1000,
  };
}

function toEntry(raw: CallAnswer<"importEntries">["entries"][number]): ImportEntry {
  const { path, state, attempts, message } = raw;
  return {
    path,
    isFolder: raw.is_folder === 1,
    state,
    sizeBytes: raw.size,
    whirlpool: raw.checksum,
    attempts,
    message,
    url: raw.link,
    collides: raw.collides === 1,
    isPossibleDuplicate: raw.possible_duplicate === 1,
  };
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
