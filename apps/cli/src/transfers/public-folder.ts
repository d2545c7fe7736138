import { parseDirectoryLink, parseFileLink } from "@consigne/contract/links";
import type { Client, FileEntry, FolderListing, PublicFile } from "@consigne/sdk";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";

export type ListedFolder = Pick<FolderListing, "folders" | "files">;

/** A page lists no more, and does not say that there are more. */
const MOST_FOLDERS = 500;
/** No tree of ours is deeper; a server with endless folders is not followed further. */
const DEEPEST = 200;

export const isFolderLink = (text: string): boolean =>
  /^https?:\/\//i.test(text) && parseDirectoryLink(text) !== undefined;

/** The folder behind a link, with those below it. They are addressed by their numbers, as in the account. */
export class PublicFolderTree {
  readonly #client: Client;
  readonly #asked: { password: string | undefined; signal: AbortSignal };
  readonly #pages = new Map<number, { url: string; depth: number }>();

  constructor(client: Client, asked: { password: string | undefined; signal: AbortSignal }) {
    this.#client = client;
    this.#asked = asked;
  }

  /** @throws {CliError} if a folder has more subfolders than its page lists */
  async list(page: number | string): Promise<ListedFolder> {
    const { url, depth } =
      typeof page === "string" ? { url: page, depth: 0 } : (this.#pages.get(page) ?? missing(page));
    const { shares } = this.#client;
    const files = await shares.publicListing(url, this.#asked);
    const folders = depth >= DEEPEST ? [] : await shares.publicFolders(url, this.#asked);
    if (folders.length >= MOST_FOLDERS || depth >= DEEPEST)
      throw new CliError(
        "too-many",
        `${visible(url)} has more folders than its page lists; download its archive, or ask for links to single folders.`,
        {
          exitCode: exitCodes.failure,
        },
      );
    for (const { id, url: address } of folders) this.#pages.set(id, { url: address, depth: depth + 1 });
    return {
      folders: folders.map(({ id, name, raw }) => ({
        id,
        name,
        createdAt: undefined,
        hasPassword: false,
        owner: undefined,
        raw,
      })),
      files: files.map(toEntry),
    };
  }
}

function missing(id: number): never {
  throw new RangeError(`Folder ${id} is on no page.`);
}

/** A page has neither checksums nor dates. */
const toEntry = ({ url, name, sizeBytes, hasPassword, isRestricted, raw }: PublicFile): FileEntry => ({
  url,
  id: parseFileLink(url)?.id,
  name,
  sizeBytes,
  uploadedAt: undefined,
  whirlpool: undefined,
  contentType: undefined,
  hasPassword,
  isRestricted,
  usesCdn: false,
  isDamaged: false,
  isBlocked: false,
  raw,
});
