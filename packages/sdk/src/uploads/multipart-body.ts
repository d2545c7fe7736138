import { LocalFileError } from "../errors.ts";
import type { RequestBody } from "../platform/platform.ts";
import { fileNameParameter } from "./file-name.ts";
import type { UploadSource } from "./upload-source.ts";

/** A file of a body, and the position of its bytes in it. */
interface FilePart {
  source: UploadSource;
  head: Uint8Array<ArrayBuffer>;
  start: number;
}

/** A source, and the name it is sent under. */
export interface NamedSource {
  name: string;
  source: UploadSource;
}

export interface MultipartOptions {
  /** Sent before the files, in this order. */
  fields: readonly (readonly [name: string, value: string])[];
  files: readonly NamedSource[];
  /** Called with every chunk of a file before it is sent; `index` is that of the file. */
  onChunk?: (index: number, chunk: Uint8Array) => void | Promise<void>;
  onFileEnd?: (index: number) => void | Promise<void>;
  onSent?: (sentBytes: number) => void;
  /** Random unless given. */
  boundary?: string;
}

/**
 * A `multipart/form-data` body that even 1fichier.com's upload node can read: boundary without quotes, names with them,
 * Content-Disposition first and alone in each part, fields before files, exact length known in advance.
 */
export class MultipartBody implements RequestBody {
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly onSent: (sentBytes: number) => void;
  readonly #options: MultipartOptions;
  readonly #preamble: Uint8Array<ArrayBuffer>;
  readonly #parts: FilePart[] = [];
  readonly #closing: Uint8Array<ArrayBuffer>;
  #isExhausted = false;

  constructor(options: MultipartOptions) {
    const boundary = options.boundary ?? newBoundary();
    this.contentType = `multipart/form-data; boundary=${boundary}`;
    this.onSent = options.onSent ?? (() => {});
    this.#options = options;
    const fields = options.fields.map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    this.#preamble = utf8(fields.join(""));
    let at = this.#preamble.byteLength;
    options.files.forEach(({ name, source }, index) => {
      const fileName = fileNameParameter(name);
      const head = utf8(
        `${index === 0 ? "" : "\r\n"}--${boundary}\r\nContent-Disposition: form-data; name="file[]"; ${fileName}\r\n\r\n`,
      );
      this.#parts.push({ source, head, start: at + head.byteLength });
      at += head.byteLength + source.sizeBytes;
    });
    this.#closing = utf8(`\r\n--${boundary}--\r\n`);
    this.sizeBytes = at + this.#closing.byteLength;
  }

  /** False while the server cannot possibly have received the end of the body. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /** How much of each file lies within the first `sentBytes` of the body. */
  sentOfFiles(sentBytes: number): number[] {
    return this.#parts.map(({ start, source }) => Math.max(0, Math.min(source.sizeBytes, sentBytes - start)));
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#isExhausted = false;
    yield this.#preamble;
    for (const [index, { source, head }] of this.#parts.entries()) {
      yield head;
      yield* this.#fileChunks(source, index);
      await this.#options.onFileEnd?.(index);
    }
    this.#isExhausted = true;
    yield this.#closing;
  }

  async toBlob(): Promise<Blob> {
    const pieces: (Blob | Uint8Array<ArrayBuffer>)[] = [this.#preamble];
    for (const [index, { source, head }] of this.#parts.entries()) {
      const blob = source.toBlob?.();
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      for await (const chunk of this.#fileChunks(source, index))
        if (blob === undefined) chunks.push(new Uint8Array(chunk));
      pieces.push(head, ...(blob === undefined ? chunks : [blob]));
      await this.#options.onFileEnd?.(index);
    }
    this.#isExhausted = true;
    return new Blob([...pieces, this.#closing]);
  }

  async *#fileChunks(source: UploadSource, index: number): AsyncGenerator<Uint8Array, void, undefined> {
    let readBytes = 0;
    for await (const chunk of source.open()) {
      readBytes += chunk.byteLength;
      if (readBytes > source.sizeBytes) throw wrongSize(source);
      await this.#options.onChunk?.(index, chunk);
      yield chunk;
    }
    if (readBytes < source.sizeBytes) throw wrongSize(source);
  }
}

const wrongSize = (source: UploadSource) =>
  new LocalFileError(
    `${source.name} does not have the ${source.sizeBytes} bytes that were announced; nothing of it was kept.`,
  );

/** Long enough not to occur in any file by chance. */
function newBoundary(): string {
  const random = crypto.getRandomValues(new Uint8Array(24));
  return `consigne-${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
