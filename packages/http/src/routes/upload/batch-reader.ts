import { isUtf8 } from "node:buffer";
import { LONGEST_BATCH_LINE } from "@consigne/contract";
import type { Batch, BatchHead, BatchQuestion, BatchSink } from "@consigne/core";
import { GrowingBuffer } from "../../bounds/growing-buffer.ts";
import { RequestError } from "../../wire/error-answer.ts";
import { folderReference } from "../../wire/wire-files.ts";

const LONGEST_CONTENT_TYPE = 200;
const LINE_FEED = 0x0a;
const WHIRLPOOL = /^[0-9a-f]{128}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** The body of a batch: a line that announces a file, then its bytes, and so on. Keeps at most one line in memory. */
export class BatchReader {
  readonly #batch: Pick<Batch, "open" | "ask">;
  #line = newLine();
  #sink: BatchSink | undefined;
  #leftBytes = 0;
  #fileCount = 0;

  /** Called for each file, in order, once the previous one has finished. */
  constructor(batch: Pick<Batch, "open" | "ask">) {
    this.#batch = batch;
  }

  get fileCount(): number {
    return this.#fileCount;
  }

  /** Calls must not overlap. The chunk's memory may be reused when it resolves. @throws {RequestError} and as `open` */
  async take(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      at += this.#sink === undefined ? await this.#takeLine(chunk.subarray(at)) : await this.#takeBytes(chunk, at);
    }
  }

  /** @throws {RequestError} if the body ends within a file */
  end(): void {
    if (this.#sink === undefined && this.#line.length === 0) return;
    throw new RequestError("uploadInterrupted", "The request ends in the middle of a file.");
  }

  async #takeLine(rest: Buffer): Promise<number> {
    const end = rest.indexOf(LINE_FEED);
    const part = end === -1 ? rest : rest.subarray(0, end);
    if (this.#line.length + part.length >= LONGEST_BATCH_LINE) throw malformed(this.#fileCount, "its line is too long");
    this.#line.add(part);
    if (end === -1) return part.length;
    const head = headOf(this.#line.bytes(), this.#fileCount);
    this.#line = newLine();
    this.#fileCount += 1;
    if ("whirlpool" in head) {
      await this.#batch.ask(head);
      return end + 1;
    }
    this.#leftBytes = head.sizeBytes;
    this.#sink = await this.#batch.open(head);
    if (this.#leftBytes === 0) await this.#finish(this.#sink);
    return end + 1;
  }

  async #takeBytes(chunk: Buffer, at: number): Promise<number> {
    const bytes = chunk.subarray(at, at + this.#leftBytes);
    const sink = this.#sink;
    await sink?.write(bytes);
    this.#leftBytes -= bytes.length;
    if (this.#leftBytes === 0 && sink !== undefined) await this.#finish(sink);
    return bytes.length;
  }

  async #finish(sink: BatchSink): Promise<void> {
    this.#sink = undefined;
    await sink.finish();
  }
}

function headOf(line: Buffer, number: number): BatchHead | BatchQuestion {
  const given = isUtf8(line) ? objectOf(line.toString("utf8")) : undefined;
  if (given === undefined) throw malformed(number, "its line is no JSON object");
  const { folder_id: folderId, path, size, sha256, content_type: contentType, whirlpool } = given;
  if (folderId !== undefined && !isCount(folderId)) throw malformed(number, "its folder_id is no number");
  if (typeof path !== "string") throw malformed(number, "its path is missing");
  if (!isCount(size)) throw malformed(number, "its size is missing");
  const folder = folderId === undefined ? undefined : folderReference(folderId);
  if (typeof whirlpool === "string" && WHIRLPOOL.test(whirlpool)) return { folder, path, sizeBytes: size, whirlpool };
  if (typeof sha256 !== "string" || !SHA256.test(sha256)) throw malformed(number, "its SHA-256 is missing");
  const hasType = typeof contentType === "string" && contentType !== "" && contentType.length <= LONGEST_CONTENT_TYPE;
  if (contentType !== undefined && !hasType) throw malformed(number, "its content_type is invalid");
  return { folder, path, sizeBytes: size, sha256, contentType: hasType ? contentType : undefined };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null ? { ...given } : undefined;
  } catch {
    return undefined;
  }
}

/** Its memory is counted with the fixed allowance of an upload. */
const newLine = () => new GrowingBuffer(() => undefined);

const malformed = (number: number, what: string) =>
  new RequestError("badRequest", `File ${number} of the batch has an invalid header line: ${what}.`);
