import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { asListing, type Listing } from "./listing.ts";
import { fieldsOf, present, readList, readText } from "./wire-values.ts";

export interface Voucher {
  /** 32 characters; anybody who has them can use it. */
  code: string;
  /** What it gives, in the server's words. */
  service: string;
  raw: Readonly<Record<string, unknown>>;
}

/** Unused vouchers of the account. */
export class Vouchers {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  list(options: CallOptions = {}): Listing<Voucher> {
    return asListing(this.#list(options));
  }

  async #list(options: CallOptions): Promise<Voucher[]> {
    const answer = fieldsOf(await this.#caller.call("vouchersLs", {}, options));
    return readList(answer["data"]).map((raw) => ({
      code: readText(raw["voucher"]),
      service: readText(raw["service"]),
      raw,
    }));
  }

  /**
   * What a voucher gives, without using it.
   * @throws {ApiError} it is not valid
   */
  async check(code: string, options: CallOptions = {}): Promise<Voucher> {
    const raw = fieldsOf(await this.#caller.call("vouchersCheck", { voucher: code }, options));
    return { code, service: readText(raw["service"]), raw };
  }

  /**
   * Uses a voucher for an account, by default the caller's. Not retried if the answer is lost: check before you try
   * again.
   */
  async use(code: string, options: CallOptions & { email?: string | undefined } = {}): Promise<void> {
    const { email, ...callOptions } = options;
    await this.#caller.call("vouchersUse", present({ voucher: code, user_email: email }), callOptions);
  }
}
