import { constants } from "node:fs";
import { join } from "node:path";
import {
  BlobNotFoundError,
  BlobStoreError,
  errnoOf,
  partCountOf,
  partSpanOf,
  StagedBlobEndedError,
} from "@consigne/core";
import type {
  BlobStat,
  ByteSource,
  ListedTransfer,
  PartedBlob,
  PartPlan,
  StagedPart,
  StoredPart,
  StoredTail,
} from "@consigne/core";
import { DiskBlobReader } from "./disk-blob-reader.ts";
import { toReadError, toWriteError } from "./disk-failure.ts";
import { isBlobKey } from "./disk-layout.ts";
import { BLOCK_BYTES, DirectWrites } from "./direct-file.ts";
import type { StagingContext } from "./disk-staged-blob.ts";
import type { DiskFile, DiskStat } from "./file-system.ts";
import { PAGE_BUFFER_BYTES } from "./page-buffers.ts";
import { type WriteBuffers, type WrittenFile, WriteBehind } from "./write-behind.ts";

const FILE_MODE = 0o600;
// Windows does not have O_NOFOLLOW.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
const OPEN_KNOWN = constants.O_WRONLY | NO_FOLLOW;
const OPEN_TO_READ = constants.O_RDONLY | NO_FOLLOW;
/** Parts, and beginnings of parts, are identified by their position. */
const TAG = "";

/**
 * Blobs that arrive in parts: each part is written at its position in one file, which is moved once all have arrived.
 */
export class DiskParts {
  readonly #context: Omit<StagingContext, "release">;
  readonly #open = new Set<DiskPart>();
  readonly #readers = new Set<DiskBlobReader>();
  /** Separate memory: a slow sender in one request must not take the memory of parts for hours. */
  readonly #direct: DirectWrites;

  constructor(context: Omit<StagingContext, "release">) {
    this.#context = context;
    this.#direct = new DirectWrites(context.fileSystem);
  }

