import type { ByteContext } from "../byte-context.ts";
import { ChecksumMismatchError, DownloadFailedError, LocalFileError } from "../errors.ts";
import { isDiskFull } from "../platform/file-failure.ts";
import type { LocalFiles } from "../platform/local-files.ts";
import { Blocks } from "./blocks.ts";
import type { DirectLinks } from "./direct-links.ts";
import { takenOver, wrongPart, wrongWhole } from "./download-failures.ts";
import type { DownloadProgress } from "./download-progress.ts";
import type { FileDownloadOptions } from "./file-download-options.ts";
import { Flushes } from "./flushes.ts";
import { LeafProof } from "./leaf-proof.ts";
import { PartFile } from "./part-file.ts";
import type { RemoteIdentity } from "./part-record.ts";
import { PieceWriter } from "./piece-writer.ts";
import { noProof, type Proof } from "./proof.ts";
import { isPassing } from "./resuming-bytes.ts";
import { Receiving } from "./receiving.ts";
import { RateMeter } from "../rate-meter.ts";
import { type Span, SpanSet } from "./span-set.ts";
import { WhirlpoolProof } from "./whirlpool-proof.ts";

const MIB = 1024 * 1024;
/** What a killed process may have to fetch again; more of a very large file, so that its record stays short. */
const SAVE_EVERY_BYTES = 32 * MIB;
const MOST_SAVES = 4096;

/**
 * A file being downloaded to disk: several connections, one part file, which gets its name when its bytes are verified.
 */
export class FileDownload {
  readonly #context: ByteContext;
  readonly #files: LocalFiles;
  readonly #path: string;
  readonly #remote: RemoteIdentity;
  readonly #links: DirectLinks;
  readonly #options: FileDownloadOptions;
  /** Ended by the caller, or when one connection fails for good. */
  readonly #ending = new AbortController();
  readonly #meter = new RateMeter();
  readonly #flushes = new Flushes();
  #done = new SpanSet();
  #resumedBytes = 0;
  #unsavedBytes = 0;
  #saving: Promise<void> = Promise.resolve();
  #blocks: Blocks | undefined;

  constructor(
    context: ByteContext,
    target: { files: LocalFiles; path: string; remote: RemoteIdentity; links: DirectLinks },
    options: FileDownloadOptions,
  ) {
    this.#context = context;
    this.#files = target.files;
    this.#path = target.path;
    this.#remote = target.remote;
    this.#links = target.links;
    this.#options = options;
  }

