import { verifyPassword } from "../accounts/password-hash.ts";
import type { FloodService } from "../flood/flood-service.ts";
import type { Actor } from "../policy/actor.ts";
import type { PolicyContext } from "../policy/policy.ts";

/** A password as a caller gave it for links and shares: each is asked about its own. */
export interface GivenPassword {
  /**
   * @param hash of the link's password; undefined where it asks for none
   * @throws {FloodLockedError} when the caller guessed too often
   * @throws {DomainError} `too-busy`
   */
  judge(hash: string | undefined): Promise<PolicyContext["linkPassword"]>;
}

/** Judges the passwords of links and shares; every wrong one counts as a guess, whichever door it came by. */
export class LinkPasswords {
  readonly #flood: Pick<FloodService, "guess">;

  constructor({ flood }: { flood: Pick<FloodService, "guess"> }) {
    this.#flood = flood;
  }

  /**
   * For one call: what was judged once in it is not checked again.
   * @param signal aborts when nobody waits for the answer any more
   */
  given(password: string | undefined, by: Actor, signal?: AbortSignal): GivenPassword {
    const judged = new Map<string, "right" | "wrong">();
    return {
      judge: async (hash) => {
        if (hash === undefined) return "not-needed";
        if (password === undefined || password === "") return "not-given";
        const known = judged.get(hash);
        if (known !== undefined) return known;
        const check = async () => (await verifyPassword(password, hash, by, signal)) || undefined;
        const answer = (await this.#flood.guess(by, check, signal)) === true ? "right" : "wrong";
        judged.set(hash, answer);
        return answer;
      },
    };
  }
}
