import { fileAsked } from "../resources/place-address.ts";
import { platform } from "#platform";
import { type ByteContext, withRetries } from "../byte-context.ts";
import { DownloadFailedError, LocalFileError } from "../errors.ts";
import { readWhirlpool } from "../hashing/whirlpool-text.ts";
import { LineLength } from "../line-length.ts";
import { findNumber } from "../resources/wire-values.ts";
import { DirectLinks, type LinkWishes } from "./direct-links.ts";
import type { DownloadProgress } from "./download-progress.ts";
import { findManifest, type Manifest } from "./manifest.ts";
import type { RemoteIdentity } from "./part-record.ts";
import type { ByteSpan } from "./ranged-answer.ts";
import { ResumingBytes } from "./resuming-bytes.ts";

/** Of smaller files whose Whirlpool is known that is computed while they come, and asking would cost a call. */
const LEAST_MANIFEST_BYTES = 16 * 1024 * 1024;
const MAX_BYTES_IN_MEMORY = 64 * 1024 * 1024;

export interface LinkOptions extends LinkWishes {
  signal?: AbortSignal | undefined;
  /** Attempts after the first, in place of the client's `retries`; of a download those without a byte in between. */
  retries?: number | undefined;
}

export interface OpenOptions extends LinkOptions {
  /** `end` is not included; the end of the file without it. */
  range?: ByteSpan;
}

/** A file, or a part of it, that is coming in. */
export interface DownloadedStream {
  /** Goes on by itself after a cut connection. Read it to its end or cancel it. */
  stream: ReadableStream<Uint8Array>;
  /** Of the whole file; undefined when the server did not say. */
  sizeBytes: number | undefined;
  /** First byte of the stream, counted from the beginning of the file. */
  start: number;
  name: string | undefined;
  contentType: string | undefined;
}

export interface BytesOptions extends OpenOptions {
  /** A longer file, or range, is refused; 64 MiB by default. */
  maxBytes?: number;
}

export interface ToFileOptions {
  password?: string | undefined;
  /** Each connection has a direct link of its own that serves nobody else; costs a call of the API for each. */
  single?: boolean | undefined;
  /** An older version, by its id; give its `sizeBytes` and `whirlpool` too, so that what comes is held to them. */
  version?: number | undefined;
  /** At the same time; by default 1 to 6, by size and by how far the server is. */
  connections?: number;
  /** Goes on with what an earlier attempt left; true by default. */
  resume?: boolean;
  /** Without, a file that has the name by the time the bytes are proved is left as it is; true by default. */
  mayReplace?: boolean;
  /** Called when the bytes are proved, right before the file gets its name; what it throws keeps it from that. */
  beforeNaming?: (() => Promise<void>) | undefined;
  /** Whether what came is kept when the disk is full, so that the next attempt goes on there; true by default. */
  keepsPartWhenFull?: boolean;
  /** Names in the same folder that other files are going to have, so that none of them is used meanwhile. */
  isReserved?: ((name: string) => boolean) | undefined;
  /**
   * Whirlpool and size from a listing. Without both the server is asked (`file/info`), which costs a call; `"unknown"`
   * as Whirlpool does without that proof.
   */
  whirlpool?: string;
  sizeBytes?: number;
  /** Without, nothing is proved at all; true by default. */
  proves?: boolean;
  /** Attempts after the first without a byte in between, in place of the client's `retries`. */
  retries?: number | undefined;
  /** Ends the download; what came is kept for the next attempt. Rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  onProgress?: (progress: DownloadProgress) => void;
  /** Asked for leave before bytes are kept; while it waits nothing more is read. Holds a download to a rate. */
  throttle?: ((bytes: number) => Promise<void>) | undefined;
}

export interface DownloadedFile {
  path: string;
  sizeBytes: number;
  /** Of what was proved; undefined when nobody said what it should be, or the server did not know it yet. */
  whirlpool: string | undefined;
  /**
   * What the bytes were proved by: the SHA-256 of each 4 MiB, which servers of Consigne tell of many files, or the Whirlpool
   * of the whole. Undefined: by nothing.
   */
  provedBy: "manifest" | "whirlpool" | undefined;
}

/** Fetches files by their links. */
export class Downloads {
  readonly #context: ByteContext;
  /** Paths that are being written, so that two downloads never share a part. */
  readonly #targets = new Set<string>();
  /** Learned by the first file, for all that follow. */
  readonly #line: LineLength;

