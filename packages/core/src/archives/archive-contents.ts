import { DomainError, isDomainError } from "../errors.ts";
import { openStored } from "../downloads/open-stored.ts";
import { admitToLink, requireSound } from "../files/file-access.ts";
import type { StoredFile } from "../files/file.ts";
import type { Actor } from "../policy/actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { Database } from "../ports/database.ts";
import type { Found } from "./archive-walk.ts";
import { MemberNames, neutralName } from "./member-names.ts";
import { type Piece, readerOf, ZipPieces } from "./zip-reader.ts";

/** The most files and folders in an archive, and the most kept in memory about entries already sent. */
const MOST_MEMBERS = 100_000;
const MOST_KEPT_BYTES = 32 * 1024 * 1024;
const LONGEST_PATH_BYTES = 0xffff;
/** Limits the list of entries that were left out. */
const MOST_REPORT_BYTES = 1024 * 1024;

const CHECKSUMS_NAME = "CHECKSUMS";
const LEFT_OUT_NAME = "NOT-INCLUDED.txt";

/** `full`: this entry and all that follow. `and-more` ends a list that would be too long. */
export type LeftOutReason =
  | "file-gone"
  | "folder-gone"
  | "blocked"
  | "damaged"
  | "password"
  | "not-admitted"
  | "link-ended"
  | "link-off"
  | "link-used-up"
  | "counted"
  | "owner-locked"
  | "unreadable"
  | "path-too-long"
  | "full"
  | "and-more";

export type LeftOutWords = (reason: LeftOutReason) => string;

export interface ContentsInput {
  database: Database;
  blobs: Pick<BlobStore, "open" | "stat">;
  countries: Countries;
  clock: Clock;
  /** Name of the folder that holds everything. */
  name: string;
  actor: Actor;
  /** Only include files in this actor's own folders and in those shared with it, not files that merely have a link. */
  isOwn: boolean;
  /** Checks that a folder still belongs to the archive. @throws {DomainError} `folder-not-found` */
  requireIn(folderId: number): Promise<void>;
  /** Everything that should go into the archive. */
  walk(place: { path: string; names: MemberNames }): AsyncGenerator<Found>;
  /** Explains why something was left out, for whoever opens the archive. */
  say: LeftOutWords;
  /** Called when a file was sent completely. */
  onSent(fileId: string): Promise<void>;
  mostMembers?: number;
}

type FoundFile = Extract<Found, { kind: "file" }>;

/**
 * The pieces of an archive, made on demand. The policy is asked about each file just before its bytes are sent. A file
 * that is refused, gone or damaged by then is left out and listed in a file of the archive. A failure in the middle of
 * a file cannot be undone, so it aborts the archive.
 */
export class ArchiveContents {
  readonly #input: ContentsInput;
  readonly #zip = new ZipPieces();
  readonly #createdAt: Date;
  #report = "";
  #isReportFull = false;
  #count = 0;
  #current: FoundFile | undefined;

  constructor(input: ContentsInput) {
    this.#input = input;
    this.#createdAt = input.clock.now();
  }

