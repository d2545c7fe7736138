import { platform } from "#platform";
import { type ByteContext, waitBeforeRetry, withRetries } from "../byte-context.ts";
import { type RefusalReading, refusalOf } from "../calls/byte-refusal.ts";
import { readServerAddress } from "../calls/server-address.ts";
import { isFloodLockError } from "../error-guards.ts";
import { UploadFailedError } from "../errors.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import type { ByteResponse } from "../platform/platform.ts";
import { readText } from "../platform/read-text.ts";
import { findNumber } from "../resources/wire-values.ts";
import { batchBody, type BatchFile, lineWithoutDigest, loadFile, type LoadedFile, questionLine } from "./batch-body.ts";
import { BatchMemory } from "./batch-memory.ts";
import { hasNumber } from "./parted-failures.ts";
import { authorization } from "./upload-attempt.ts";
import type { UploadedFile } from "./upload-report.ts";

/** The result of one file of a batch. */
export type BatchResult =
  | { readonly file: UploadedFile & { readonly folderId: number } }
  /** It was not stored, for this reason. */
  | { readonly error: Error };

export interface BatchOptions {
  signal?: AbortSignal | undefined;
  /** Called with bytes sent, including the lines between the files; negative if they have to be sent again. */
  onBytes?: ((count: number) => void) | undefined;
  /** Attempts after the first, in place of the client's `retries`. */
  retries?: number | undefined;
  /**
   * Called if a proxy in front of the server refuses requests of this size: from now on each has at most this many
   * bytes.
   */
  onSmallerRequests?: ((mostBytes: number) => void) | undefined;
  /** As for an upload. */
  throttle?: ((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined;
}

const BATCH_ENDPOINT = "batch.put";
const MAX_REFUSAL_BYTES = 64 * 1024;
const LONGEST_LINE = 64 * 1024;
/** Files are small: reading them is mostly waiting. */
const READ_AT_ONCE = 8;
const INSUFFICIENT_STORAGE = 507;
const CONTENT_TOO_LARGE = 413;
/** What nginx accepts by default: https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size */
const USUAL_LIMIT_BYTES = 1024 ** 2;

/** What all batches of a client have learned about the way to the server. */
export interface BatchRoom {
  /** Size limit of one request. */
  mostBytes: number;
  /** Created when it is first needed. */
  memory: BatchMemory | undefined;
}

/** One call of `sendBatch`: attempts, until every file has a result. */
export class BatchUpload {
  readonly #context: ByteContext;
  readonly #files: readonly BatchFile[];
  readonly #options: BatchOptions;
  readonly #room: BatchRoom;
  readonly #results: (BatchResult | undefined)[];
  /** Files of the last attempt that were refused for the moment only, by their index. */
  readonly #refused = new Map<number, Error>();

  constructor(context: ByteContext, room: BatchRoom, files: readonly BatchFile[], options: BatchOptions) {
    this.#room = room;
    this.#context = withRetries(context, options.retries);
    this.#files = files;
    this.#options = options;
    this.#results = files.map(() => undefined);
  }

  async run(): Promise<BatchResult[]> {
    const lines = this.#files.map(lineWithoutDigest);
    const sizeBytes = this.#files.reduce(
      (sum, { source }, at) => sum + (lines[at]?.byteLength ?? 0) + source.sizeBytes,
      0,
    );
    const all = (this.#room.memory ??= new BatchMemory());
    const memory = await all.take(sizeBytes);
    try {
      return await this.#sendFrom(await this.#load(lines, memory));
    } finally {
      all.give(memory);
    }
  }

  async #sendFrom(loaded: readonly LoadedFile[]): Promise<BatchResult[]> {
    let missing = loaded;
    for (let attempt = 0; missing.length > 0; attempt++) {
      this.#refused.clear();
      const failure = (await this.#sendAll(missing)) ?? [...this.#refused.values()][0];
      missing = missing.filter(({ index }) => this.#results[index] === undefined);
      if (failure === undefined || missing.length === 0) break;
      if (attempt >= this.#context.retries || !isWorthRepeating(failure)) {
        for (const { index } of missing) this.#results[index] = { error: this.#refused.get(index) ?? failure };
        break;
      }
      const { signal } = this.#options;
      await waitBeforeRetry(this.#context, { endpoint: BATCH_ENDPOINT, failures: attempt, error: failure }, signal);
      // What the lost answer would have reported need not be sent again.
      if (isConnectionFailure(failure)) await this.#ask(missing);
      missing = missing.filter(({ index }) => this.#results[index] === undefined);
    }
    const unknown = { error: new UploadFailedError("The server's answer does not name the file.") };
    return this.#results.map((result) => result ?? unknown);
  }

  /** One after the other, as they will be sent. */
  async #load(lines: readonly Uint8Array[], memory: Uint8Array<ArrayBuffer>): Promise<LoadedFile[]> {
    const loaded: LoadedFile[] = [];
    const waiting = this.#files.entries();
    let usedBytes = 0;
    const read = async () => {
      for (const [index, file] of waiting) {
        this.#options.signal?.throwIfAborted();
        const line = lines[index] ?? new Uint8Array();
        const start = usedBytes;
        usedBytes += line.byteLength + file.source.sizeBytes;
        try {
          loaded.push(await loadFile(file, { index, line, memory: memory.subarray(start, usedBytes) }));
        } catch (error) {
          this.#results[index] = { error: error instanceof Error ? error : new Error(String(error)) };
        } finally {
          await file.source.dispose?.();
        }
      }
    };
    // Waits for all of them, whatever happens to one: the memory belongs to others as soon as this is over.
    const ends = await Promise.allSettled(Array.from({ length: READ_AT_ONCE }, read));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return loaded.toSorted((a, b) => a.index - b.index);
  }

  /** In one request, or in as many as a proxy requires. Returns what `#send` does. */
  async #sendAll(files: readonly LoadedFile[]): Promise<Error | undefined> {
    for (let left = files; left.length > 0;) {
      const some = fitting(left, this.#room);
      const failure = await this.#send(some);
      if (!isTooLarge(failure)) {
        if (failure !== undefined) return failure;
        left = left.slice(some.length);
        continue;
      }
      const [alone, ...others] = some;
      if (alone !== undefined && others.length === 0) this.#results[alone.index] ??= { error: failure };
      else this.#makeSmaller(some);
      left = left.filter(({ index }) => this.#results[index] === undefined);
    }
    return undefined;
  }

  /** Others may have done so while this one was being sent. */
  #makeSmaller(refused: readonly LoadedFile[]): void {
    const refusedBytes = sizeOf(refused);
    const mostBytes = refusedBytes > USUAL_LIMIT_BYTES ? USUAL_LIMIT_BYTES : Math.floor(refusedBytes / 2);
    if (mostBytes >= this.#room.mostBytes) return;
    this.#room.mostBytes = mostBytes;
    this.#context.logger?.debug(`a proxy refuses requests of ${refusedBytes} bytes; sending smaller ones`);
    this.#options.onSmallerRequests?.(mostBytes);
  }

  /** Anything that fails here will also fail in the next attempt to send. */
  async #ask(files: readonly LoadedFile[]): Promise<void> {
    const asked: LoadedFile[] = [];
    for (const { index, bytes } of files) {
      const file = this.#files[index];
      const hash = this.#context.hasher.start();
      await hash.update(bytes);
      const line = file === undefined ? new Uint8Array() : questionLine(file, await hash.digest());
      asked.push({ index, line, bytes: new Uint8Array() });
    }
    await this.#send(asked);
    // `absent` answers a question, and is not a result for the file.
    for (const { index } of files) if (!isStored(this.#results[index])) this.#results[index] = undefined;
  }

  /** Why not all of them have a result. @throws the reason of the signal, and programming errors */
  async #send(files: readonly LoadedFile[]): Promise<Error | undefined> {
    const { signal, throttle, onBytes } = this.#options;
    let counted = 0;
    const onSent = (sentBytes: number) => {
      onBytes?.(sentBytes - counted);
      counted = sentBytes;
    };
    const noteUnsent = () => {
      const again = counted - sizeOf(files.filter(({ index }) => this.#results[index] !== undefined));
      if (again > 0) onBytes?.(-again);
    };
    const reading = {
      endpoint: BATCH_ENDPOINT,
      isOriginal: this.#context.isOriginal,
      secrets: [await this.#context.keys.current()],
    };
    this.#context.logger?.debug(`batch of ${files.length} files`);
    try {
      const response = await platform.send({
        method: "POST",
        url: `${readServerAddress(this.#context.apiUrl).origin}/x/v1/batch`,
        headers: { "content-type": "application/octet-stream", ...(await authorization(this.#context)) },
        body: batchBody(files, throttle, onSent),
        signal,
        idleTimeoutMs: this.#context.waits.idleTimeoutMs,
        answerTimeoutMs: this.#context.waits.answerTimeoutMs,
        keepsAlive: true,
        isAnsweredMeanwhile: true,
      });
      if (response.status === 200) return await this.#readLines(files, response, reading);
      return refusalOf(response, await readText(response, MAX_REFUSAL_BYTES), reading);
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      return error;
    } finally {
      noteUnsent();
      for (const { index } of files) this.#noteChange(this.#files[index]);
    }
  }

  async #readLines(
    files: readonly LoadedFile[],
    response: ByteResponse,
    reading: RefusalReading,
  ): Promise<Error | undefined> {
    let end: Error | "ok" | undefined;
    for await (const line of linesOf(response)) end = this.#take(files, line, reading) ?? end;
    if (end === "ok") return undefined;
    return end ?? new UploadFailedError("The server's answer ended before its last line.");
  }

  /** For the last line, what it says about the whole request. */
  #take(files: readonly LoadedFile[], line: string, reading: RefusalReading): Error | "ok" | undefined {
    const told = objectIn(line);
    if (told["status"] === "OK") return "ok";
    if (told["status"] === "KO") return errorIn(told, reading);
    const sent = files[findNumber(told["file"]) ?? -1];
    if (sent === undefined) return undefined;
    const result = resultOf(told, this.#files[sent.index], reading);
    const isPassing = told["outcome"] === "failed" && "error" in result && isWorthRepeating(result.error);
    if (isPassing) this.#refused.set(sent.index, result.error);
    else this.#results[sent.index] = result;
    return undefined;
  }

  /** Of its folder, and of folders that were created for it. */
  #noteChange(file: BatchFile | undefined): void {
    this.#context.caller.noteChange?.(file?.folderId ?? 0);
  }
}

const sizeOf = (files: readonly LoadedFile[]): number =>
  files.reduce((sum, { line, bytes }) => sum + line.byteLength + bytes.byteLength, 0);

/** As many files, from the first on, as one request may have; at least one. */
function fitting(files: readonly LoadedFile[], { mostBytes }: BatchRoom): readonly LoadedFile[] {
  let bytes = 0;
  const end = files.findIndex((file) => (bytes += sizeOf([file])) > mostBytes);
  return end === -1 ? files : files.slice(0, Math.max(1, end));
}

function isTooLarge(failure: Error | undefined): failure is Error {
  return failure !== undefined && Reflect.get(failure, "status") === CONTENT_TOO_LARGE;
}

const isStored = (result: BatchResult | undefined): boolean => result !== undefined && "file" in result;

/** The result is not known, the server is temporarily unable, or the bytes did not arrive as they were sent. */
function isWorthRepeating(failure: Error): boolean {
  if (isConnectionFailure(failure) || failure instanceof UploadFailedError || isFloodLockError(failure)) return true;
  if (hasNumber(failure, "digestWrong") || hasNumber(failure, "uploadInterrupted")) return true;
  const status: unknown = Reflect.get(failure, "status");
  return typeof status === "number" && status >= 500 && status !== INSUFFICIENT_STORAGE;
}

function resultOf(told: Record<string, unknown>, file: BatchFile | undefined, reading: RefusalReading): BatchResult {
  const { url, filename, folder_id: folderId, checksum } = told;
  if (typeof url !== "string") return { error: errorIn(told, reading) };
  return {
    file: {
      url,
      name: typeof filename === "string" ? filename : (file?.names.at(-1) ?? ""),
      sizeBytes: file?.source.sizeBytes ?? 0,
      whirlpool: typeof checksum === "string" ? checksum : "",
      folderId: findNumber(folderId) ?? 0,
      raw: told,
    },
  };
}

function errorIn(told: Record<string, unknown>, reading: RefusalReading): Error {
  const error = typeof told["error"] === "object" && told["error"] !== null ? { ...told["error"] } : {};
  const { status, message } = error as { status?: unknown; message?: unknown };
  const body = JSON.stringify({ status: "KO", message: typeof message === "string" ? message : "It was not stored." });
  const answer = { status: typeof status === "number" ? status : 500, header: () => undefined };
  return refusalOf(answer, body, reading);
}

async function* linesOf({ body }: ByteResponse): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
    if (text.length > LONGEST_LINE) throw new UploadFailedError("The server's answer has a line that is too long.");
  }
}

function objectIn(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
