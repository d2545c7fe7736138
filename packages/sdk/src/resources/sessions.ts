import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { asListing, type Listing } from "./listing.ts";
import { fieldsOf, findInstant, readFlag, readList, readNumber, readText } from "./wire-values.ts";

/** Somebody who signed in with a browser or a program. */
export interface AccountSession {
  id: string;
  /** That of the caller. */
  isOwn: boolean;
  /** The browser or program, in its own words. */
  userAgent: string;
  /** From where it was last used. */
  address: string;
  /** It counts from the address only that it was begun from. */
  isBound: boolean;
  createdAt: Date | undefined;
  /** To a minute. */
  lastUsedAt: Date | undefined;
  /** Unless it is used. */
  endsAt: Date | undefined;
}

/**
 * Where the account is signed in. For pages in a browser, with its session: to a key every method rejects with
 * `AccessDeniedError`. 1fichier.com has no such calls.
 */
export class Sessions {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Those used last come first. */
  list(options: CallOptions = {}): Listing<AccountSession> {
    return asListing(this.#list(options));
  }

  async #list(options: CallOptions): Promise<AccountSession[]> {
    return readList(fieldsOf(await this.#caller.call("sessionLs", {}, options))["sessions"]).map(toSession);
  }

  /**
   * Ends a session with the downloads that came by it. Another one than the own takes a password of the last ten minutes.
   * @throws {NotFoundError} it has ended
   */
  async end(id: string, options: CallOptions = {}): Promise<void> {
    await this.#caller.call("sessionRm", { id }, options);
  }

  /** Ends all but the own. Takes a password of the last ten minutes. @returns how many there were */
  async endOthers(options: CallOptions = {}): Promise<number> {
    return readNumber(fieldsOf(await this.#caller.call("sessionRm", { others: 1 }, options))["ended"]);
  }
}

function toSession(raw: Record<string, unknown>): AccountSession {
  return {
    id: readText(raw["id"]),
    isOwn: readFlag(raw["is_own"]),
    userAgent: readText(raw["user_agent"]),
    address: readText(raw["address"]),
    isBound: readFlag(raw["is_bound"]),
    createdAt: findInstant(raw["created_at"]),
    lastUsedAt: findInstant(raw["last_used_at"]),
    endsAt: findInstant(raw["ends_at"]),
  };
}
