import type { LinkPasswords } from "../admission/link-passwords.ts";
import { ArgumentError } from "../errors.ts";
import { admitToLink, type FileReference, type LinkedFile, requireSound } from "../files/file-access.ts";
import { leafCountOf, LEAVES_PER_PAGE } from "../files/manifest-format.ts";
import type { Actor } from "../policy/actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { Database } from "../ports/database.ts";
import { ownVersion } from "../versions/version-access.ts";

export interface ManifestPage {
  readonly sizeBytes: number;
  readonly whirlpool: string | undefined;
  /** Concatenated; undefined if the server has no manifest of the file. */
  readonly digests: Uint8Array | undefined;
  /** The next page; undefined at the end. */
  readonly next: number | undefined;
}

/** Gives callers who may download a file the digests of its bytes, leaf by leaf. */
export class ManifestService {
  readonly #database: Database;
  readonly #passwords: LinkPasswords;
  readonly #countries: Countries;
  readonly #clock: Clock;

  constructor(input: { database: Database; passwords: LinkPasswords; countries: Countries; clock: Clock }) {
    this.#database = input.database;
    this.#passwords = input.passwords;
    this.#countries = input.countries;
    this.#clock = input.clock;
  }

  /** @throws {DomainError} refusals of a link, `file-damaged`, `version-not-found`, `bad-argument` past the last page */
  async read(
    actor: Actor,
    reference: FileReference,
    options: {
      page: number;
      password: string | undefined;
      versionId: number | undefined;
      signal: AbortSignal | undefined;
    },
  ): Promise<ManifestPage> {
    const now = this.#clock.now();
    const { page, versionId } = options;
    const { file } = await admitToLink(this.#database, actor, reference, {
      action: "file.fetch",
      now,
      proof: this.#passwords.given(options.password, actor, options.signal),
      countries: this.#countries,
      ...(versionId === undefined
        ? {}
        : { content: (current: LinkedFile) => ownVersion(this.#database, actor, { file: current, versionId }, now) }),
    });
    requireSound(file);
    const { sizeBytes, whirlpool, blobId } = file;
    const pages = Math.ceil(leafCountOf(sizeBytes) / LEAVES_PER_PAGE);
    if (page > 0 && page >= pages) {
      throw new ArgumentError("other", `The manifest of this file has ${pages} pages.`);
    }
    const blob = await this.#database.blobs.findById(blobId);
    const digests = blob?.hasLeaves === true ? await this.#database.manifests.find(blobId, page) : undefined;
    const isLast = digests === undefined || page + 1 >= pages;
    return { sizeBytes, whirlpool, digests, next: isLast ? undefined : page + 1 };
  }
}
