import type { ServerDescription } from "../calls/server-description.ts";
import { type ByteContext, waitBeforeRetry, withRetries } from "../byte-context.ts";
import { ChecksumMismatchError, UploadFailedError } from "../errors.ts";
import { platform } from "#platform";
import type { BatchFile } from "./batch-body.ts";
import type { BatchOptions, BatchResult, BatchRoom } from "./batch-upload.ts";
import { sentFileName } from "./file-name.ts";
import { matchFiles } from "./match-files.ts";
import { askForReport, pollReport } from "./report-poll.ts";
import { findStored } from "./stored-files.ts";
import {
  type AttemptOutcome,
  type OutgoingFile,
  sendUpload,
  UPLOAD_ENDPOINT,
  type UploadSettings,
} from "./upload-attempt.ts";
import { reportUrlAt, uploadNode, type UploadNode } from "./upload-node.ts";
import { type UploadProgress, UploadTracker } from "./upload-progress.ts";
import { PartMemory } from "./part-memory.ts";
import { LEAVES_EXTENSION } from "./part-proof.ts";
import { PartUploads } from "./part-uploads.ts";
import { requireWithinLimits } from "./upload-limits.ts";
import type { UploadedFile, UploadReport } from "./upload-report.ts";
import type { UploadMemory } from "./upload-memory.ts";
import type { UploadSource } from "./upload-source.ts";

/** Smaller files are sent in one request everywhere: parts would gain little. */
const LEAST_PARTED_BYTES = 16 * 1024 ** 2;

