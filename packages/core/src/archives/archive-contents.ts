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

/** Most files and folders of an archive, and most that is kept in memory of those that went by. */
const MOST_MEMBERS = 100_000;
const MOST_KEPT_BYTES = 32 * 1024 * 1024;
const LONGEST_PATH_BYTES = 0xffff;
/** Of what was left out, so much is named. */
const MOST_REPORT_BYTES = 1024 * 1024;

const CHECKSUMS_NAME = "CHECKSUMS";
const LEFT_OUT_NAME = "NOT-INCLUDED.txt";

/** `full`: it and all that would follow. `and-more` ends a list that would be too long. */
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
  /** Of the folder that holds everything. */
  name: string;
  actor: Actor;
  /** Only files of this actor's own folders and of those that are shared with it, whoever else's link could be followed. */
  isOwn: boolean;
  /** That a folder is still a part of what the archive is of. @throws {DomainError} `folder-not-found` */
  requireIn(folderId: number): Promise<void>;
  /** Everything that is to be put in. */
  walk(place: { path: string; names: MemberNames }): AsyncGenerator<Found>;
  /** Why something was left out, for whoever opens the archive. */
  say: LeftOutWords;
  /** A file went out whole. */
  onSent(fileId: string): Promise<void>;
  mostMembers?: number;
}

type FoundFile = Extract<Found, { kind: "file" }>;

/**
 * The pieces of an archive, made while they are asked for. The policy is asked about each file when its bytes are to be
 * sent; one that is refused, gone or damaged by then is left out and named in a file of the archive. What goes wrong with
 * a file whose bytes are under way cannot be taken back, so that breaks the archive off.
 */
export class ArchiveContents {
  readonly #input: ContentsInput;
  readonly #zip = new ZipPieces();
  readonly #madeAt: Date;
  #report = "";
  #isReportFull = false;
  #count = 0;
  #current: FoundFile | undefined;

  constructor(input: ContentsInput) {
    this.#input = input;
    this.#madeAt = input.clock.now();
  }

  /** @param signal aborts when nobody waits for the archive any more @throws its reason */
  async *pieces(signal?: AbortSignal): AsyncGenerator<Piece> {
    const path = `${neutralName(this.#input.name)}/`;
    const names = new MemberNames();
    for (const name of [CHECKSUMS_NAME, LEFT_OUT_NAME]) names.take(name);
    yield* this.#folder(path, this.#madeAt);
    for await (const found of this.#input.walk({ path, names })) {
      signal?.throwIfAborted();
      if (this.#isFull()) {
        this.#note(found.path, "full");
        break;
      }
      this.#count += 1;
      if (Buffer.byteLength(found.path) > LONGEST_PATH_BYTES) this.#note(found.path, "path-too-long");
      else if (found.kind === "folder") yield* this.#folder(found.path, found.madeAt);
      else if (found.kind === "file") yield* this.#file(found);
      else this.#note(found.path, reasonOf(found.refusal));
    }
    if (this.#report !== "") yield* this.#text(path + LEFT_OUT_NAME, [this.#report]);
    yield* this.#text(path + CHECKSUMS_NAME, checksumLines(this.#zip, path));
    yield* this.#zip.end();
  }

  /** That the file whose bytes are under way may still be fetched. @throws {DomainError} when it may not */
  async recheck(actor: Actor): Promise<void> {
    if (this.#current !== undefined) await this.#admit(this.#current, actor);
  }

  async *#file(found: FoundFile): AsyncGenerator<Piece> {
    const { database, blobs, clock, onSent, actor } = this.#input;
    let opened;
    try {
      const { file, isBound } = await this.#admit(found, actor);
      // An archive may be fetched again and again, and counts as one download of its folder.
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
    // The rules of a link bind neither the owner of a file nor those who have it by its folder.
    return { file, isBound: !isOwners && shared === undefined };
  }

  #folder(path: string, modifiedAt: Date): AsyncGenerator<Piece> {
    return this.#zip.member({ path, sizeBytes: 0, modifiedAt }, undefined);
  }

  async *#text(path: string, lines: Iterable<string>): AsyncGenerator<Piece> {
    const bytes = Buffer.concat([...blocksOf(lines)]);
    yield* this.#zip.member({ path, sizeBytes: bytes.length, modifiedAt: this.#madeAt }, readerOf(bytes));
  }

  #isFull(): boolean {
    const { mostMembers = MOST_MEMBERS } = this.#input;
    return this.#count >= mostMembers || this.#zip.keptBytes >= MOST_KEPT_BYTES;
  }

  #note(path: string, reason: LeftOutReason): void {
    if (this.#isReportFull) return;
    const { say } = this.#input;
    const line = `${path}: ${say(reason)}\n`;
    this.#isReportFull = this.#report.length + line.length > MOST_REPORT_BYTES;
    this.#report += this.#isReportFull ? `... ${say("and-more")}\n` : line;
  }
}

/** A file in an archive asks for a password that nobody was there to give. */
export const noPassword = {
  judge: async (hash: string | undefined) => (hash === undefined ? "not-needed" : "not-given"),
} as const;

/** As `openssl dgst -whirlpool -r` writes them; paths from the folder in which the file lies. */
function* checksumLines(zip: ZipPieces, base: string): Generator<string> {
  for (const { path, checksum } of zip.kept())
    yield `${Buffer.from(checksum).toString("hex")} *${path.slice(base.length)}\n`;
}

/** Of many short lines some large blocks. */
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
