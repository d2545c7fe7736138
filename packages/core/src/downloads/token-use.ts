import { planInForce } from "../accounts/plans.ts";
import { DomainError, isDomainError } from "../errors.ts";
import { noteEndOfKey } from "../keys/api-key-service.ts";
import { accountActor, type Actor, guest, isAccountActor } from "../policy/actor.ts";
import { plainAddress } from "../policy/address-match.ts";
import { countedAddress, countedNetwork, mostOfNetwork } from "../policy/counted-address.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Locker } from "../ports/locker.ts";
import { secretHash } from "../secret-hash.ts";
import { isLasting } from "../time-span.ts";
import { isUnwritable, noteEnd } from "../unwritable.ts";
import type { DownloadToken } from "./download-token.ts";
import { DownloadWaitError, type FreeDownloads, streamsOf, tooManyDownloads } from "./free-downloads.ts";
import type { ProvedPasswords } from "./proved-passwords.ts";
import { StreamPlaces } from "./stream-places.ts";
import { UnwrittenTokens } from "./unwritten-tokens.ts";

const MINUTE_MS = 60_000;
/** From the 1fichier API guide: a token must be used within 5 minutes, and a download may be resumed for 30. */
export const START_WINDOW_MS = 5 * MINUTE_MS;
export const RESUME_WINDOW_MS = 30 * MINUTE_MS;
/**
 * Each open stream holds a file and buffers of 2 MiB, and links need no account. This is more than any program opens.
 */
const MAX_GUEST_STREAMS = 60;
const TOKEN_FORM = /^[A-Za-z0-9]{40}$/;

/** Permanently, even if the clock changes later: see `DownloadTokenRepository.expire`. */
const isEnded = ({ startBefore }: DownloadToken): boolean => startBefore.getTime() === 0;

/** What was permitted for tokens that are about to be made. */
export interface AdmittedTokens {
  tokens: readonly DownloadToken[];
  proved: ProvedPasswords;
}

/** Creates download tokens of all kinds, looks them up, binds them to their first caller and limits their streams. */
export class TokenUse {
  readonly #database: Database;
  readonly #locker: Locker;
  readonly #clock: Clock;
  readonly #free: FreeDownloads;
  readonly #unwritten = new UnwrittenTokens();

  constructor(input: { database: Database; locker: Locker; clock: Clock; free: FreeDownloads }) {
    this.#database = input.database;
    this.#locker = input.locker;
    this.#clock = input.clock;
    this.#free = input.free;
  }