export interface UploadOptions {
  /**
   * Destination; the root by default. Needs a key. If the folder does not exist, Consigne refuses the upload; 1fichier.com
   * and other hosts that speak its API store the files in the root.
   */
  folderId?: number;
  /** Link domain of the service for the links, 0 to 10. */
  domain?: number;
  /** Password that downloads will ask for. */
  password?: string;
  /** Ends the upload at any time and rejects with the signal's reason. What was sent completely may be kept. */
  signal?: AbortSignal;
  onProgress?: (progress: UploadProgress) => void;
  /** Attempts after the first, in place of the client's `retries`. */
  retries?: number | undefined;
  /**
   * For one file that is sent in parts: where its upload is remembered, so that the next attempt, in any process,
   * resumes it. Without it, an upload that fails leaves nothing on the server. Not used with a password.
   */
  memory?: UploadMemory | undefined;
  /**
   * Links of files that this one will replace: an earlier upload in `memory` does not count as this one if its file is
   * one of them.
   */
  replaces?: readonly string[] | undefined;
  /** Use one request even if the file could be sent in parts. */
  isInOneRequest?: boolean | undefined;
  /** Limits the rate: receives the bytes that are about to be sent, and yields the same memory in pieces. */
  throttle?: ((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined;
  /** Called for each file as soon as it has certainly arrived; `index` is that of its source. */
  onUploaded?: (file: UploadedFile, index: number) => void;
}

/** Uploads files. Nothing is sent twice unless it certainly did not arrive. */
export class Uploads {
  readonly #context: ByteContext;
  readonly #partMemory = new PartMemory();
  readonly #batchRoom: BatchRoom = { mostBytes: Infinity, memory: undefined };

  constructor(context: ByteContext) {
    this.#context = context;
  }

  /**
   * Sends up to 500 files in one upload. Resolves when each has arrived and its Whirlpool matches; the results are in
   * the order of the sources.
   *
   * An unclear result (a cut connection, a report that is late or unreadable, a server that restarts) is resolved by
   * asking for the report again, then by looking into the folder by size and Whirlpool; only what is missing there is
   * sent again.
   *
   * A single file of 16 MiB or more is sent to Consigne servers in parts, several at a time: a broken connection costs
   * only the parts that were being sent. Each part is verified by its SHA-256. In Node only.
   *
   * @throws {TooLargeError} the server announces a lower limit; nothing was sent
   * @throws {UploadFailedError} it is not certain that all files arrived; the message says which did
   * @throws {ChecksumMismatchError} other bytes arrived than were sent; that file was removed again
   * @throws {LocalFileError} a source cannot be read or changed while it was sent; nothing of the upload was kept
   * @throws {NotFoundError} the folder does not exist
   * @throws {ApiError} the server refused
   */
  async send(sources: readonly UploadSource[], options: UploadOptions = {}): Promise<UploadedFile[]> {
    if (sources.length === 0) return [];
    try {
      options.signal?.throwIfAborted();
      const about = await this.#about();
      requireWithinLimits(sources, about?.uploads);
      const context = withRetries(this.#context, options.retries);
      const file = await this.#sendInParts(context, { sources, about, options });
      if (file !== undefined) return [file];
      return await new Upload(
        context,
        sources.map((source) => throttled(source, options)),
        options,
      ).run();
    } finally {
      for (const source of sources) await source.dispose?.();
    }
  }

  async #about(): Promise<ServerDescription | undefined> {
    try {
      return await this.#context.about?.();
    } catch {
      // The upload itself will have the same problem, and report it.
      return undefined;
    }
  }

  /** Undefined if it has to be sent in one request. */
  async #sendInParts(
    context: ByteContext,
    {
      sources: [source, ...others],
      about,
      options,
    }: { sources: readonly UploadSource[]; about: ServerDescription | undefined; options: UploadOptions },
  ): Promise<UploadedFile | undefined> {
    const isTaken = about?.extensions.includes("uploads") === true && context.keys.hasKey;
    if (!isTaken || platform.files === undefined || source === undefined || others.length > 0) return undefined;
    if (options.isInOneRequest === true || source.isOneShot === true || source.sizeBytes < LEAST_PARTED_BYTES)
      return undefined;
    const { folderId, domain, password, signal, memory, replaces = [], throttle, onProgress, onUploaded } = options;
    const tracker = new UploadTracker([{ name: source.name, sizeBytes: source.sizeBytes }], onProgress);
    const hasPassword = password !== undefined && password !== "";
    // Loaded only where there are files: a browser does not need it.
    const { PartedUpload } = await import("./parted-upload.ts");
    const file = await new PartedUpload({
      context,
      parts: new PartUploads(context),
      memory: this.#partMemory,
      proof: about.extensions.includes(LEAVES_EXTENSION) ? "leaves" : "whole",
      source,
      settings: { folderId, domain, password },
      replaces,
      record: hasPassword ? undefined : memory,
      throttle,
      tracker,
      signal,
    }).run();
    if (file === undefined) return undefined;
    tracker.arrived(0);
    onUploaded?.(file, 0);
    tracker.enter("done");
    return file;
  }

  /** Whether `sendBatch` is useful here: servers that accept batches announce it. */
  async takesBatches(): Promise<boolean> {
    const about = await this.#about();
    // With the limits of 1fichier.com, its calls are wanted as well.
    return (
      about?.extensions.includes("batch") === true && about.limits.profile !== "authentic" && this.#context.keys.hasKey
    );
  }

  /**
   * Sends up to 1,000 small files with their folders in one request; all of them are in memory until it is over.
   * Results are in the order of the files: each is stored or refused by itself. An existing file with this name and
   * these bytes counts as stored, so a retry after a broken connection creates no duplicates. If a proxy refuses
   * requests of this size, smaller ones are sent. Rejects only with the reason of the signal.
   */
  async sendBatch(files: readonly BatchFile[], options: BatchOptions = {}): Promise<BatchResult[]> {
    // Pages that send no batches need not load it.
    const { BatchUpload } = await import("./batch-upload.ts");
    return new BatchUpload(this.#context, this.#batchRoom, files, options).run();
  }

  /** As `send`, for one file. */
  async sendOne(source: UploadSource, options: UploadOptions = {}): Promise<UploadedFile> {
    const [file] = await this.send([source], options);
    if (file === undefined) throw new UploadFailedError(`${source.name} did not arrive.`);
    return file;
  }

  /**
   * The report of an earlier upload by its id, for as long as the server keeps it (two hours on 1fichier.com).
   * Undefined if there is none, or not yet. `nodeUrl` is the host that took it; default: the server of the API.
   */
  async report(
    uploadId: string,
    options: { nodeUrl?: string; signal?: AbortSignal } = {},
  ): Promise<UploadReport | undefined> {
    const nodeUrl = options.nodeUrl ?? this.#context.apiUrl;
    const answer = await askForReport(this.#context, reportUrlAt(nodeUrl, uploadId), options.signal);
    return typeof answer === "object" ? answer : undefined;
  }
}

function throttled(source: UploadSource, { throttle }: UploadOptions): UploadSource {
  return throttle === undefined ? source : { ...source, open: (range) => throttle(source.open(range)) };
}

/** One call of `send`: attempts, until every file has its match. */
class Upload {
  readonly #context: ByteContext;
  readonly #options: UploadOptions;
  readonly #settings: UploadSettings;
  readonly #tracker: UploadTracker;
  readonly #arrived: (UploadedFile | undefined)[];
  #missing: OutgoingFile[];

  constructor(context: ByteContext, sources: readonly UploadSource[], options: UploadOptions) {
    this.#context = context;
    this.#options = options;
    this.#settings = { folderId: options.folderId, domain: options.domain, password: options.password };
    this.#arrived = sources.map(() => undefined);
    this.#missing = sources.map((source, index) => ({
      index,
      source,
      name: sentFileName(source.name),
      sizeBytes: source.sizeBytes,
      whirlpool: undefined,
    }));
    this.#tracker = new UploadTracker(this.#missing, options.onProgress);
  }