  async run(signal: AbortSignal | undefined): Promise<void> {
    const stop = () => this.#ending.abort(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener("abort", stop, { once: true });
    const { resume: resumes, isReserved } = this.#options;
    const part = await PartFile.claim(this.#files, this.#path, this.#remote, { resumes, isReserved });
    try {
      this.#done = part.left;
      await this.#fetchAndProve(part);
      await this.#name(part);
      this.#report("done");
    } finally {
      signal?.removeEventListener("abort", stop);
      await part.close();
    }
  }

  async #fetchAndProve(part: PartFile): Promise<void> {
    this.#resumedBytes = this.#done.sizeBytes;
    const proof = this.#proofOf(part);
    this.#blocks = this.#blocksOf(part, proof);
    try {
      proof.begin(this.#done);
      while ((await this.#fetch(part, proof)) === "repeat") {
        if (this.#done.sizeBytes > 0) await this.#save(part);
        else await part.restart();
      }
    } catch (error) {
      await proof.stop();
      await this.#blocks?.settle();
      await this.#flushes.settle();
      await this.#saving.catch(() => undefined);
      throw await this.#explained(error, part);
    }
  }

  /** By the manifest if there is one, else by the checksum of the whole file. */
  #proofOf({ file }: PartFile): Proof {
    const { sizeBytes, whirlpool } = this.#remote;
    const { manifest, isThere } = this.#options;
    const { isOriginal } = this.#context;
    const { signal } = this.#ending;
    const onWrong = ([start, end]: Span) => this.#done.remove(start, end);
    if (manifest !== undefined) {
      const onHopeless = (span: Span) => wrongPart({ path: this.#path, isOriginal }, span);
      return new LeafProof(file, manifest, { onWrong, onHopeless, signal });
    }
    if (whirlpool === undefined) return noProof;
    const onHopeless = (actual: string) => {
      this.#done = new SpanSet();
      return wrongWhole({ path: this.#path, isThere, isOriginal }, whirlpool, actual);
    };
    return new WhirlpoolProof(file, this.#context.hasher, { sizeBytes, whirlpool, onWrong, onHopeless, signal });
  }

  #blocksOf(part: PartFile, { blocks }: Proof): Blocks | undefined {
    if (blocks === undefined) return undefined;
    let cachedBytes = 0;
    return new Blocks({
      blockBytes: blocks.blockBytes,
      fileBytes: this.#remote.sizeBytes,
      isRight: (span, bytes) => blocks.isRight(span, bytes),
      write: async ([start], bytes) => {
        const byteCount = await part.file.writePastCache(bytes, start);
        cachedBytes += byteCount;
      },
      onWritten: async ([start, end]) => {
        this.#done.add(start, end);
        this.#flushes.written(part.file, cachedBytes);
        cachedBytes = 0;
        this.#report("receiving");
        await this.#saveNowAndThen(part, end - start);
      },
      onHeld: () => this.#report("receiving"),
    });
  }

  async #name(part: PartFile): Promise<void> {
    try {
      await this.#options.beforeNaming?.();
      await part.nameIt(this.#path, this.#options.mayReplace);
    } catch (error) {
      await part.save(this.#done);
      throw error;
    }
  }

  /** Fills the part file, until all of it is on disk. */
  async #fetch(part: PartFile, proof: Proof): Promise<"proved" | "repeat"> {
    const { file } = part;
    this.#report("receiving");
    await this.#receive(part, proof);
    await this.#blocks?.drain();
    this.#report("verifying");
    await file.truncate(this.#remote.sizeBytes);
    // The disk is busy while the bytes are verified.
    const synced = this.#flushes.finish(file);
    synced.catch(() => undefined);
    const outcome = await proof.finish();
    await synced;
    // Verified bytes are those of this very file.
    if (!(await part.isInPlace())) throw takenOver(part.path);
    return outcome;
  }

  #receive(part: PartFile, proof: Proof): Promise<void> {
    const { sizeBytes } = this.#remote;
    return new Receiving({
      ...this.#options,
      context: this.#context,
      links: this.#links,
      sizeBytes,
      ending: this.#ending,
      blocks: this.#blocks,
      newWriter: () => this.#writerOf(part, proof),
      missing: (within) => this.#done.missing(within, sizeBytes),
    }).run();
  }

  #writerOf(part: PartFile, proof: Proof): PieceWriter {
    return new PieceWriter(part.file, async (start, end) => {
      this.#done.add(start, end);
      proof.written([start, end], this.#done);
      this.#flushes.written(part.file, end - start);
      this.#report("receiving");
      await this.#saveNowAndThen(part, end - start);
      await proof.keepUp();
    });
  }

  /** Also after the first bytes: from then on the part file is recognised by them. */
  async #saveNowAndThen(part: PartFile, writtenBytes: number): Promise<void> {
    const { sizeBytes } = this.#remote;
    this.#unsavedBytes += writtenBytes;
    const isFirst = this.#done.sizeBytes === writtenBytes && writtenBytes < sizeBytes;
    if (isFirst || this.#unsavedBytes >= Math.max(SAVE_EVERY_BYTES, sizeBytes / MOST_SAVES)) await this.#save(part);
  }

  #save(part: PartFile): Promise<void> {
    this.#unsavedBytes = 0;
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#saveInPlace(part));
    return this.#saving;
  }

  async #saveInPlace(part: PartFile): Promise<void> {
    if (!(await part.isInPlace())) {
      await part.remove();
      throw takenOver(part.path);
    }
    await part.save(this.#done);
  }

  /** What is left for the next run, in words. */
  async #storedText(part: PartFile, isDropped: boolean): Promise<string> {
    if (this.#done.sizeBytes === 0 || isDropped) {
      await part.remove().catch(() => undefined);
      return "Nothing was kept";
    }
    try {
      await this.#save(part);
      return `${this.#done.sizeBytes} of ${this.#remote.sizeBytes} bytes are kept in ${part.path}`;
    } catch {
      // On a disk without room for a line of JSON, for instance.
      return `Some of what arrived may be missing from ${part.path}`;
    }
  }

  /** Saves what arrived, and says so. */
  async #explained(error: unknown, part: PartFile): Promise<unknown> {
    const isDropped = isDiskFull(error) && !this.#options.keepsPartWhenFull;
    if (error instanceof ChecksumMismatchError && this.#done.sizeBytes === 0) {
      await part.remove();
      return error;
    }
    const stored = await this.#storedText(part, isDropped);
    if (this.#ending.signal.aborted && error === this.#ending.signal.reason && !isOurs(error)) return error;
    if (isDiskFull(error)) {
      return new LocalFileError(`The disk is full. ${stored}. Free some space and run it again.`, {
        cause: error,
        path: part.path,
      });
    }
    if (!isPassing(error)) return error;
    return new DownloadFailedError(
      `${this.#path}: ${error.message} ${stored}; run it again${this.#done.sizeBytes === 0 ? "" : " to continue"}.`,
      {
        cause: error,
      },
    );
  }

  #report(phase: DownloadProgress["phase"]): void {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return;
    const totalBytes = this.#remote.sizeBytes;
    const heldBytes = this.#blocks?.heldBytes ?? 0;
    const receivedBytes = phase === "receiving" ? this.#done.sizeBytes + heldBytes : totalBytes;
    const pace = this.#meter.note(receivedBytes, totalBytes);
    onProgress({ phase, receivedBytes, totalBytes, resumedBytes: this.#resumedBytes, ...pace });
  }
}

const isOurs = (error: unknown): boolean => isPassing(error) || error instanceof LocalFileError;