  constructor(context: ByteContext, line = new LineLength()) {
    this.#context = context;
    this.#line = line;
  }

  /**
   * A direct link to the bytes, for another program. It needs no key, must be used within 5 minutes and goes on for 30
   * (of 1fichier.com); with `single` it serves one stream at a time.
   * @throws {ApiError} there is no such file, it is not for this caller, or the password is wrong
   */
  async link(url: string, options: LinkOptions = {}): Promise<string> {
    return new DirectLinks(this.#contextFor(options), url, options, options.signal).current();
  }

  /** Opens a file or a part of it. @throws {ApiError} {DownloadFailedError} {NetworkError} */
  async open(url: string, options: OpenOptions = {}): Promise<DownloadedStream> {
    const context = this.#contextFor(options);
    const links = new DirectLinks(context, url, options, options.signal);
    const span = options.range ?? { start: 0 };
    const known = { sizeBytes: undefined, etag: undefined };
    const resuming = new ResumingBytes(context, { links, span, known }, options.signal);
    const first = await resuming.open();
    return {
      stream: streamOf(resuming.bytes(first), () => first.cancel()),
      sizeBytes: first.sizeBytes,
      start: first.start,
      name: first.name,
      contentType: first.contentType,
    };
  }

  /** A small file as a whole. @throws {DownloadFailedError} it is longer than `maxBytes` */
  async bytes(url: string, options: BytesOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const maxBytes = options.maxBytes ?? MAX_BYTES_IN_MEMORY;
    const { stream } = await this.open(url, options);
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    const reader = stream.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      sizeBytes += read.value.byteLength;
      if (sizeBytes > maxBytes) {
        await reader.cancel();
        throw new DownloadFailedError(`The file is longer than ${maxBytes} bytes; raise \`maxBytes\` or use \`open\`.`);
      }
      chunks.push(read.value);
    }
    return joined(chunks, sizeBytes);
  }

