import type { LinkPasswords } from "../admission/link-passwords.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { GuestActor } from "../policy/actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { admitToLink } from "./file-access.ts";
import type { StoredFile } from "./file.ts";
import { forManyFiles } from "./many-files.ts";
import { ManyFilesPlaces } from "./many-files-places.ts";

/** What a stranger learns of a link: the file, that there is one to which others are let, or that there is none. */
export type CheckedLink = Pick<StoredFile, "name" | "sizeBytes"> | "private" | "absent";

/** Most links of one check: each costs a read. */
const MOST_CHECKED_LINKS = 200;

/** Tells strangers of many links whether they can be opened. */
export class LinkCheck {
  readonly #database: Database;
  readonly #passwords: LinkPasswords;
  readonly #clock: Clock;
  readonly #places = new ManyFilesPlaces();

  constructor(input: { database: Database; passwords: LinkPasswords; clock: Clock }) {
    this.#database = input.database;
    this.#passwords = input.passwords;
    this.#clock = input.clock;
  }

  /**
   * In the order of the ids.
   * @param signal aborts when nobody waits for the answer any more
   * @throws {DomainError} `bad-argument` for too many, `too-busy` where too many such checks wait
   * @throws the reason of `signal`
   */
  async check(actor: GuestActor, fileIds: readonly string[], signal?: AbortSignal): Promise<CheckedLink[]> {
    if (fileIds.length > MOST_CHECKED_LINKS) {
      throw new DomainError("bad-argument", `At most ${MOST_CHECKED_LINKS} links can be checked at once.`);
    }
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
        const { file } = await admitToLink(rows, actor, { fileId }, { action: "file.inspect", now, proof });
        checked.push({ name: file.name, sizeBytes: file.sizeBytes });
      } catch (error) {
        checked.push(answerTo(error));
      }
    }
    return checked;
  }
}

const closed = ["link-password-required", "not-allowed", "owner-locked"] as const;

function answerTo(refusal: unknown): CheckedLink {
  if (isDomainError(refusal, "file-not-found")) return "absent";
  if (closed.some((code) => isDomainError(refusal, code))) return "private";
  throw refusal;
}