  /** @param signal aborts when nobody waits for the archive any more @throws its reason */
  async *pieces(signal?: AbortSignal): AsyncGenerator<Piece> {
    const path = `${neutralName(this.#input.name)}/`;
    const names = new MemberNames();
    for (const name of [CHECKSUMS_NAME, LEFT_OUT_NAME]) names.take(name);
    yield* this.#folder(path, this.#createdAt);
    for await (const found of this.#input.walk({ path, names })) {
      signal?.throwIfAborted();
      if (this.#isFull()) {
        this.#note(found.path, "full");
        break;
      }
      this.#count += 1;
      if (Buffer.byteLength(found.path) > LONGEST_PATH_BYTES) this.#note(found.path, "path-too-long");
      else if (found.kind === "folder") yield* this.#folder(found.path, found.createdAt);
      else if (found.kind === "file") yield* this.#file(found);
      else this.#note(found.path, reasonOf(found.refusal));
    }
    if (this.#report !== "") yield* this.#text(path + LEFT_OUT_NAME, [this.#report]);
    yield* this.#text(path + CHECKSUMS_NAME, checksumLines(this.#zip, path));
    yield* this.#zip.end();
  }

  /** Checks that the file being sent may still be downloaded. @throws {DomainError} when it may not */
  async recheck(actor: Actor): Promise<void> {
    if (this.#current !== undefined) await this.#admit(this.#current, actor);
  }

  async *#file(found: FoundFile): AsyncGenerator<Piece> {
    const { database, blobs, clock, onSent, actor } = this.#input;
    let opened;
    try {
      const { file, isBound } = await this.#admit(found, actor);
      // An archive can be downloaded again and again, and counts as one download of its folder.
      if (isBound && file.ownLink?.maxDownloads !== undefined) return this.#note(found.path, "counted");
      opened = {
        file,
        reader: await openStored({ blobs, files: database.files, rows: database, now: clock.now() }, file, undefined),
      };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      this.#note(found.path, reasonOf(error));
      return;
    }
    const { file, reader } = opened;
    this.#current = found;
    try {
      const member = { path: found.path, sizeBytes: file.sizeBytes, modifiedAt: file.createdAt };
      const { whirlpool } = file;
      yield* this.#zip.member(member, reader, whirlpool === undefined ? undefined : Buffer.from(whirlpool, "hex"));
    } finally {
      this.#current = undefined;
      await reader.close();
    }
    await onSent(file.id);
  }

  async #admit({ id, folderId }: FoundFile, actor: Actor): Promise<{ file: StoredFile; isBound: boolean }> {
    const { database, countries, clock, isOwn, requireIn } = this.#input;
    const byPlace = isOwn ? { isByPlace: true } : {};
    const ask = { action: "file.fetch", now: clock.now(), proof: noPassword, countries, ...byPlace } as const;
    const { file, isOwners, shared } = await admitToLink(database, actor, { fileId: id }, ask);
    const isElsewhere = folderId !== undefined && file.folderId !== folderId;
    if (isElsewhere) throw new DomainError("file-not-found", "It was moved away.");
    if (folderId !== undefined) await requireIn(folderId);
    requireSound(file);
    // The rules of a link do not apply to the file's owner or to people who reach it through a shared folder.
    return { file, isBound: !isOwners && shared === undefined };
  }

  #folder(path: string, modifiedAt: Date): AsyncGenerator<Piece> {
    return this.#zip.member({ path, sizeBytes: 0, modifiedAt }, undefined);
  }

  async *#text(path: string, lines: Iterable<string>): AsyncGenerator<Piece> {
    const bytes = Buffer.concat([...blocksOf(lines)]);
    yield* this.#zip.member({ path, sizeBytes: bytes.length, modifiedAt: this.#createdAt }, readerOf(bytes));
  }

  #isFull(): boolean {
    const { mostMembers = MOST_MEMBERS } = this.#input;
    return this.#count >= mostMembers || this.#zip.indexBytes >= MOST_KEPT_BYTES;
  }

  #note(path: string, reason: LeftOutReason): void {
    if (this.#isReportFull) return;
    const { say } = this.#input;
    const line = `${path}: ${say(reason)}\n`;
    this.#isReportFull = this.#report.length + line.length > MOST_REPORT_BYTES;
    this.#report += this.#isReportFull ? `... ${say("and-more")}\n` : line;
  }
}

/** A file in an archive requires a password, and nobody could be asked for it. */
export const noPassword = {
  judge: async (hash: string | undefined) => (hash === undefined ? "not-needed" : "not-given"),
} as const;

/** In the format of `openssl dgst -whirlpool -r`; paths are relative to the file's folder. */
function* checksumLines(zip: ZipPieces, base: string): Generator<string> {
  for (const { path, checksum } of zip.listed())
    yield `${Buffer.from(checksum).toString("hex")} *${path.slice(base.length)}\n`;
}

/** Joins many short lines into a few large blocks. */
function* blocksOf(lines: Iterable<string>): Generator<Buffer> {
  let text = "";
  for (const line of lines) {
    text += line;
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}

const reasons: Partial<Record<DomainError["code"], LeftOutReason>> = {
  "file-not-found": "file-gone",
  "folder-not-found": "folder-gone",
  "file-blocked": "blocked",
  "file-damaged": "damaged",
  "link-password-required": "password",
  "not-allowed": "not-admitted",
  "link-ended": "link-ended",
  "link-off": "link-off",
  "link-used-up": "link-used-up",
  "owner-locked": "owner-locked",
};

const reasonOf = (refusal: DomainError): LeftOutReason => reasons[refusal.code] ?? "unreadable";
