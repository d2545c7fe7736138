import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Writable } from "node:stream";
import type { Readable } from "node:stream";
import { GrowingBuffer } from "../bounds/growing-buffer.ts";
import { baseFileName } from "./file-name.ts";
import { FormFields } from "./form-fields.ts";
import { decodeCharset } from "./header-text.ts";
import { MultipartError } from "./multipart-error.ts";
import { bodyWriter, multipartBoundary } from "./part-head.ts";
import type { PartHead } from "./part-head.ts";
import { PartStream } from "./part-stream.ts";
import { takeInTurn } from "./take-in-turn.ts";
import type { Part } from "./part-stream.ts";
import { BodyTimeouts } from "./body-timeouts.ts";

/** Receives the bytes of one file. Calls never overlap; exactly one of `finish` and `abort` takes effect. */
export interface FileSink {
  /** The chunk's memory is freed when this has resolved. */
  write(chunk: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  /** Called after a failure, even of `finish` itself. */
  abort(): Promise<void>;
}

export interface FileHead {
  fieldName: string;
  /** Base name, ready to be stored. */
  fileName: string;
  contentType: string | undefined;
}

export interface MultipartOptions {
  maxFiles: number;
  /** Form fields and empty file inputs. */
  maxFields: number;
  maxFieldBytes: number;
  /** Names and values of all fields together: they are held in memory until the end. */
  maxAllFieldsBytes: number;
  /** How long the client may send nothing while we wait for it. */
  idleTimeoutMs: number;
  /** Longest time for the whole body. */
  totalTimeoutMs: number;
  /** The request shows that it comes from a page in a browser. */
  tellsOfPage?: boolean;
  /** Ends it from outside, with the signal's reason. */
  signal?: AbortSignal;
  /** Where fields are collected: those read so far remain available after a failure. */
  fields?: FormFields;
  /** Called with memory that is held until the end; may refuse it by throwing. */
  holdBytes?(count: number): void;
  /** `fieldsSoFar` are those that came before the file. */
  openFile(head: FileHead, fieldsSoFar: ReadonlyMap<string, string>): Promise<FileSink>;
}

export interface ReceivedMultipart {
  fields: FormFields;
  fileCount: number;
}

/**
 * Reads a multipart/form-data request: files go to their sinks one after the other, fields are collected, in any order.
 * Resolves when every sink has finished. After a rejection no sink is open, and the rest of the request is being read
 * and dropped, so the caller can still answer; it should then close the connection.
 * @throws {MultipartError} for whatever the client did
 * @throws the error of `openFile` or of a sink, unchanged
 */
export async function receiveMultipart(
  request: IncomingMessage,
  options: MultipartOptions,
): Promise<ReceivedMultipart> {
  try {
    return await new Reception(request, options).run();
  } catch (error) {
    request.resume();
    throw error;
  }
}

class Reception {
  readonly #request: IncomingMessage;
  readonly #options: MultipartOptions;
  readonly #parts: PartStream;
  readonly #fields: FormFields;
  readonly #unread: Part[] = [];
  #fileCount = 0;
  #fieldCount = 0;
  #fieldBytes = 0;
  #body: Readable | undefined;
  #hasEnded = false;
  #error: { readonly reason: unknown } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeIntake: (() => void) | undefined;

