import type { Blob } from "../files/file.ts";
import { type Checksums, ContentDamagedError } from "../files/checksums.ts";
import { keepManifest, LEAST_MANIFEST_BYTES } from "../files/manifests.ts";
import { type BeforeRead, digestsOfStored, isAsInManifest } from "../files/stored-digest.ts";
import { BlobNotFoundError, type BlobStore, BlobStoreError } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import { type Database, DatabaseError } from "../ports/database.ts";

const FILES_NAMED = 100;

/** A file with a content that was checked, so that its owner can be asked for it. */
export interface AffectedFile {
  id: string;
  name: string;
  /** E-mail address; undefined for a file of a guest. */
  owner: string | undefined;
  isInTrash: boolean;
}

/** What is wrong with a file's bytes. */
export type Damage = "bytes-missing" | "size-differs" | "content-differs";

export type ContentFinding =
  /** Bytes of files are missing, or have another length or content. The next upload of the same content heals them. */
  | {
      problem: Damage;
      blobKey: string;
      files: AffectedFile[];
      /**
       * The files are now marked as damaged, and nothing is sent or copied from them. False: the mark could not be
       * written.
       */
      isMarked: boolean;
    }
  /** Marked by an earlier check, and sound now because the bytes were restored. The mark is removed. */
  | { problem: "sound-again"; blobKey: string; files: AffectedFile[] };

export interface ContentCheckOptions {
  /** Reads every byte and compares it with the manifest or Whirlpool checksum; otherwise only for marked contents. */
  isDeep: boolean;
  beforeRead?: BeforeRead;
  /** Called before damage is recorded. @throws the reason why it must not be */
  beforeMark?: () => Promise<void>;
}

/** Compares a content with its bytes and records whether they are damaged, or sound again. */
export class ContentCheck {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #hasher: ContentHasher;
  readonly #clock: Clock;
  readonly #checksums: Checksums;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    hasher: ContentHasher;
    clock: Clock;
    checksums: Checksums;
  }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#hasher = input.hasher;
    this.#clock = input.clock;
    this.#checksums = input.checksums;
  }

  /** Undefined if nothing is wrong, and was not before. */
  async check(blob: Blob, options: ContentCheckOptions): Promise<ContentFinding | undefined> {
    const { id, key: blobKey } = blob;
    const wasMarked = blob.damagedAt !== undefined;
    const problem = await this.#compare(blob, { ...options, isDeep: options.isDeep || wasMarked });
    if (problem === undefined && !wasMarked) return undefined;
    if (problem !== undefined) await options.beforeMark?.();
    const marking = wasMarked && problem !== undefined ? "done" : await this.#mark(blob, problem);
    const current = await this.#database.blobs.findById(id);
    // Its last file may have been removed, or its bytes replaced, since the row was read.
    if (current === undefined) return undefined;
    if (current.key !== blobKey) return this.check(current, options);
    const files = await affectedFiles(this.#database, id);
    if (files.length === 0) return undefined;
    if (problem === undefined) return { problem: "sound-again", blobKey, files };
    return { problem, blobKey, files, isMarked: marking === "done" };
  }

  /** An unwritable database must not keep the operator from learning what is damaged. */
  async #mark(blob: Blob, problem: Damage | undefined): Promise<"done" | "failed"> {
    const damagedAt = problem === undefined ? undefined : this.#clock.now();
    try {
      await this.#database.blobs.setDamaged(blob.id, blob.key, damagedAt);
      return "done";
    } catch (error) {
      if (error instanceof DatabaseError) return "failed";
      throw error;
    }
  }

  async #compare(blob: Blob, { isDeep, beforeRead }: ContentCheckOptions): Promise<Damage | undefined> {
    const stat = await this.#blobs.stat(blob.key);
    if (stat === undefined) return "bytes-missing";
    if (stat.sizeBytes !== blob.sizeBytes) return "size-differs";
    if (!isDeep) return undefined;
    try {
      return (await this.#isSound(blob, beforeRead)) ? undefined : "content-differs";
    } catch (error) {
      if (error instanceof BlobNotFoundError) return "bytes-missing";
      // What a failing disk cannot return is as lost as what it returns wrong.
      if (error instanceof BlobStoreError || error instanceof ContentDamagedError) return "content-differs";
      throw error;
    }
  }

  /** Uses the manifest, which is much faster; if that does not match, the Whirlpool checksum decides. */
  async #isSound(blob: Blob, beforeRead: BeforeRead | undefined): Promise<boolean> {
    const stored = { blobs: this.#blobs, hasher: this.#hasher };
    if (blob.hasLeaves) {
      const page = (number: number) => this.#database.manifests.find(blob.id, number);
      const isRight = await isAsInManifest(stored, blob, page, beforeRead);
      if (isRight === true && blob.whirlpool !== undefined) return true;
      if (isRight === false && blob.whirlpool === undefined) return false;
    }
    if (blob.whirlpool === undefined) return (await this.#checksums.get(blob.id), true);
    const { whirlpool, pages } = await digestsOfStored(stored, blob, beforeRead);
    if (whirlpool !== blob.whirlpool) return false;
    if (blob.sizeBytes >= LEAST_MANIFEST_BYTES) await this.#keepManifest(blob, pages);
    return true;
  }

  /** If the database cannot be written, the next check makes it. */
  async #keepManifest({ id }: Blob, pages: readonly Uint8Array[]): Promise<void> {
    try {
      await this.#database.transaction(async (rows) => {
        const current = await rows.blobs.findById(id);
        if (current !== undefined) await keepManifest(rows, current, pages);
      });
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
  }
}

/** At most a hundred files with this content, including those in the trash. */
export async function affectedFiles(
  { accounts, blobs, files, trash }: Pick<Database, "accounts" | "blobs" | "files" | "trash">,
  blobId: string,
): Promise<AffectedFile[]> {
  const fileIds = await blobs.listFileIds(blobId, FILES_NAMED);
  const found = [
    ...(await files.findByIds(fileIds)).map((file) => ({ ...file, isInTrash: false })),
    ...(await trash.findFiles(fileIds)).map((file) => ({ ...file, isInTrash: true })),
  ];
  const accountIds = new Set(found.flatMap(({ accountId = [] }) => accountId));
  const owners = new Map((await accounts.findByIds([...accountIds])).map(({ id, email }) => [id, email]));
  return found
    .map(({ id, name, accountId = "", isInTrash }) => ({ id, name, owner: owners.get(accountId), isInTrash }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

export function isDamage(problem: string): problem is Damage {
  return problem === "bytes-missing" || problem === "size-differs" || problem === "content-differs";
}
