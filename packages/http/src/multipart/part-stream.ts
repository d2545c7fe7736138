import { Dicer } from "@fastify/busboy";
import type { Readable } from "node:stream";
import { MultipartError } from "./multipart-error.ts";
import { readPartHead } from "./part-head.ts";
import type { PartHead } from "./part-head.ts";
import type { BodyWriter } from "./sent-file-name.ts";

/** How much of a part is read ahead. The system's socket buffers read ahead as well. */
const readAheadBytes = 128 * 1024;
const maxHeaderBytes = 32 * 1024;
/** The parser silently cuts longer headers. Its count includes line ends and spaces that it does not return. */
const cutHeaderBytes = maxHeaderBytes - 1024;
/** Bytes accepted before the first part, within headers and after the closing boundary. */
const maxStrayBytes = 256 * 1024;

export interface Part {
  head: PartHead;
  body: Readable;
}

/**
 * The parser behind busboy, with strict checks. By itself it silently drops a part without usable headers, cuts long
 * headers, reads stray bytes for ever and, on a bad body, finishes after the error; here each of these is one
 * `onError`.
 */
export class PartStream {
  readonly #parser: Dicer;
  readonly #onError: (error: MultipartError) => void;
  #partCount = 0;
  #headCount = 0;
  #strayBytes = 0;
  #hasFailed = false;
  #isOver = false;
  #onTaken: (() => void) | undefined;

  /** @throws {MultipartError} `not-multipart` if the boundary is unusable */
  constructor(
    boundary: string,
    handlers: { writer: BodyWriter; onPart: (part: Part) => void; onError: (error: MultipartError) => void },
  ) {
    this.#onError = handlers.onError;
    const settings = { boundary, maxHeaderPairs: 100, maxHeaderSize: maxHeaderBytes, partHwm: readAheadBytes };
    try {
      this.#parser = new Dicer(settings);
    } catch (error) {
      throw new MultipartError("not-multipart", { cause: error });
    }
    this.#parser.on("part", (body) => {
      if (this.#partCount++ !== this.#headCount) this.#fail(new MultipartError("malformed"));
      // The parser emits an error on a part that is cut off, even on one that nobody reads.
      body.on("error", () => {});
      body.on("header", (headers) => this.#takeHead(headers, body, handlers));
    });
    this.#parser.on("error", (error) => {
      this.#fail(new MultipartError(this.#partCount === 0 ? "malformed" : "truncated", { cause: error }));
    });
    this.#parser.on("finish", () => {
      this.#isOver = true;
      this.#take();
    });
  }

  /**
   * `onTaken` is called once the parser accepts more: bodies that nobody reads block it. If the chunk that blocked it
   * also contained the closing boundary, the parser never asks for more and only reports that it has finished.
   */
  write(chunk: Uint8Array, isReadingBody: boolean, onTaken: () => void): void {
    this.#onTaken = onTaken;
    const headCount = this.#headCount;
    // The reader of the part may have freed the chunk by the time the parser is done with it.
    const { length } = chunk;
    const take = () => {
      const isStray = this.#headCount === headCount && (!isReadingBody || this.#partCount !== headCount);
      this.#strayBytes = isStray ? this.#strayBytes + length : 0;
      if (this.#strayBytes > maxStrayBytes) this.#fail(new MultipartError("malformed"));
      this.#take();
    };
    if (this.#isOver) take();
    else this.#parser.write(chunk, take);
  }

  /** `onEnded` is called when every part was returned and every error reported. */
  end(onEnded: () => void): void {
    // The error of a body that ends early is emitted in the tick after this callback.
    const finish = () =>
      setImmediate(() => {
        if (this.#partCount !== this.#headCount) this.#fail(new MultipartError("malformed"));
        onEnded();
      });
    if (this.#isOver) finish();
    else this.#parser.end(finish);
  }

  #take(): void {
    const onTaken = this.#onTaken;
    this.#onTaken = undefined;
    onTaken?.();
  }

  #takeHead(
    headers: object,
    body: Readable,
    { writer, onPart }: { writer: BodyWriter; onPart: (part: Part) => void },
  ): void {
    this.#headCount++;
    if (this.#hasFailed) return;
    try {
      const lines = Object.entries<string[]>({ ...headers });
      const sizeBytes = lines.reduce(
        (sum, [name, values]) => sum + (name.length + 4) * values.length + values.join("").length,
        0,
      );
      if (sizeBytes >= cutHeaderBytes) throw new MultipartError("malformed");
      onPart({ head: readPartHead(Object.fromEntries(lines), writer), body });
    } catch (error) {
      this.#fail(error instanceof MultipartError ? error : new MultipartError("malformed", { cause: error }));
    }
  }

  #fail(error: MultipartError): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onError(error);
  }
}
