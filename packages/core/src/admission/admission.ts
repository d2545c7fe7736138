import type { AccountService } from "../accounts/account-service.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { FloodProfile } from "../flood/flood-profile.ts";
import type { FloodService } from "../flood/flood-service.ts";
import type { ApiKeyService } from "../keys/api-key-service.ts";
import type { ScopeArea, ScopeRight } from "../keys/api-key.ts";
import { type AccountActor, type Actor, guest, isAccountActor } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { SessionService } from "../sessions/session-service.ts";
import type { Credentials } from "./credentials.ts";

/** API calls are refused during every lock, uploads and pages only during bans (decision 0011). */
export type EntryPoint = "calls" | "uploads and pages";

/** What a caller is about to do, as named in limits and rights. */
export interface Operation {
  /** An endpoint such as `user.info`, or what a page does, such as `link.open`. */
  name: string;
  /** Narrows the count within the operation, e.g. a folder. */
  detail?: string | undefined;
  /** The right that is required; undefined: none. */
  needs?: NeededRight | undefined;
  /** Callers without credentials are admitted without that right. */
  isForGuests?: boolean;
}

export interface NeededRight {
  area: ScopeArea;
  right: Exclude<ScopeRight, "none">;
  /** Only for accounts whose plan has API access. */
  isForCustomers: boolean;
}

/**
 * The one place that decides who a caller is and whether it is admitted: bans, credentials, guess counting, locks,
 * limits and scopes. Whether the actor may touch particular files is decided by the policy, which the services ask.
 */
export class Admission {
  readonly #accounts: Pick<AccountService, "findByPassword">;
  readonly #keys: Pick<ApiKeyService, "authenticate">;
  readonly #sessions: Pick<SessionService, "authenticate">;
  readonly #flood: FloodService;
  readonly #clock: Clock;

  constructor(input: {
    accounts: Pick<AccountService, "findByPassword">;
    keys: Pick<ApiKeyService, "authenticate">;
    sessions: Pick<SessionService, "authenticate">;
    flood: FloodService;
    clock: Clock;
  }) {
    this.#accounts = input.accounts;
    this.#keys = input.keys;
    this.#sessions = input.sessions;
    this.#flood = input.flood;
    this.#clock = input.clock;
  }

  /** The current limits. */
  get profile(): FloodProfile {
    return this.#flood.profile;
  }

  /** True if nobody at all is locked out, so that the caller need not wait for `refuseBanned`. */
  get isNobodyHeldOff(): boolean {
    return this.#flood.isNobodyHeldOff;
  }

  /** @throws {FloodLockedError} when the address is banned right now */
  refuseBanned(address: string): Promise<void> {
    return this.#flood.refuseBanned(guest(address));
  }

  /**
   * A guest when there are no credentials, but never because they were wrong. A wrong key or password counts as a
   * guess.
   * @param signal aborts when nobody waits for the answer any more; no password is checked then
   * @throws {DomainError} `unknown-credentials`, `account-locked`, `too-busy`
   * @throws {FloodLockedError} when the address is locked out
   * @throws the reason of `signal`
   */
  async identify(
    credentials: Credentials | undefined,
    address: string,
    entryPoint: EntryPoint,
    signal?: AbortSignal,
  ): Promise<Actor> {
    const nobody = guest(address);
    if (!this.#flood.isNobodyHeldOff) {
      await (entryPoint === "calls" ? this.#flood.refuseLocked(nobody) : this.#flood.refuseBanned(nobody));
    }
    if (credentials === undefined) return nobody;
    switch (credentials.kind) {
      case "key":
        return this.#byKey(credentials.text, address);
      case "session":
        return this.#bySession(credentials.token, address);
      case "password":
        return this.#byPassword(credentials, nobody, signal);
    }
  }

  /**
   * Checks the password of somebody who is already signed in; a wrong one counts as a guess.
   * @throws as `identify`
   */
  async proveAgain(actor: AccountActor, password: string, signal?: AbortSignal): Promise<AccountActor> {
    await this.#flood.refuseBanned(actor);
    return this.#byPassword({ email: actor.account.email, password }, actor, signal);
  }

  /** Like `identify`, but whoever cannot be identified is a guest: for public pages. */
  async identifyOrGuest(
    credentials: Credentials | undefined,
    address: string,
    entryPoint: EntryPoint,
    signal?: AbortSignal,
  ): Promise<Actor> {
    try {
      return await this.identify(credentials, address, entryPoint, signal);
    } catch (error) {
      if (isDomainError(error, "unknown-credentials") || isDomainError(error, "account-locked")) return guest(address);
      throw error;
    }
  }

  /**
   * Counts the operation and admits or refuses it.
   * @throws {FloodLockedError} over a limit or during a lock
   * @throws {DomainError} `not-authenticated`, `customer-required`, `scope-missing` and whatever ended the key or
   *   account
   */
  async admit(actor: Actor, { name, detail, needs, isForGuests = false }: Operation): Promise<void> {
    await this.#flood.admit(actor, { operation: name, detail });
    if (needs === undefined || (isForGuests && !isAccountActor(actor))) return;
    requireAllowed(can(actor, { action: "api.use", ...needs }, this.#context()));
  }

  /** Whether `admit` would find the right, for endpoints with an alternative for callers without it. Counts nothing. */
  hasRight(actor: Actor, needs: NeededRight): boolean {
    return can(actor, { action: "api.use", ...needs }, this.#context()).isAllowed;
  }

  /** A key proves nothing outside its scopes: an actor that may read none of these areas becomes a guest. */
  within(actor: Actor, ...areas: ScopeArea[]): Actor {
    const isBeyond = (area: ScopeArea) => {
      const question = { action: "api.use", area, right: "read", isForCustomers: false } as const;
      const decision = can(actor, question, this.#context());
      return !decision.isAllowed && decision.code === "scope-missing";
    };
    return areas.every(isBeyond) ? guest(actor.address) : actor;
  }

  /** Counts a call that was refused; too many lead to a ban. */
  countRefusal(address: string): Promise<void> {
    return this.#flood.countRefusal(address);
  }

  /**
   * Counts an attempt that can only be a guess.
   * @throws {FloodLockedError} when it was one too many
   */
  countGuess(address: string): Promise<void> {
    return this.#flood.admit(guest(address), { operation: "credentials" });
  }

  #context() {
    return { now: this.#clock.now(), linkPassword: "not-needed" } as const;
  }

  async #byKey(text: string, address: string): Promise<Actor> {
    try {
      return await this.#keys.authenticate(text, address);
    } catch (error) {
      if (isDomainError(error, "unknown-credentials")) {
        await this.#flood.admit(guest(address), { operation: "credentials" });
      }
      throw error;
    }
  }

  /** Not counted as a guess: browsers keep sending the token of an ended session, and nobody guesses 238 bits. */
  async #bySession(token: string, address: string): Promise<Actor> {
    const actor = await this.#sessions.authenticate(token, address);
    if (actor === undefined) throw new DomainError("unknown-credentials", "The session has ended; sign in again.");
    return actor;
  }

  async #byPassword(
    { email, password }: Omit<Extract<Credentials, { kind: "password" }>, "kind">,
    by: Actor,
    signal: AbortSignal | undefined,
  ): Promise<AccountActor> {
    const check = () => this.#accounts.findByPassword(email, password, by, signal);
    const actor = await this.#flood.guess(by, check, signal);
    if (actor === undefined) throw new DomainError("unknown-credentials", "No account has this e-mail and password.");
    return actor;
  }
}
