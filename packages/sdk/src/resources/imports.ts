import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import type { Clock } from "../pacing/clock.ts";
import { asListing, type Listing } from "./listing.ts";
import { type WaitOptions, waitUntilEnded } from "./waiting.ts";
import { present } from "./wire-values.ts";

/** Files and their bytes, as far as their sizes are known. */
export interface ImportTally {
  count: number;
  bytes: number;
}

/** Folders and files that the server takes over from another one. */
export interface Import {
  id: number;
  /** `walking` reads the folders of the source, `copying` fetches files; `planned` ends a plan. */
  state: "walking" | "copying" | "planned" | "done" | "failed" | "cancelled";
  kind: "account" | "links" | "page" | "index";
  /** Address of the source. */
  source: string;
  path: string;
  isPlan: boolean;
  /** Where it goes; 0 is the root. */
  folderId: number;
  requestedAt: Date;
  /** Undefined while it goes on. */
  endedAt: Date | undefined;
  /** Why it stands still, or failed. */
  message: string | undefined;
  /** While it stands still. */
  goesOnAt: Date | undefined;
  /** Bytes that have come of the files on their way. */
  receivingBytes: number | undefined;
  folders: { open: number; done: number; failed: number };
  /** `present`: left alone, since the same name and content lay there. */
  files: { open: ImportTally; done: ImportTally; present: ImportTally; failed: ImportTally };
  /** Files whose name another content has in their folder: both are kept. */
  collisions: number;
  /**
   * Files whose name is taken by one that may be the same: a source without checksums does not tell before the bytes are
   * here.
   */
  maybePresent: number;
  /** How long the limits of the source make the rest take at least; undefined while folders are read. */
  leastMs: number | undefined;
}

export type ImportEntryState = "open" | "done" | "present" | "failed";

export interface ImportEntry {
  /** From the beginning of the import on, such as `2026/a.bin`. */
  path: string;
  isFolder: boolean;
  state: ImportEntryState;
  sizeBytes: number | undefined;
  whirlpool: string | undefined;
  attempts: number;
  /** Why it failed or is tried again. */
  message: string | undefined;
  /** Link of the file that arrived. */
  url: string | undefined;
  /** The folder held another content of this name when it was found: both are kept. */
  collides: boolean;
  /** The folder has a file of this name that may be the same. */
  isMaybePresent: boolean;
}

/**
 * What is taken over: a folder with everything below it, single files, the files of a folder's public page, or a directory
 * listing by nginx, Apache or Python with everything below it.
 */
export type ImportSource =
  | { path: string }
  | { links: readonly string[] }
  | { page: string; password?: string | undefined }
  | { index: string };

/** Whole folders that the server takes over from 1fichier.com or another server. Servers of Consigne have this. */
export class Imports {
  readonly #caller: ApiCaller;
  readonly #clock: Clock;

  constructor(caller: ApiCaller, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
  }

  /**
   * Begins one. The server goes on with it by itself, also for days.
   * @param options.sourceKey API key of the source, which a directory listing and a public page that is not one of
   * 1fichier.com need none of; the server keeps it encrypted until the import has ended
   * @param options.sourceUrl base of the source's API; 1fichier.com by default
   * @param options.folderId what lies in the folder of the source goes into this one; 0 is the root
   * @param options.isPlan only finds out what would be done
   */
  async start(
    source: ImportSource,
    options: CallOptions & {
      sourceKey?: string | undefined;
      sourceUrl?: string | undefined;
      folderId?: number | undefined;
      isPlan?: boolean | undefined;
    },
  ): Promise<Import> {
    const { sourceKey, sourceUrl, folderId, isPlan, ...callOptions } = options;
    const body = present({
      ...placeOf(source),
      source: sourceUrl,
      source_key: sourceKey,
      folder_id: folderId,
      dry_run: isPlan === true ? (1 as const) : undefined,
    });
    return toImport((await this.#caller.call("importAdd", body, callOptions)).import);
  }

  /** All of the account, newest first. */
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
   * Some of them, newest first.
   * @param options.before `next` of the page before
   * @param options.limit 100 at most
   * @param options.language of `message`; English when left out
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
   * Takes an ended one out of the list; what has arrived stays.
   * @throws {NotFoundError} no such import
   * @throws {RequestError} it has not ended
   */
  async remove(id: number, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("importRemove", { id }, options);
  }

  /** @throws {NotFoundError} no such import */
  async get(id: number, options: CallOptions = {}): Promise<Import> {
    return toImport((await this.#caller.call("importShow", { id }, options)).import);
  }

  /** Its folders and files, in the order they were found, read page by page. @throws {NotFoundError} no such import */
  async *entries(
    id: number,
    options: CallOptions & {
      states?: readonly ImportEntryState[] | undefined;
      /** Only what collides. */
      areCollisions?: boolean | undefined;
      /** Of `message`; English when left out. */
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
   * Goes on with one that has ended: what failed is tried again, what has arrived stays.
   * @param options.sourceKey the server forgets it at the end of an import, so it has to be given again
   * @param options.password of a public page, likewise
   * @throws {NotFoundError} no such import
   * @throws {RequestError} it has not ended, nothing of it failed, or it lacks the key
   */
  async retry(
    id: number,
    options: CallOptions & { sourceKey?: string | undefined; password?: string | undefined } = {},
  ): Promise<Import> {
    const { sourceKey, password, ...callOptions } = options;
    const body = present({ id, source_key: sourceKey, pass: password });
    return toImport((await this.#caller.call("importRetry", body, callOptions)).import);
  }

  /** Ends it; what has arrived stays. @throws {NotFoundError} no such import */
  async cancel(id: number, options: CallOptions = {}): Promise<Import> {
    return toImport((await this.#caller.call("importCancel", { id }, options)).import);
  }

  /**
   * Asks every `pollMs` (10 s) until it has ended.
   * @param options.onProgress told each time
   * @throws {TimeoutError} not within `maxMs`; by default it is waited for without end
   * @throws {NetworkError} the server was away for longer than `maxOutageMs`
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
  const { id, state, kind, source, path, message, folders, files, collisions, maybe_present: maybePresent } = raw;
  return {
    id,
    state,
    kind,
    source,
    path,
    isPlan: raw.is_plan === 1,
    folderId: raw.folder_id,
    requestedAt: new Date(raw.requested_at),
    endedAt: dateOf(raw.ended_at),
    message,
    goesOnAt: dateOf(raw.goes_on_at),
    receivingBytes: raw.receiving,
    folders,
    files,
    collisions,
    maybePresent,
    leastMs: raw.least_seconds === undefined ? undefined : raw.least_seconds * 1000,
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
    isMaybePresent: raw.maybe_present === 1,
  };
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
