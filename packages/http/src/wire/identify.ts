import { type Actor, guest, isDomainError, type Services } from "@consigne/core";
import type { Credentials } from "./credentials.ts";

/** Calls of the API stop at every lock; uploads and pages at bans only. */
export type Door = "calls" | "uploads and pages";

/** Turns credentials into an actor; failed ones count against the address they came from. */
export class Identifier {
  readonly #services: Pick<Services, "accounts" | "keys" | "flood">;
  readonly #door: Door;

  constructor(services: Pick<Services, "accounts" | "keys" | "flood">, door: Door) {
    this.#services = services;
    this.#door = door;
  }

  /**
   * A guest when there are no credentials; never a guest because they were wrong.
   * @throws {DomainError} `unknown-credentials`, `account-locked`
   * @throws {FloodLockedError} when the address is held off
   */
  async identify(credentials: Credentials | undefined, address: string): Promise<Actor> {
    const nobody = guest(address);
    const { accounts, flood, keys } = this.#services;
    if (!flood.isNobodyHeldOff) {
      await (this.#door === "calls" ? flood.refuseLocked(nobody) : flood.refuseBanned(nobody));
    }
    if (credentials === undefined) return nobody;
    if (credentials.kind === "password") {
      const { email, password } = credentials;
      return flood.guess(address, () => accounts.authenticate(email, password, address));
    }
    try {
      return await keys.authenticate(credentials.text, address);
    } catch (error) {
      if (isDomainError(error, "unknown-credentials")) {
        await flood.admit(nobody, { operation: "credentials" });
      }
      throw error;
    }
  }

  /** As `identify`, but whoever cannot be identified is a guest: for pages that anybody may open. */
  async identifyOrGuest(credentials: Credentials | undefined, address: string): Promise<Actor> {
    try {
      return await this.identify(credentials, address);
    } catch (error) {
      if (isDomainError(error, "unknown-credentials") || isDomainError(error, "account-locked")) return guest(address);
      throw error;
    }
  }
}
