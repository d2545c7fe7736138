import { verifyPassword } from "../accounts/password-hash.ts";
import type { FloodService } from "../flood/flood-service.ts";
import type { Actor } from "../policy/actor.ts";
import type { PolicyContext } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Sealer } from "../ports/sealer.ts";
import { isSameSecret } from "../same-secret.ts";

/** What a caller shows for links and shares: a password, or what a browser remembers after giving the right one. */
export type ShownPassword = string | { readonly remembered: readonly string[] } | undefined;

/** Stands for a right password until it ends or the password changes. It tells nothing about the password. */
export interface RememberedPassword {
  readonly text: string;
  readonly lifeMs: number;
}

/** The password that a caller gave for links and shares; each link checks it against its own. */
export interface GivenPassword {
  /**
   * @param hash of the link's password; undefined if it has none
   * @throws {FloodLockedError} when the caller guessed too often
   * @throws {DomainError} `too-busy`
   */
  judge(hash: string | undefined): Promise<PolicyContext["linkPassword"]>;
}

const MARKED_ABOUT = "right password of a link";
const REMEMBERED_MS = 3_600_000;
const MOST_REMEMBERED = 10;
const REMEMBERED_FORM = /^(\d{1,16})\.([\w-]{22})$/;

/** Checks the passwords of links and shares; every wrong one counts as a guess, whichever interface it came through. */
export class LinkPasswords {
  readonly #flood: Pick<FloodService, "guess">;
  readonly #sealer: Pick<Sealer, "marker">;
  readonly #clock: Clock;

  constructor(input: { flood: Pick<FloodService, "guess">; sealer: Pick<Sealer, "marker">; clock: Clock }) {
    this.#flood = input.flood;
    this.#sealer = input.sealer;
    this.#clock = input.clock;
  }

  /**
   * For one call, which checks each hash only once.
   * @param signal aborts when nobody waits for the answer any more
   */
  given(shown: ShownPassword, by: Actor, signal?: AbortSignal): GivenPassword {
    if (typeof shown === "object") return { judge: (hash) => this.#judgeRemembered(shown.remembered, hash) };
    const judged = new Map<string, "right" | "wrong">();
    return {
      judge: async (hash) => {
        if (hash === undefined) return "not-needed";
        if (shown === undefined || shown === "") return "not-given";
        const known = judged.get(hash);
        if (known !== undefined) return known;
        const check = async () => (await verifyPassword(shown, hash, by, signal)) || undefined;
        const answer = (await this.#flood.guess(by, check, signal)) === true ? "right" : "wrong";
        judged.set(hash, answer);
        return answer;
      },
    };
  }

  /**
   * Each hash has its own salt, so what is remembered ends when the password is changed, even to the same one.
   * @param hash of a password that was just given
   */
  async remember(hash: string): Promise<RememberedPassword> {
    const endsAtMs = this.#clock.now().getTime() + REMEMBERED_MS;
    const mark = await this.#sealer.marker(MARKED_ABOUT);
    return { text: `${endsAtMs}.${mark(markedText(endsAtMs, hash))}`, lifeMs: REMEMBERED_MS };
  }

  /** A wrong one is not a guess: browsers keep sending what has ended, and nobody can guess a mark. */
  async #judgeRemembered(
    remembered: readonly string[],
    hash: string | undefined,
  ): Promise<PolicyContext["linkPassword"]> {
    if (hash === undefined) return "not-needed";
    const mark = await this.#sealer.marker(MARKED_ABOUT);
    const now = this.#clock.now().getTime();
    const isRight = remembered.slice(0, MOST_REMEMBERED).some((text) => {
      const [, digits, given] = REMEMBERED_FORM.exec(text) ?? [];
      if (digits === undefined || given === undefined) return false;
      const endsAtMs = Number(digits);
      // One that would last longer was made before the clock was set back.
      return endsAtMs > now && endsAtMs <= now + REMEMBERED_MS && isSameSecret(given, mark(markedText(endsAtMs, hash)));
    });
    return isRight ? "right" : "not-given";
  }
}

const markedText = (endsAtMs: number, hash: string): string => `${endsAtMs} ${hash}`;
