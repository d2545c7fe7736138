import type { EntryFile } from "../entries/entry.ts";
import { DomainError } from "../errors.ts";
import { admitToLink } from "../files/file-access.ts";
import type { Notices } from "../housekeeping/notices.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { accountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { can } from "../policy/policy.ts";
import { requireAllowed } from "../policy/decision.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { Database } from "../ports/database.ts";
import type { Sealer } from "../ports/sealer.ts";
import type { ThumbnailStore } from "../ports/thumbnails.ts";
import { isUnwritable } from "../unwritable.ts";
import { mayHaveThumbnail } from "./picture.ts";
import { contentOf, MARKED_ABOUT, readAddress, type ThumbnailAddress, writeAddress } from "./thumbnail-address.ts";
import { THUMBNAIL } from "./thumbnail-job.ts";
import type { ThumbnailOrders } from "./thumbnail-orders.ts";

const DAY_MS = 24 * 3_600_000;
/** Lower than what people wait for, such as mails. */
const PRIORITY = 8;

/** The thumbnail at an address: WebP, or not made yet. */
export type FoundThumbnail = { readonly bytes: Uint8Array } | "being-made";

interface ThumbnailServiceInput {
  database: Database;
  sealer: Sealer;
  countries: Countries;
  clock: Clock;
  jobs: () => JobQueue;
  notices: Notices;
  orders: ThumbnailOrders;
  /** Undefined if thumbnails are off. */
  store: ThumbnailStore | undefined;
}

/**
 * Thumbnails of pictures, for the owner of the files and for people who see their links in a shared folder. Their
 * addresses work without other credentials, because an `img` element sends no key; the rights of whoever got the
 * address are checked again for each request.
 */
export class ThumbnailService {
  readonly #parts: ThumbnailServiceInput;
  #hasDecoder = true;

  constructor(input: ThumbnailServiceInput) {
    this.#parts = input;
  }

  /** From now on no thumbnails are offered, and the operator is told why. */
  noteMissingDecoder(): void {
    if (!this.#hasDecoder) return;
    this.#hasDecoder = false;
    this.#parts.notices.tell({
      isAlarm: false,
      text: "pictures cannot be decoded on this machine, so there are no thumbnails: install the package sharp for it, or set CONSIGNE_THUMBNAIL_BYTES to 0",
      facts: {},
    });
  }

  /**
   * Returns a function for the addresses of thumbnails: undefined for files without one; undefined instead of the
   * function for callers who may not download files, or who could not be identified later. An address is valid for at
   * least a day.
   */
  async addresser(actor: Actor): Promise<(file: EntryFile) => string | undefined> {
    const { store, sealer, clock } = this.#parts;
    if (store === undefined || !this.#hasDecoder || !isAccountActor(actor)) return () => undefined;
    const { account, key, session } = actor;
    if ((key === undefined && session === undefined) || !this.#mayFetch(actor)) return () => undefined;
    const mark = await sealer.marker(MARKED_ABOUT);
    const endsAt = new Date((Math.floor(clock.now().getTime() / DAY_MS) + 2) * DAY_MS);
    const whose = { accountId: account.id, apiKeyId: key?.id, sessionId: session?.id, endsAt };
    return (file) =>
      mayHaveThumbnail(file) && file.isHidden !== true && !file.isBlocked && !file.isDamaged
        ? writeAddress({ ...whose, fileId: file.id, content: contentOf(file) }, mark)
        : undefined;
  }

  /**
   * Orders the thumbnail if there is none yet.
   * @param text from `addresser`
   * @throws {DomainError} `download-token-not-found`, also if none can be made; `download-token-expired`; what the
   *   policy says about whoever got the address, and about the file
   */
  async find(text: string, callerAddress: string): Promise<FoundThumbnail> {
    const { store, sealer, clock, database, countries } = this.#parts;
    const address = readAddress(text, await sealer.marker(MARKED_ABOUT));
    if (address === undefined || store === undefined) throw none();
    const now = clock.now();
    if (address.endsAt <= now || address.endsAt.getTime() - now.getTime() > 3 * DAY_MS)
      throw new DomainError("download-token-expired", "This URL has expired; request a new one.");
    const actor = await this.#actorOf(address, callerAddress);
    const ask = { action: "file.fetch", now, proof: "proved", countries } as const;
    const { file, isOwners, shared } = await admitToLink(database, actor, address, ask);
    const mayLook = isOwners || shared !== undefined;
    if (!mayLook || file.isDamaged || contentOf(file) !== address.content || !mayHaveThumbnail(file)) throw none();
    const found = await store.find(file.blobKey);
    if (found === undefined) {
      if (!this.#hasDecoder) throw none();
      await this.#order(address.accountId, file.blobKey);
      return "being-made";
    }
    if (found.bytes === undefined) throw none();
    return { bytes: found.bytes };
  }

  /** The caller that got the address, as it is now. */
  async #actorOf({ accountId, apiKeyId, sessionId }: ThumbnailAddress, address: string): Promise<Actor> {
    const { accounts, apiKeys, sessions } = this.#parts.database;
    const account = await accounts.findById(accountId);
    const key = apiKeyId === undefined ? undefined : await apiKeys.findById(apiKeyId);
    const session = sessionId === undefined ? undefined : await sessions.findById(sessionId);
    if (account === undefined || (key === undefined && session === undefined)) throw none();
    const actor = accountActor({ account, key, session, address });
    requireAllowed(this.#decide(actor));
    return actor;
  }

  #mayFetch(actor: Actor): boolean {
    return this.#decide(actor).isAllowed;
  }

  #decide(actor: Actor) {
    const isForCustomers = isAccountActor(actor) && actor.key !== undefined;
    const question = { action: "api.use", area: "downloads", right: "read", isForCustomers } as const;
    return can(actor, question, { now: this.#parts.clock.now(), linkPassword: "not-needed" });
  }

  async #order(accountId: string, key: string): Promise<void> {
    const { orders, database, jobs } = this.#parts;
    if (!orders.add(accountId, key)) return;
    try {
      const order = {
        kind: THUMBNAIL,
        payload: { key },
        accountId,
        uniqueKey: `${THUMBNAIL} ${key}`,
        priority: PRIORITY,
      };
      const id = await database.transaction((rows) => jobs().add(rows, order));
      // Ordered by another account with the same content.
      if (id === undefined) orders.end(accountId, key);
    } catch (error) {
      orders.end(accountId, key);
      if (!isUnwritable(error)) throw error;
    }
    jobs().wake();
  }
}

const none = () => new DomainError("download-token-not-found", "There is no thumbnail at this URL.");
