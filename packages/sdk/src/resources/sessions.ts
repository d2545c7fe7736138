import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { asListing, type Listing } from "./listing.ts";
import { fieldsOf, findInstant, readFlag, readList, readNumber, readText } from "./wire-values.ts";

/** A sign-in with a browser or a program. */
export interface AccountSession {
  id: string;
  /** The caller's own session. */
  isCurrent: boolean;
  /** The browser or program, as it identifies itself. */
  userAgent: string;
  /** The address it was last used from. */
  address: string;
  /** Valid only from the address it was started from. */
  isAddressBound: boolean;
  createdAt: Date | undefined;
  /** To the minute. */
  lastUsedAt: Date | undefined;
  /** When it expires, unless it is used. */
  expiresAt: Date | undefined;
}

/**
 * Where the account is signed in. For pages in a browser, with its session: with a key, every method rejects with
 * `AccessDeniedError`. 1fichier.com has no such calls.
 */
export class Sessions {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Most recently used first. */
  list(options: CallOptions = {}): Listing<AccountSession> {
    return asListing(this.#list(options));
  }

  async #list(options: CallOptions): Promise<AccountSession[]> {
    return readList(fieldsOf(await this.#caller.call("sessionLs", {}, options))["sessions"]).map(toSession);
  }

  /**
   * Ends a session, with the downloads that were started in it. Ending another session than your own needs a password
   * given within the last ten minutes.
   * @throws {NotFoundError} it has ended
   */
  async end(id: string, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("sessionRm", { id }, options);
  }

  /** Ends all other sessions. Needs a password given within the last ten minutes. @returns how many there were */
  async endOthers(options: CallOptions = {}): Promise<number> {
    return readNumber(fieldsOf(await this.#caller.call("sessionRm", { others: 1 }, options))["ended"]);
  }
}

function toSession(raw: Record<string, unknown>): AccountSession {
  return {
    id: readText(raw["id"]),
    isCurrent: readFlag(raw["is_current"]),
    userAgent: readText(raw["user_agent"]),
    address: readText(raw["address"]),
    isAddressBound: readFlag(raw["is_address_bound"]),
    createdAt: findInstant(raw["created_at"]),
    lastUsedAt: findInstant(raw["last_used_at"]),
    expiresAt: findInstant(raw["expires_at"]),
  };
}
