import {
  type ImportListing,
  type ImportSource,
  ImportSourceError,
  type LocatedSource,
  SourceError,
  type SourceFetcher,
} from "@consigne/core";
import type { Clock } from "@consigne/sdk";
import { readIndex } from "./index-listing.ts";
import { fromGuard } from "./source-failures.ts";

/** About 15,000 names. */
const MOST_PAGE_BYTES = 4 * 1024 * 1024;
/** Such servers do not say how often they may be called. */
const PACE_MS = 250;

/** A directory listing and those below it. References are addresses, all below the starting one. */
export class IndexSource implements ImportSource {
  readonly #sources: SourceFetcher;
  readonly #clock: Clock;
  readonly #start: URL;

  constructor(input: { sources: SourceFetcher; clock: Clock; url: string }) {
    this.#sources = input.sources;
    this.#clock = input.clock;
    this.#start = new URL(input.url);
    this.#start.hash = "";
    if (!this.#start.pathname.endsWith("/")) this.#start.pathname += "/";
  }

  async list(reference: string | undefined, signal: AbortSignal): Promise<ImportListing> {
    const folder = new URL(reference ?? this.#start.href);
    if (folder.origin !== this.#start.origin || !folder.pathname.startsWith(this.#start.pathname)) {
      throw new ImportSourceError("missing", { code: "folder-elsewhere" });
    }
    await this.#clock.sleep(PACE_MS, signal);
    const { text, contentType } = await this.#read(folder, signal);
    const found = readIndex(text, folder, contentType);
    if (found === undefined) {
      throw new ImportSourceError("missing", { code: "listing-none", url: folder.href });
    }
    return {
      folders: found.filter(({ isFolder }) => isFolder).map(({ url, name }) => ({ reference: url, name })),
      files: found
        .filter(({ isFolder }) => !isFolder)
        .map(({ url, name, sizeBytes }) => ({ reference: url, name, sizeBytes, whirlpool: undefined })),
      lacking: [],
    };
  }

  async locate(reference: string, signal: AbortSignal): Promise<LocatedSource> {
    await this.#clock.sleep(PACE_MS, signal);
    return { url: reference };
  }

  async paceMs(): Promise<number> {
    return PACE_MS;
  }

  async #read(folder: URL, signal: AbortSignal): Promise<{ text: string; contentType: string | undefined }> {
    try {
      const order = { url: folder.href, headers: [], from: 0, version: undefined };
      const opened = await this.#sources.open(order, signal);
      try {
        // The links in a listing elsewhere would lead elsewhere.
        if (opened.url !== folder.href) {
          throw new ImportSourceError("missing", { code: "listing-elsewhere", url: folder.href });
        }
        return { text: await textOf(opened.bytes, folder), contentType: opened.contentType };
      } finally {
        opened.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SourceError ? fromGuard(error) : error;
    }
  }
}

async function textOf(bytes: AsyncIterable<Uint8Array>, { href }: URL): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let readBytes = 0;
  for await (const chunk of bytes) {
    readBytes += chunk.byteLength;
    if (readBytes > MOST_PAGE_BYTES) throw new ImportSourceError("missing", { code: "listing-too-long", url: href });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
