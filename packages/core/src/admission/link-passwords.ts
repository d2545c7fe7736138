import { verifyPassword } from "../accounts/password-hash.ts";
import type { FloodService } from "../flood/flood-service.ts";
import type { Actor } from "../policy/actor.ts";
import type { PolicyContext } from "../policy/policy.ts";

/** The password that a caller gave for links and shares; each link checks it against its own. */
export interface GivenPassword {
  /**
   * @param hash of the link's password; undefined if it has none
   * @throws {FloodLockedError} when the caller guessed too often
   * @throws {DomainError} `too-busy`
   */
  judge(hash: string | undefined): Promise<PolicyContext["linkPassword"]>;
}

/** Checks the passwords of links and shares; every wrong one counts as a guess, whichever interface it came through. */
export class LinkPasswords {
  readonly #flood: Pick<FloodService, "guess">;

  constructor({ flood }: { flood: Pick<FloodService, "guess"> }) {
    this.#flood = flood;
  }

  /**
   * For one call, which checks each hash only once.
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