  /**
   * Fetches a file to the disk; Node, Deno and Bun only. It comes in beside its place as `.consigne-NUMBER.part`, with a
   * `.consigne-NUMBER.state` that says what it is, goes on after any interruption, and gets its name only when its
   * Whirlpool is right and it is safely on the disk. A file that has the name already is replaced at that moment. A file
   * of somebody else that is called like the temporary ones is left alone, and another name is taken.
   *
   * @throws {DownloadFailedError} the server could not be reached any more; the message says what was kept
   * @throws {ChecksumMismatchError} wrong bytes came, all of them fresh; nothing was kept
   * @throws {LocalFileError} the disk is full or the file cannot be written; the message says what was kept
   */
  async toFile(url: string, path: string, options: ToFileOptions = {}): Promise<DownloadedFile> {
    const { files } = platform;
    if (files === undefined) throw new LocalFileError("This runtime has no files; use `open`.", { path });
    const target = files.resolve(path);
    if (this.#targets.has(target)) throw new LocalFileError(`${path} is being written by another download.`, { path });
    this.#targets.add(target);
    try {
      // Says so before anything is fetched when the name belongs to a folder.
      const isThere = (await files.find(target)) !== undefined;
      const context = this.#contextFor(options);
      const links = new DirectLinks(context, url, options, options.signal);
      const manifest = await this.#findManifest(url, options);
      const remote = await this.#identify(url, links, { ...options, ...identityIn(manifest, options) });
      const { connections, resume = true, onProgress, throttle, isReserved, beforeNaming } = options;
      const { mayReplace = true, keepsPartWhenFull = true } = options;
      // Loaded where there are files: in a browser it would only be a burden.
      const { FileDownload } = await import("./file-download.ts");
      const download = new FileDownload(
        context,
        { files, path: target, remote, links },
        {
          connections,
          resume,
          onProgress,
          throttle,
          isReserved,
          beforeNaming,
          mayReplace,
          keepsPartWhenFull,
          isThere,
          manifest,
          line: this.#line,
        },
      );
      const byWhole = remote.whirlpool === undefined ? undefined : "whirlpool";
      const provedBy = manifest === undefined ? byWhole : "manifest";
      context.logger?.debug("download", { url, provedBy: provedBy ?? "nothing", sizeBytes: remote.sizeBytes });
      await download.run(options.signal);
      return { path: target, sizeBytes: remote.sizeBytes, whirlpool: remote.whirlpool, provedBy };
    } finally {
      this.#targets.delete(target);
    }
  }

  /**
   * Whether a local file has the very bytes of one on the server, by its manifest: where a listing tells no Whirlpool, since
   * the server still computes that of what came in parts. Undefined where the server tells no manifest of it; Node, Deno
   * and Bun only.
   * @throws {LocalFileError} the local file cannot be read, or changes meanwhile
   */
  async isSame(
    url: string,
    path: string,
    { password, version, signal }: Pick<ToFileOptions, "password" | "version" | "signal"> = {},
  ): Promise<boolean | undefined> {
    const { files } = platform;
    if (files === undefined) throw new LocalFileError("This runtime has no files.", { path });
    const manifest = await findManifest(this.#context, { url, password, version }, signal);
    if (manifest === undefined) return undefined;
    const { hasBytesOf } = await import("./same-bytes.ts");
    return hasBytesOf(files, files.resolve(path), manifest, signal);
  }

  #contextFor({ retries }: { retries?: number | undefined }): ByteContext {
    return withRetries(this.#context, retries);
  }

  /** Undefined also for one that is not of the bytes that the caller means, or where it would help nothing. */
  async #findManifest(url: string, options: ToFileOptions): Promise<Manifest | undefined> {
    const { sizeBytes, password, version, signal, proves = true } = options;
    const whirlpool = wantedWhirlpool(options);
    const isSmall = sizeBytes !== undefined && sizeBytes < LEAST_MANIFEST_BYTES && whirlpool !== undefined;
    if (!proves || isSmall) return undefined;
    const manifest = await findManifest(this.#contextFor(options), { url, password, version }, signal);
    if (manifest === undefined || (sizeBytes !== undefined && sizeBytes !== manifest.sizeBytes)) return undefined;
    return whirlpool === undefined || manifest.whirlpool === whirlpool ? manifest : undefined;
  }

  async #identify(url: string, links: DirectLinks, options: ToFileOptions): Promise<RemoteIdentity> {
    const { sizeBytes, signal, password } = options;
    const whirlpool = wantedWhirlpool(options);
    const isComplete = sizeBytes !== undefined && options.whirlpool !== undefined;
    if (isComplete) return { url, sizeBytes, whirlpool };
    if (options.whirlpool === "unknown") return { url, sizeBytes: await this.#askForSize(links, signal), whirlpool };
    const info = await this.#context.caller.call(
      "fileInfo",
      { ...fileAsked(url), ...(password === undefined ? {} : { pass: password }) },
      { signal },
    );
    return {
      url,
      sizeBytes: sizeBytes ?? findNumber(info.size) ?? (await this.#askForSize(links, signal)),
      whirlpool: whirlpool ?? readWhirlpool(info.checksum),
    };
  }

  async #askForSize(links: DirectLinks, signal: AbortSignal | undefined): Promise<number> {
    const known = { sizeBytes: undefined, etag: undefined };
    const answer = await new ResumingBytes(this.#context, { links, span: { start: 0 }, known }, signal).open();
    answer.cancel();
    if (answer.sizeBytes === undefined) throw new DownloadFailedError("The server does not say how long the file is.");
    return answer.sizeBytes;
  }
}

/** As far as the caller knows it. */
const wantedWhirlpool = ({ whirlpool, proves = true }: ToFileOptions): string | undefined =>
  whirlpool === "unknown" || !proves ? undefined : whirlpool?.toLowerCase();

/** With a manifest nothing else needs to be asked. */
function identityIn(manifest: Manifest | undefined, { proves = true }: ToFileOptions): Partial<ToFileOptions> {
  if (manifest !== undefined) return { sizeBytes: manifest.sizeBytes, whirlpool: manifest.whirlpool ?? "unknown" };
  return proves ? {} : { whirlpool: "unknown" };
}

function streamOf(bytes: AsyncGenerator<Uint8Array, void, undefined>, cancel: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const next = await bytes.next();
      if (next.done === true) controller.close();
      // The memory of a chunk is used again; a stream may hold on to it.
      else controller.enqueue(new Uint8Array(next.value));
    },
    async cancel() {
      // A generator that has not begun would not get to its own end.
      cancel();
      await bytes.return();
    },
  });
}

function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
