import type { LinkPasswords } from "../admission/link-passwords.ts";
import { ArgumentError, isDomainError } from "../errors.ts";
import { FileArrivingError } from "../part-uploads/arriving-file.ts";
import type { Actor, GuestActor } from "../policy/actor.ts";
import { type Reader, readerNow } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { Database } from "../ports/database.ts";
import { admitToLink, admitToManageFile } from "./file-access.ts";
import type { StoredFile } from "./file.ts";
import { forManyFiles } from "./many-files.ts";
import { ManyFilesPlaces } from "./many-files-places.ts";

/** What a stranger learns about a link: the file, that it exists but is restricted, or that it does not exist. */
export type CheckedLink = Pick<StoredFile, "name" | "sizeBytes"> | "private" | "absent";

/** The most links in one check: each costs a read. */
const MOST_CHECKED_LINKS = 200;

/** What is needed to show people their own links. */
export type OwnLink = Pick<StoredFile, "id" | "name" | "domain" | "sizeBytes">;

/** Tells strangers which of many links can be opened, and owners the names of their files. */
export class LinkCheck {
  readonly #database: Database;
  readonly #passwords: LinkPasswords;
  readonly #countries: Countries;
  readonly #clock: Clock;
  readonly #places = new ManyFilesPlaces();

  constructor(input: { database: Database; passwords: LinkPasswords; countries: Countries; clock: Clock }) {
    this.#database = input.database;
    this.#passwords = input.passwords;
    this.#countries = input.countries;
    this.#clock = input.clock;
  }

  /**
   * In the order of the ids.
   * @param signal aborts when nobody waits for the answer any more
   * @throws {DomainError} `bad-argument` for too many, `too-busy` when too many such checks wait
   * @throws the reason of `signal`
   */
  async check(actor: GuestActor, fileIds: readonly string[], signal?: AbortSignal): Promise<CheckedLink[]> {
    requireFew(fileIds);
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, fileIds.length, signal));
    const rows = forManyFiles(
      this.#database,
      actor,
      fileIds.map((fileId) => ({ fileId })),
    );
    const proof = this.#passwords.given(undefined, actor);
    const checked: CheckedLink[] = [];
    for (const fileId of fileIds) {
      signal?.throwIfAborted();
      try {
        const now = this.#clock.now();
        const ask = { action: "file.inspect", now, proof, countries: this.#countries } as const;
        const { file } = await admitToLink(rows, actor, { fileId }, ask);
        checked.push({ name: file.name, sizeBytes: file.sizeBytes });
      } catch (error) {
        checked.push(error instanceof FileArrivingError ? error.file : answerTo(error));
      }
    }
    return checked;
  }

  /**
   * The caller's own files, in the order of the ids.
   * @throws {DomainError} `bad-argument` for too many, `file-not-found` for missing ones and other people's, `too-busy`
   * @throws what the policy says once it need not wait any more, and the reason of the reader's signal
   */
  async listOwn(actor: Actor, fileIds: readonly string[], { signal, needs }: Reader = {}): Promise<OwnLink[]> {
    requireFew(fileIds);
    using held = new DisposableStack();
    held.use(await this.#places.take(actor, fileIds.length, signal));
    const caller = await readerNow(this.#database, actor, needs, this.#clock.now());
    const references = fileIds.map((fileId) => ({ fileId }));
    const rows = forManyFiles(this.#database, caller, references);
    const links: OwnLink[] = [];
    for (const reference of references) {
      signal?.throwIfAborted();
      const { file } = await admitToManageFile(rows, caller, reference, this.#clock.now());
      links.push({ id: file.id, name: file.name, domain: file.domain, sizeBytes: file.sizeBytes });
    }
    return links;
  }
}

function requireFew(fileIds: readonly string[]): void {
  if (fileIds.length <= MOST_CHECKED_LINKS) return;
  throw new ArgumentError("other", `At most ${MOST_CHECKED_LINKS} links can be checked at once.`);
}

const absent = ["file-not-found", "link-ended", "link-off", "link-used-up"] as const;
const closed = ["link-password-required", "not-allowed", "owner-locked"] as const;

function answerTo(refusal: unknown): CheckedLink {
  if (absent.some((code) => isDomainError(refusal, code))) return "absent";
  if (closed.some((code) => isDomainError(refusal, code))) return "private";
  throw refusal;
}