  /** Accepted, but not yet passed to the operating system. */
  get unwrittenBytes(): number {
    let bytes = 0;
    for (const part of this.#open) bytes += part.unwrittenBytes;
    return bytes;
  }

  async begin({ sizeBytes, partBytes }: PartPlan): Promise<PartedBlob> {
    const { fileSystem, layout, folderSync } = this.#context;
    const key = this.#context.keys.next();
    try {
      const file = await fileSystem.openFile(layout.partsPath(key), OPEN_NEW, FILE_MODE);
      await file.close();
      await folderSync.sync(layout.parts);
    } catch (error) {
      throw toWriteError(error);
    }
    return { key, transfer: TAG, sizeBytes, partBytes };
  }

  async open(blob: PartedBlob, number: number, after?: StoredTail): Promise<StagedPart> {
    const span = partSpanOf(blob, number);
    const pair = wantsDirect(span, after) ? this.#direct.takeBuffers() : undefined;
    try {
      const plain = await this.#openFile(blob.key, OPEN_KNOWN);
      const path = this.#context.layout.partsPath(blob.key);
      const file = pair === undefined ? plain : this.#direct.over(plain, path);
      const release = () => {
        if (pair !== undefined) this.#direct.giveBuffers(pair);
        this.#open.delete(part);
      };
      const place = { ...span, number, storedBytes: after?.sizeBytes ?? 0 };
      const part = new DiskPart(file, { ...this.#context, buffers: pair ?? this.#context.buffers, release }, place);
      this.#open.add(part);
      return part;
    } catch (error) {
      if (pair !== undefined) this.#direct.giveBuffers(pair);
      throw error;
    }
  }

  async openTail(blob: PartedBlob, number: number, { sizeBytes }: StoredTail): Promise<ByteSource> {
    const { start } = partSpanOf(blob, number);
    const file = await this.#openFile(blob.key, OPEN_TO_READ);
    const span = { start, end: start + sizeBytes - 1 };
    const reader = new DiskBlobReader(file, sizeBytes, span, (gone) => this.#readers.delete(gone));
    this.#readers.add(reader);
    return reader;
  }

  async complete(blob: PartedBlob, parts: readonly StoredPart[]): Promise<BlobStat> {
    const { layout } = this.#context;
    if (parts.length !== partCountOf(blob) || parts.some(({ number }, at) => number !== at + 1)) {
      throw new BlobStoreError("unavailable", "These are not the parts of this blob.");
    }
    try {
      const staged = await this.#stat(layout.partsPath(blob.key));
      if (staged === undefined) return await this.#completed(blob);
      requireSize(staged, blob);
      await this.#syncFile(blob.key);
      await layout.publish(layout.parts, blob.key);
      await layout.syncPublished(layout.parts, blob.key);
      return { sizeBytes: blob.sizeBytes };
    } catch (error) {
      if (error instanceof BlobNotFoundError) throw error;
      // Another process may have moved it a moment ago.
      if (errnoOf(error) === "ENOENT") return this.#completed(blob);
      throw toWriteError(error);
    }
  }

  async abort(key: string): Promise<void> {
    const { fileSystem, layout } = this.#context;
    try {
      await fileSystem.unlink(layout.partsPath(key));
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw toWriteError(error);
    }
  }

  async *list(): AsyncGenerator<ListedTransfer> {
    const { fileSystem, layout } = this.#context;
    try {
      for await (const { name } of fileSystem.entries(layout.parts)) {
        const stat = isBlobKey(name) ? await this.#stat(join(layout.parts, name)) : undefined;
        if (stat?.isFile()) yield { key: name, transfer: TAG, modifiedAt: new Date(stat.mtimeMs) };
      }
    } catch (error) {
      throw toReadError(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((part) => part.abort()));
    await Promise.allSettled([...this.#readers].map((reader) => reader.close()));
  }

  async #openFile(key: string, flags: number): Promise<DiskFile> {
    const { fileSystem, layout } = this.#context;
    try {
      return await fileSystem.openFile(layout.partsPath(key), flags);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") throw new BlobNotFoundError(key, { cause: error });
      throw toWriteError(error);
    }
  }

  /** Each part was flushed when it arrived; this covers the length of the file. */
  async #syncFile(key: string): Promise<void> {
    const file = await this.#openFile(key, OPEN_KNOWN);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** A blob that was moved earlier, perhaps by a process that was interrupted there. */
  async #completed(blob: PartedBlob): Promise<BlobStat> {
    const { layout } = this.#context;
    const stat = await this.#stat(layout.blobPath(blob.key));
    if (stat === undefined) throw new BlobNotFoundError(blob.key);
    requireSize(stat, blob);
    await layout.syncPublished(layout.parts, blob.key);
    return { sizeBytes: stat.size };
  }

  async #stat(path: string): Promise<DiskStat | undefined> {
    try {
      return await this.#context.fileSystem.stat(path);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** Direct writes are not worth it for small parts, or when continuing in the middle of a block. */
function wantsDirect({ start, end }: { start: number; end: number }, after: StoredTail | undefined): boolean {
  return after === undefined && start % BLOCK_BYTES === 0 && end - start + 1 >= PAGE_BUFFER_BYTES;
}

function requireSize(stat: DiskStat, { sizeBytes }: PartedBlob): void {
  if (stat.isFile() && stat.size === sizeBytes) return;
  throw new BlobStoreError("unavailable", `${stat.size} bytes lie where ${sizeBytes} should.`);
}

type StagedPartContext = Pick<StagingContext, "flushTurn" | "release"> & { buffers: WriteBuffers };

/** A failure ends the part; the next attempt overwrites what it wrote. */
class DiskPart implements StagedPart {
  readonly #context: StagedPartContext;
  readonly #file: WrittenFile;
  readonly #bytes: WriteBehind;
  readonly #number: number;
  /** Bytes it continues from. */
  readonly #storedBytes: number;
  readonly #sizeBytes: number;
  #isEnded = false;
  #ending: Promise<void> | undefined;

  constructor(
    file: WrittenFile,
    context: StagedPartContext,
    { number, start, end, storedBytes }: { number: number; start: number; end: number; storedBytes: number },
  ) {
    this.#file = file;
    this.#context = context;
    this.#bytes = new WriteBehind(file, context, start + storedBytes);
    this.#number = number;
    this.#storedBytes = storedBytes;
    this.#sizeBytes = end - start + 1 - storedBytes;
  }

  get unwrittenBytes(): number {
    return this.#bytes.unwrittenBytes;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    // The bytes of another part follow its end.
    const fits = this.#bytes.sizeBytes + chunk.byteLength <= this.#sizeBytes;
    if (this.#isEnded || !fits) return this.#refuse();
    const adding = this.#bytes.add(chunk);
    return adding && this.#waitFor(adding);
  }

  async #refuse(): Promise<never> {
    this.#assertOpen();
    return this.#fail(wrongSize());
  }

  async #waitFor(adding: Promise<void>): Promise<void> {
    try {
      await adding;
    } catch (error) {
      await this.#fail(error);
    }
    this.#assertOpen();
  }

  async complete(): Promise<StoredPart> {
    this.#assertOpen();
    if (this.#bytes.sizeBytes !== this.#sizeBytes) await this.#fail(wrongSize());
    await this.#flush();
    return { number: this.#number, tag: TAG };
  }

  async pause(): Promise<StoredTail> {
    this.#assertOpen();
    await this.#flush();
    return { sizeBytes: this.#storedBytes + this.#bytes.sizeBytes, tag: TAG };
  }

  abort(): Promise<void> {
    this.#isEnded = true;
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #flush(): Promise<void> {
    this.#isEnded = true;
    try {
      await this.#bytes.drain();
      await this.#file.datasync();
    } catch (error) {
      await this.#fail(error);
    }
    await this.abort();
  }

  async #end(): Promise<void> {
    await this.#bytes.stop();
    await this.#file.close().catch(() => undefined);
    this.#context.release(String(this.#number));
  }

  async #fail(error: unknown): Promise<never> {
    await this.abort();
    throw toWriteError(error);
  }

  #assertOpen(): void {
    if (this.#isEnded) throw new StagedBlobEndedError(`part ${this.#number}`);
  }
}

const wrongSize = () => new BlobStoreError("unavailable", "The part has another size.");
