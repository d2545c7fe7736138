import { fileAsked } from "../resources/place-address.ts";
import { platform } from "#platform";
import { type ByteContext, withRetries } from "../byte-context.ts";
import { DownloadFailedError, LocalFileError } from "../errors.ts";
import { readWhirlpool } from "../hashing/whirlpool-text.ts";
import { LineLength } from "../line-length.ts";
import { findNumber } from "../resources/wire-values.ts";
import { DirectLinks, type DirectLinkOptions } from "./direct-links.ts";
import type { DownloadProgress } from "./download-progress.ts";
import { findManifest, type Manifest } from "./manifest.ts";
import type { RemoteIdentity } from "./part-record.ts";
import type { ByteSpan } from "./ranged-answer.ts";
import { ResumingBytes } from "./resuming-bytes.ts";

/**
 * The Whirlpool of smaller files, if known, is computed while they arrive, and asking for a manifest would cost a call.
 */
const LEAST_MANIFEST_BYTES = 16 * 1024 * 1024;
const MAX_BYTES_IN_MEMORY = 64 * 1024 * 1024;

export interface LinkOptions extends DirectLinkOptions {
  signal?: AbortSignal | undefined;
  /** Attempts after the first, in place of the client's `retries`; for a download those in a row without a byte. */
  retries?: number | undefined;
}

export interface OpenOptions extends LinkOptions {
  /** `end` is not included; without it, up to the end of the file. */
  range?: ByteSpan;
}

/** A file, or a part of it, that is being downloaded. */
export interface DownloadedStream {
  /** Resumes by itself after a cut connection. Read it to its end or cancel it. */
  stream: ReadableStream<Uint8Array>;
  /** Size of the whole file; undefined if the server did not say. */
  sizeBytes: number | undefined;
  /** First byte of the stream, counted from the beginning of the file. */
  start: number;
  name: string | undefined;
  contentType: string | undefined;
}

export interface BytesOptions extends OpenOptions {
  /** A longer file, or range, is refused; default 64 MiB. */
  maxBytes?: number;
}

export interface ToFileOptions {
  password?: string | undefined;
  /** Each connection gets a direct link of its own that serves nobody else; this costs an API call for each. */
  single?: boolean | undefined;
  /**
   * An older version, by its id. Give its `sizeBytes` and `whirlpool` too, so that the bytes are checked against them.
   */
  version?: number | undefined;
  /** Number of connections; by default 1 to 6, depending on size and distance to the server. */
  connections?: number;
  /** Resumes what an earlier attempt left; default true. */
  resume?: boolean;
  /** If false, a file that has the name when the bytes are verified is left as it is; default true. */
  mayReplace?: boolean;
  /**
   * Called when the bytes are verified, right before the file gets its name; if it throws, the file does not get it.
   */
  beforeNaming?: (() => Promise<void>) | undefined;
  /** Whether bytes are kept when the disk is full, so that the next attempt resumes there; default true. */
  keepsPartWhenFull?: boolean;
  /** Names in the same folder that other files will get, so that none of them is used in the meantime. */
  isReserved?: ((name: string) => boolean) | undefined;
  /**
   * Whirlpool and size from a listing. Without both, the server is asked (`file/info`), which costs a call; `"unknown"`
   * as the Whirlpool skips that check.
   */
  whirlpool?: string;
  sizeBytes?: number;
  /** If false, nothing is verified; default true. */
  verifies?: boolean;
  /** Attempts after the first without a byte in between, in place of the client's `retries`. */
  retries?: number | undefined;
  /** Ends the download; what arrived is kept for the next attempt. Rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  onProgress?: (progress: DownloadProgress) => void;
  /** Called and awaited before bytes are kept; meanwhile nothing more is read. Use it to limit the rate. */
  throttle?: ((bytes: number) => Promise<void>) | undefined;
}

export interface DownloadedFile {
  path: string;
  sizeBytes: number;
  /** Of the verified bytes; undefined if the expected value was not given, or the server did not know it yet. */
  whirlpool: string | undefined;
  /**
   * How the bytes were verified: by the SHA-256 of each 4 MiB, which Consigne servers give for many files, or by the
   * Whirlpool of the whole. Undefined: not at all.
   */
  verifiedBy: "manifest" | "whirlpool" | undefined;
}

/** Downloads files by their links. */
export class Downloads {
  readonly #context: ByteContext;
  /** Paths that are being written, so that two downloads never share a part file. */
  readonly #targets = new Set<string>();
  /** Learned from the first file, for all that follow. */
  readonly #line: LineLength;

  constructor(context: ByteContext, line = new LineLength()) {
    this.#context = context;
    this.#line = line;
  }