  /**
   * Makes tokens in the same transaction as the last check of the right. A token made after the password was changed
   * would outlive the change.
   * @param admit asks the policy again; its tokens are kept in memory if no row can be written
   */
  async make<Admitted extends AdmittedTokens>(
    actor: Actor,
    admit: (rows: Repositories) => Promise<Admitted>,
  ): Promise<Admitted> {
    try {
      const make = async (rows: Repositories): Promise<Admitted> => {
        const admitted = await admit(rows);
        for (const token of admitted.tokens) await rows.downloadTokens.create(token);
        return admitted;
      };
      return await this.#database.transaction(make, { isBrief: true });
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      const admitted = await admit(this.#database);
      // A download that cannot be counted must be refused: otherwise its maximum would not hold.
      if (admitted.tokens.some(({ linkId }) => linkId !== undefined)) throw error;
      for (const token of admitted.tokens)
        this.#unwritten.keep(token, admitted.proved, widestHolderOf(token, actor.address));
      return admitted;
    }
  }

  /** Whether a non-paying caller may begin a download now. @throws {DownloadWaitError} @throws {DomainError} */
  async requireTurn(actor: Actor): Promise<void> {
    if (this.#free.isFree(actor))
      await this.#free.requireTurn(holderOf({ accountId: accountIdOf(actor) }, actor.address));
  }

  /** @throws {DomainError} `download-token-not-found`, `download-token-expired`, `not-allowed` */
  async require(tokenText: string, callerAddress: string): Promise<DownloadToken> {
    const address = plainAddress(callerAddress);
    const token = TOKEN_FORM.test(tokenText) ? await this.#find(secretHash(tokenText)) : undefined;
    if (token === undefined) throw noSuchToken();
    const endsAt = token.startedAt === undefined ? token.startBefore : token.expiresAt;
    if (isEnded(token) || !isLasting({ beganAt: token.createdAt, endsAt }, this.#clock.now())) {
      if (!isEnded(token)) await this.#noteEnd(token.hash);
      throw new DomainError("download-token-expired", "This download link has expired; request a new one.");
    }
    if (token.clientAddress !== undefined && token.clientAddress !== address) {
      throw new DomainError("not-allowed", "This download link is bound to the address that used it first.");
    }
    return token;
  }

  /**
   * Checks whether the token may be used when its link may be used up. Then only downloads that have begun may
   * continue, so a HEAD request gets the same answer as the download would.
   * @param allow told whether the download was counted already
   */
  async allowUse<Allowed>(token: DownloadToken, allow: (isCounted: boolean) => Promise<Allowed>): Promise<Allowed> {
    try {
      return await allow(token.startedAt !== undefined);
    } catch (error) {
      if (!isDomainError(error, "link-used-up") || token.startedAt !== undefined) throw error;
      // Another request may have begun with the same token meanwhile, and used the last download.
      if ((await this.#find(token.hash))?.startedAt === undefined) throw error;
      return allow(true);
    }
  }

  /**
   * The actor that got the token, as it is now. @throws {DomainError} `download-token-not-found`; what the policy says
   * of a key
   */
  async actorOf(token: DownloadToken, address: string): Promise<Actor> {
    if (token.accountId === undefined) return guest(address);
    const account = await this.#database.accounts.findById(token.accountId);
    const key = token.apiKeyId === undefined ? undefined : await this.#database.apiKeys.findById(token.apiKeyId);
    if (account === undefined || (token.apiKeyId !== undefined && key === undefined)) {
      throw new DomainError(
        "download-token-not-found",
        "The account or key behind this download link is gone; request a new one.",
      );
    }
    const actor = accountActor({ account, key, address });
    if (key === undefined) return actor;
    const now = this.#clock.now();
    await noteEndOfKey(this.#database, key, now);
    const question = { action: "api.use", area: "downloads", right: "read", isForCustomers: true } as const;
    requireAllowed(can(actor, question, { now, linkPassword: "not-needed" }));
    return actor;
  }

  /** @throws {DomainError} `download-token-not-found` when a password was changed since the token was made */
  requireStanding(token: DownloadToken, proved: ProvedPasswords): void {
    if (!this.#unwritten.isStanding(token, proved)) throw withdrawn();
  }

  /**
   * Checks whether a running download may continue. It may outlast the time for resuming, and so its row, but not a
   * revoked key, a changed password or a removed file. The session it was made with may expire but not be ended
   * elsewhere.
   */
  async watch(token: DownloadToken): Promise<() => Promise<void>> {
    const { sessions } = this.#database;
    const session = token.sessionId === undefined ? undefined : await sessions.findById(token.sessionId);
    return async () => {
      const isOver = !isLasting({ beganAt: token.createdAt, endsAt: token.expiresAt }, this.#clock.now());
      if (!isOver && (await this.#find(token.hash)) === undefined) throw withdrawn();
      const end = session === undefined ? undefined : await sessions.findEndedByHash(session.hash);
      if (end?.ended.as === "ended elsewhere") throw withdrawn();
    };
  }

  /** Binds it to the caller; true on its first use. */
  async begin(
    token: DownloadToken,
    proved: ProvedPasswords,
    by: { address: string; isFree: boolean; isOwnPreview?: boolean },
  ): Promise<boolean> {
    const isFirst = await this.#bind(token, proved, by);
    if (isFirst && by.isFree) await this.#beginFree(token, by.address);
    return isFirst;
  }

  /**
   * Takes the slots for a running stream of its holder. @throws {DomainError} `too-many-downloads`,
   * `download-token-in-use`
   */
  async takePlaces(token: DownloadToken, address: string): Promise<StreamPlaces> {
    const { accountId } = token;
    const mostOfGuests = this.#free.rules.isOneAtATime ? 1 : MAX_GUEST_STREAMS;
    const most = accountId === undefined ? mostOfGuests : await this.#mostStreams(accountId);
    const ofHolder = { name: streamsOf(holderOf(token, address)), most, refusal: () => tooManyDownloads(most) };
    const network = networkOf(token, address);
    // Also where each address has one download at a time: the network may serve hundreds of customers.
    const ofNetwork =
      network === undefined
        ? []
        : [{ name: streamsOf(network), most: mostOfNetwork(MAX_GUEST_STREAMS), refusal: tooManyOfNetwork }];
    const ofToken = { name: `download ${token.hash}`, most: 1, refusal: inUse };
    return StreamPlaces.take(this.#locker, [...(token.isSingle ? [ofToken] : []), ofHolder, ...ofNetwork]);
  }

  async #find(hash: string): Promise<DownloadToken | undefined> {
    const unwritten = this.#unwritten.find(hash);
    if (unwritten === undefined) return this.#database.downloadTokens.findByHash(hash);
    // Ending a session removes the rows of its tokens, but cannot reach this one.
    const { sessionId } = unwritten;
    const isCut = sessionId !== undefined && (await this.#database.sessions.findById(sessionId)) === undefined;
    return isCut ? undefined : unwritten;
  }

  async #noteEnd(hash: string): Promise<void> {
    this.#unwritten.forget(hash);
    await noteEnd(() => this.#database.downloadTokens.expire(hash));
  }

  /**
   * Only one of several tokens obtained before any was used may begin. The others end, because they would evade the
   * wait.
   */
  async #beginFree(token: DownloadToken, address: string): Promise<void> {
    try {
      await this.#free.begin(holderOf(token, address));
    } catch (error) {
      if (error instanceof DownloadWaitError) await this.#noteEnd(token.hash);
      throw error;
    }
  }

  async #bind(
    token: DownloadToken,
    proved: ProvedPasswords,
    { address, isOwnPreview = false }: { address: string; isOwnPreview?: boolean },
  ): Promise<boolean> {
    if (token.startedAt !== undefined) return false;
    if (await this.#start(token, proved, { address, isOwnPreview })) return true;
    const current = await this.#find(token.hash);
    if (current === undefined) throw withdrawn();
    if (current.clientAddress !== address) {
      throw new DomainError("not-allowed", "This download link is bound to the address that used it first.");
    }
    return false;
  }

  /** False if it was started before, or is gone. */
  async #start(
    token: DownloadToken,
    proved: ProvedPasswords,
    { address, isOwnPreview }: { address: string; isOwnPreview: boolean },
  ): Promise<boolean> {
    const now = this.#clock.now();
    try {
      if (this.#unwritten.find(token.hash) === undefined) {
        return await this.#database.downloadTokens.start(token.hash, now, address, { isCounted: !isOwnPreview });
      }
    } catch (error) {
      if (!isUnwritable(error) || token.linkId !== undefined) throw error;
    }
    if (this.#unwritten.find(token.hash)?.startedAt !== undefined) return false;
    this.#unwritten.keep({ ...token, startedAt: now, clientAddress: address }, proved, widestHolderOf(token, address));
    return true;
  }

  async #mostStreams(accountId: string): Promise<number> {
    const account = await this.#database.accounts.findById(accountId);
    const plan = account === undefined ? undefined : planInForce(account, this.#clock.now());
    return plan?.maxParallelDownloads ?? Infinity;
  }
}

/** The fields that every new token has. */
export function freshToken(text: string, actor: Actor, now: Date) {
  return {
    hash: secretHash(text),
    accountId: accountIdOf(actor),
    apiKeyId: isAccountActor(actor) ? actor.key?.id : undefined,
    sessionId: isAccountActor(actor) ? actor.session?.id : undefined,
    createdAt: now,
    startBefore: new Date(now.getTime() + START_WINDOW_MS),
    expiresAt: new Date(now.getTime() + RESUME_WINDOW_MS),
    startedAt: undefined,
    clientAddress: undefined,
  };
}

export const noSuchToken = () =>
  new DomainError("download-token-not-found", "There is no such download link; request a new one.");

export const withdrawn = () => new DomainError("download-token-not-found", "This download link was withdrawn.");

const inUse = () =>
  new DomainError("download-token-in-use", "This download link allows one download at a time, and one is running.");

const tooManyOfNetwork = () =>
  new DomainError("too-many-downloads", "Your network is running too many downloads; wait for one to end.");

const accountIdOf = (actor: Actor): string | undefined => (isAccountActor(actor) ? actor.account.id : undefined);

/** Whom a token or its stream counts for: the account, or the guests at an address. */
export function holderOf({ accountId }: Pick<DownloadToken, "accountId">, address: string): string {
  return accountId ?? `guest at ${countedAddress(address)}`;
}

/** The IPv6 /48 of guests, whose addresses also share a limit. Undefined for accounts and for IPv4. */
export function networkOf({ accountId }: Pick<DownloadToken, "accountId">, address: string): string | undefined {
  const network = accountId === undefined ? countedNetwork(address) : undefined;
  return network === undefined ? undefined : `guests at ${network}`;
}

/** When the largest holder has to make room, all addresses of a network count as one. */
const widestHolderOf = (token: Pick<DownloadToken, "accountId">, address: string): string =>
  networkOf(token, address) ?? holderOf(token, address);
