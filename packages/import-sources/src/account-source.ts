import {
  type ImportListing,
  type ImportSource,
  ImportSourceError,
  type ListedSource,
  type LocatedSource,
} from "@consigne/core";
import type { Client, FileEntry, FolderListing } from "@consigne/sdk";
import { paceOf } from "./pace-of.ts";
import { sourceFailure } from "./source-failures.ts";

/** A folder of an account on a server with the 1fichier.com API. References are ids of folders and links of files. */
export class AccountSource implements ImportSource {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  async list(reference: string | undefined, signal: AbortSignal): Promise<ImportListing> {
    try {
      if (reference !== undefined) return toListing(await this.#folder(Number(reference), signal));
      const start = await this.#client.at(this.#path).stat({ signal });
      if (start.kind === "file") return { folders: [], files: [listed(start.file)], lacking: [] };
      return toListing(await this.#folder(start.id, signal));
    } catch (error) {
      signal.throwIfAborted();
      throw sourceFailure(error);
    }
  }

  async locate(reference: string, signal: AbortSignal): Promise<LocatedSource> {
    return { url: await directLink(this.#client, reference, signal) };
  }

  async paceMs(): Promise<number> {
    return paceOf(this.#client);
  }

  /** Both kinds in one call, which no source separates from the previous one. */
  #folder(id: number, signal: AbortSignal): Promise<FolderListing> {
    return this.#client.folders.get(id, { withFiles: true, signal });
  }
}

/** Single links, each with what the account may know about it. */
export class LinksSource implements ImportSource {
  readonly #client: Client;
  readonly #links: readonly string[];

  constructor(client: Client, links: readonly string[]) {
    this.#client = client;
    this.#links = links;
  }

  async list(_reference: string | undefined, signal: AbortSignal): Promise<ImportListing> {
    const files: ListedSource[] = [];
    const lacking: ImportListing["lacking"][number][] = [];
    for (const link of this.#links) {
      try {
        files.push({ ...listed(await this.#client.files.info(link, { signal })), reference: link });
      } catch (error) {
        signal.throwIfAborted();
        const failure = sourceFailure(error);
        if (!isMissing(failure)) throw failure;
        lacking.push({ name: link, reason: failure.reason });
      }
    }
    return { folders: [], files, lacking };
  }

  async locate(reference: string, signal: AbortSignal): Promise<LocatedSource> {
    return { url: await directLink(this.#client, reference, signal) };
  }

  async paceMs(): Promise<number> {
    return paceOf(this.#client);
  }
}

/** A token for this fetch only. */
export async function directLink(client: Client, link: string, signal: AbortSignal): Promise<string> {
  try {
    return await client.downloads.link(link, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw sourceFailure(error);
  }
}

const isMissing = (failure: unknown): failure is ImportSourceError =>
  failure instanceof ImportSourceError && failure.failure === "missing";

function toListing({ folders, files = [], fileCount, name }: FolderListing): ImportListing {
  const missing = Math.max(0, fileCount - files.length);
  return {
    folders: folders
      // Folders that others share with the account belong to them.
      .filter(({ owner }) => owner === undefined)
      .map((folder) => ({ reference: String(folder.id), name: folder.name })),
    files: files.map(listed),
    lacking:
      missing === 0
        ? []
        : [{ name: "", reason: { code: "listed-only", listed: files.length, count: fileCount, folder: name } }],
  };
}

function listed({ url, name, sizeBytes, whirlpool }: FileEntry): ListedSource {
  return { reference: url, name, sizeBytes, whirlpool };
}