  /**
   * A direct link to the bytes, for another program. It needs no key, must be used within 5 minutes and works for 30
   * minutes (on 1fichier.com); with `single` it serves one stream at a time.
   * @throws {ApiError} there is no such file, it is not accessible to this caller, or the password is wrong
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
   * Downloads a file to disk; Node, Deno and Bun only. It is written next to its final place as
   * `.consigne-NUMBER.part`, with a `.consigne-NUMBER.state` that describes it, can be resumed after any interruption,
   * and gets its name only when its Whirlpool is correct and it is safely on disk. A file that already has the name is
   * replaced at that moment. Other files that happen to be named like the temporary ones are left alone, and another
   * name is used.
   *
   * @throws {DownloadFailedError} the server could not be reached any more; the message says what was kept
   * @throws {ChecksumMismatchError} wrong bytes arrived, all of them in this run; nothing was kept
   * @throws {LocalFileError} the disk is full or the file cannot be written; the message says what was kept
   */
  async toFile(url: string, path: string, options: ToFileOptions = {}): Promise<DownloadedFile> {
    const { files } = platform;
    if (files === undefined) throw new LocalFileError("This runtime has no file system; use `open`.", { path });
    const target = files.resolve(path);
    if (this.#targets.has(target)) throw new LocalFileError(`${path} is being written by another download.`, { path });
    this.#targets.add(target);
    try {
      // Fails before anything is fetched if the name belongs to a folder.
      const isThere = (await files.find(target)) !== undefined;
      const context = this.#contextFor(options);
      const links = new DirectLinks(context, url, options, options.signal);
      const manifest = await this.#findManifest(url, options);
      const remote = await this.#identify(url, links, { ...options, ...identityIn(manifest, options) });
      const { connections, resume = true, onProgress, throttle, isReserved, beforeNaming } = options;
      const { mayReplace = true, keepsPartWhenFull = true } = options;
      // Loaded only where there are files: a browser does not need it.
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
      const verifiedBy = manifest === undefined ? byWhole : "manifest";
      context.logger?.debug("download", { url, verifiedBy: verifiedBy ?? "nothing", sizeBytes: remote.sizeBytes });
      await download.run(options.signal);
      return { path: target, sizeBytes: remote.sizeBytes, whirlpool: remote.whirlpool, verifiedBy };
    } finally {
      this.#targets.delete(target);
    }
  }

  /**
   * Whether a local file has exactly the bytes of a file on the server, by its manifest: for files whose listing has no
   * Whirlpool, because the server is still computing it after an upload in parts. Undefined if the server gives no
   * manifest for it; Node, Deno and Bun only.
   * @throws {LocalFileError} the local file cannot be read, or changes meanwhile
   */
  async isSame(
    url: string,
    path: string,
    { password, version, signal }: Pick<ToFileOptions, "password" | "version" | "signal"> = {},
  ): Promise<boolean | undefined> {
    const { files } = platform;
    if (files === undefined) throw new LocalFileError("This runtime has no file system.", { path });
    const manifest = await findManifest(this.#context, { url, password, version }, signal);
    if (manifest === undefined) return undefined;
    const { hasBytesOf } = await import("./same-bytes.ts");
    return hasBytesOf(files, files.resolve(path), manifest, signal);
  }

  #contextFor({ retries }: { retries?: number | undefined }): ByteContext {
    return withRetries(this.#context, retries);
  }

  /** Undefined also if it is not for the bytes that the caller means, or if it would not help. */
  async #findManifest(url: string, options: ToFileOptions): Promise<Manifest | undefined> {
    const { sizeBytes, password, version, signal, verifies = true } = options;
    const whirlpool = wantedWhirlpool(options);
    const isSmall = sizeBytes !== undefined && sizeBytes < LEAST_MANIFEST_BYTES && whirlpool !== undefined;
    if (!verifies || isSmall) return undefined;
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
const wantedWhirlpool = ({ whirlpool, verifies = true }: ToFileOptions): string | undefined =>
  whirlpool === "unknown" || !verifies ? undefined : whirlpool?.toLowerCase();

/** With a manifest nothing else has to be asked for. */
function identityIn(manifest: Manifest | undefined, { verifies = true }: ToFileOptions): Partial<ToFileOptions> {
  if (manifest !== undefined) return { sizeBytes: manifest.sizeBytes, whirlpool: manifest.whirlpool ?? "unknown" };
  return verifies ? {} : { whirlpool: "unknown" };
}

function streamOf(bytes: AsyncGenerator<Uint8Array, void, undefined>, cancel: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const next = await bytes.next();
      if (next.done === true) controller.close();
      // The memory of a chunk is reused; a stream may keep it.
      else controller.enqueue(new Uint8Array(next.value));
    },
    async cancel() {
      // A generator that has not started would not run its own cleanup.
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
