import { type Actor, guest, isDomainError, type Services } from "@consigne/core";
import type { Credentials } from "./credentials.ts";

/** Turns credentials into an actor; failed ones count against the address they came from. */
export class Identifier {
  readonly #services: Pick<Services, "accounts" | "keys" | "flood">;

  constructor(services: Pick<Services, "accounts" | "keys" | "flood">) {
    this.#services = services;
  }

  /**
   * A guest when there are no credentials; never a guest because they were wrong.
   * @throws {DomainError} `unknown-credentials`, `account-locked`
   * @throws {FloodLockedError} when the address is held off
   */
  async identify(credentials: Credentials | undefined, address: string): Promise<Actor> {
    const nobody = guest(address);
    await this.#services.flood.refuseLocked(nobody);
    if (credentials === undefined) return nobody;
    const { accounts, flood, keys } = this.#services;
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