  async run(): Promise<UploadedFile[]> {
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#attempt();
      if (failure === undefined || this.#missing.length === 0) break;
      this.#requireRepeatable(failure);
      if (attempt >= this.#context.retries) throw this.#failed("did not arrive", failure);
      await waitBeforeRetry(
        this.#context,
        { endpoint: UPLOAD_ENDPOINT, failures: attempt, error: failure },
        this.#options.signal,
      );
    }
    this.#tracker.enter("done");
    return this.#arrived.filter((file) => file !== undefined);
  }

  /** Sends what is missing and finds out what arrived. Returns why something is still missing. */
  async #attempt(): Promise<Error | undefined> {
    const { signal } = this.#options;
    const files = this.#missing;
    const node = await this.#nextNode();
    this.#tracker.begin(files.map(({ index }) => index));
    const onSent = (sentOfFiles: readonly number[]) => this.#tracker.sent(sentOfFiles);
    const outcome = await sendUpload(this.#context, node, files, this.#settings, onSent, signal);
    if (outcome.kind === "lost") return outcome.error;
    this.#context.caller.noteChange?.(this.#settings.folderId ?? 0);
    this.#tracker.enter("verifying");
    return this.#settle(outcome, node);
  }

  async #nextNode(): Promise<UploadNode> {
    const { signal } = this.#options;
    const answer = await this.#context.caller.call("uploadGetUploadServer", {}, { signal });
    return uploadNode(answer, this.#context.apiUrl);
  }

  async #settle(outcome: Exclude<AttemptOutcome, { kind: "lost" }>, node: UploadNode): Promise<Error | undefined> {
    const { signal } = this.#options;
    const reportUrl = outcome.kind === "received" ? outcome.reportUrl : node.reportUrl;
    const isComplete = outcome.kind === "reported" && outcome.report.files.length >= this.#missing.length;
    const report = isComplete
      ? outcome.report
      : await pollReport(this.#context, reportUrl, this.#missing.length, signal);
    if (report !== undefined) {
      const { found, damaged } = matchFiles(this.#missing, report.files);
      this.#accept(found);
      if (damaged.length > 0) await this.#refuseDamaged(damaged);
      if (this.#missing.length === 0) return undefined;
    }
    await this.#lookIntoFolder(outcome.kind === "unclear" ? outcome.error : undefined);
    return outcome.kind === "unclear" ? outcome.error : new UploadFailedError("The report does not name the file.");
  }

  async #lookIntoFolder(cause: Error | undefined): Promise<void> {
    if (!this.#context.keys.hasKey) throw this.#failed("may have arrived, and was not sent again", cause);
    try {
      this.#accept(
        (await findStored(this.#context, this.#missing, this.#settings.folderId, this.#options.signal)).found,
      );
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw this.#failed("may have arrived, and was not sent again", error);
    }
  }

  #accept(found: readonly { sent: OutgoingFile; file: UploadedFile }[]): void {
    const done = new Set(found.map(({ sent }) => sent));
    this.#missing = this.#missing.filter((file) => !done.has(file));
    for (const { sent, file } of found) {
      this.#arrived[sent.index] = file;
      this.#tracker.arrived(sent.index);
      this.#options.onUploaded?.(file, sent.index);
    }
  }

  async #refuseDamaged(damaged: readonly { sent: OutgoingFile; file: UploadedFile }[]): Promise<never> {
    const removed = await this.#remove(damaged.map(({ file }) => file.url));
    const [{ sent, file }] = damaged as readonly [{ sent: OutgoingFile; file: UploadedFile }];
    const urls = damaged.map((each) => each.file.url).join(", ");
    throw new ChecksumMismatchError(
      `${namesOf(damaged.map((each) => each.sent))} arrived with other bytes than were sent. ` +
        (removed ? "What arrived was removed; send it again." : `What arrived could not be removed: ${urls}`),
      { expected: sent.whirlpool ?? "", actual: file.whirlpool },
    );
  }

  async #remove(urls: readonly string[]): Promise<boolean> {
    if (!this.#context.keys.hasKey) return false;
    try {
      await this.#context.caller.call("fileRm", { files: urls.map((url) => ({ url })) });
      return true;
    } catch {
      return false;
    }
  }

  #requireRepeatable(cause: Error | undefined): void {
    const oneShot = this.#missing.find(({ source }) => source.isOneShot === true);
    if (oneShot !== undefined) throw this.#failed("did not arrive, and is a stream that cannot be read again", cause);
  }

  #failed(what: string, cause: unknown): UploadFailedError {
    const [arrived, all] = [this.#arrived.filter((file) => file !== undefined).length, this.#arrived.length];
    const others = all === 1 ? "" : `; ${arrived} of ${all} files arrived`;
    const reason = cause instanceof Error ? `: ${cause.message}` : ".";
    return new UploadFailedError(`${namesOf(this.#missing)} ${what}${others}${reason}`, { cause });
  }
}

function namesOf(files: readonly OutgoingFile[]): string {
  const names = files.slice(0, 3).map(({ name }) => name);
  return `${names.join(", ")}${files.length > 3 ? ` and ${files.length - 3} more` : ""}`;
}