  constructor(request: IncomingMessage, options: MultipartOptions) {
    this.#request = request;
    this.#options = options;
    this.#fields = options.fields ?? new FormFields();
    const boundary = multipartBoundary(request.headers["content-type"]);
    this.#parts = new PartStream(boundary, {
      writer: bodyWriter(boundary, { tellsOfPage: options.tellsOfPage ?? false }),
      onPart: (part) => this.#queue(part),
      onError: (error) => this.#fail(error),
    });
  }

  async run(): Promise<ReceivedMultipart> {
    const timeouts = new BodyTimeouts({
      idleMs: this.#options.idleTimeoutMs,
      totalMs: this.#options.totalTimeoutMs,
      onIdle: () => this.#fail(new MultipartError("idle")),
      onTotal: () => this.#fail(new MultipartError("too-slow")),
    });
    const intake = this.#intake(timeouts);
    const onClose = () => {
      if (!this.#request.readableEnded) this.#fail(new MultipartError("aborted"));
    };
    const { signal } = this.#options;
    const onAbort = () => this.#fail(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#request.on("error", onClose).on("close", onClose);
    if (this.#request.destroyed) onClose();
    if (signal?.aborted === true) onAbort();
    timeouts.startWaiting();
    this.#request.pipe(intake);
    try {
      await this.#readParts();
    } catch (error) {
      this.#fail(error);
    } finally {
      timeouts.end();
      this.#request.unpipe(intake);
      this.#request.off("error", onClose).off("close", onClose);
      signal?.removeEventListener("abort", onAbort);
    }
    if (this.#error) throw this.#error.reason;
    return { fields: this.#fields, fileCount: this.#fileCount };
  }

  /** Feeds the parser at most one part ahead of the reader: many small files must not pile up in memory. */
  #intake(timeouts: BodyTimeouts): Writable {
    return new Writable({
      highWaterMark: 64 * 1024,
      write: (chunk: Buffer, _encoding, done) => {
        timeouts.stopWaiting();
        if (this.#error) return done();
        this.#parts.write(chunk, this.#body !== undefined, () => {
          const goOn = () => {
            if (!this.#error) timeouts.startWaiting();
            done();
          };
          if (this.#unread.length > 0 && !this.#error) this.#wakeIntake = goOn;
          else goOn();
        });
      },
      final: (done) => {
        timeouts.stopWaiting();
        this.#parts.end(() => {
          this.#hasEnded = true;
          this.#wakeReader?.();
          done();
        });
      },
    });
  }

  #queue(part: Part): void {
    if (this.#error) return;
    if (part.head.sentFileName) {
      if (++this.#fileCount > this.#options.maxFiles) return this.#fail(new MultipartError("too-many-files"));
    } else if (++this.#fieldCount > this.#options.maxFields) {
      return this.#fail(new MultipartError("too-many-fields"));
    }
    this.#unread.push(part);
    this.#wakeReader?.();
  }

  /** Keeps only the first error: the parser and the request often add others. */
  #fail(reason: unknown): void {
    if (this.#error) return;
    this.#error = { reason };
    this.#body?.destroy(reason instanceof Error ? reason : new Error(String(reason)));
    this.#wakeReader?.();
    this.#resumeIntake();
  }

  async #readParts(): Promise<void> {
    while (!this.#error) {
      const part = this.#unread.shift();
      if (part) {
        this.#body = part.body;
        if (this.#unread.length === 0) this.#resumeIntake();
        await (part.head.sentFileName === undefined ? this.#readField(part) : this.#readFile(part));
        this.#body = undefined;
      } else if (this.#hasEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wakeReader = resolve));
        this.#wakeReader = undefined;
      }
    }
  }

  #resumeIntake(): void {
    const wake = this.#wakeIntake;
    this.#wakeIntake = undefined;
    wake?.();
  }

  async #readField({ head, body }: Part): Promise<void> {
    const value = new GrowingBuffer((count) => this.#options.holdBytes?.(count));
    const nameBytes = Buffer.byteLength(head.fieldName);
    this.#countFieldBytes(nameBytes);
    this.#options.holdBytes?.(nameBytes);
    await takeInTurn(body, async (chunk) => {
      if (value.length + chunk.length > this.#options.maxFieldBytes) throw new MultipartError("field-too-large");
      this.#countFieldBytes(chunk.length);
      value.add(chunk);
    });
    this.#fields.append(head.fieldName, fieldText(head, value.bytes()));
  }

  #countFieldBytes(count: number): void {
    this.#fieldBytes += count;
    if (this.#fieldBytes > this.#options.maxAllFieldsBytes) throw new MultipartError("field-too-large");
  }

  async #readFile({ head, body }: Part): Promise<void> {
    const fileHead = { ...head, fileName: baseFileName(head.sentFileName ?? "") };
    let sink: FileSink | undefined;
    try {
      if (head.sentFileName !== "") sink = await this.#open(fileHead);
      await takeInTurn(body, async (chunk) => {
        sink ??= await this.#openUnnamed(fileHead);
        await sink.write(chunk);
      });
      if (this.#error) throw this.#error.reason;
      await sink?.finish();
    } catch (error) {
      this.#fail(error);
      // The first error is the one to report.
      await sink?.abort().catch(() => {});
    }
  }

  /** An empty file input is sent as a part without name and bytes; if it has bytes, it is a file after all. */
  async #openUnnamed(head: FileHead): Promise<FileSink> {
    if (++this.#fileCount > this.#options.maxFiles) throw new MultipartError("too-many-files");
    return this.#open(head);
  }

  #open({ fieldName, fileName, contentType }: FileHead): Promise<FileSink> {
    return this.#options.openFile({ fieldName, fileName, contentType }, this.#fields);
  }
}

/** Bytes that are not valid text would be stored as different text. @throws {MultipartError} `not-utf8` */
function fieldText({ charset, fieldName }: PartHead, bytes: Buffer): string {
  const text = charset === undefined || isUtf8(bytes) ? undefined : decodeCharset(bytes, charset);
  if (text !== undefined) return text;
  if (isUtf8(bytes)) return bytes.toString("utf8");
  const shown = /^[\w[\].-]{1,40}$/.test(fieldName) ? `"${fieldName}" ` : "";
  throw new MultipartError("not-utf8", {
    detail: `The text of the form field ${shown}is not valid UTF-8; nothing was stored.`,
  });
}
