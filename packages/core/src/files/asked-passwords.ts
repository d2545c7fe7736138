import type { GivenPassword } from "../admission/link-passwords.ts";
import { ArgumentError } from "../errors.ts";
import type { Actor } from "../policy/actor.ts";
import { askedHash, type FileAccessRows, type FileReference } from "./file-access.ts";

/** Each takes a check that is slow on purpose. Links with one and the same password hash need one check. */
const MOST_PASSWORDS = 100;

/**
 * The hashes of the passwords that these links ask for, each once, in the order of the links.
 * @throws {DomainError} `file-not-found`; `bad-argument` where they are more than one call has checked
 */
export async function askedHashes(
  rows: FileAccessRows,
  actor: Actor,
  references: readonly FileReference[],
  now: Date,
): Promise<Set<string>> {
  const asked = new Set<string>();
  for (const reference of references) {
    const hash = await askedHash(rows, actor, reference, now);
    if (hash !== undefined) asked.add(hash);
    if (asked.size > MOST_PASSWORDS) {
      throw new ArgumentError(
        "other",
        `One call can copy up to ${MOST_PASSWORDS} password-protected files of others; nothing was copied. Split the list.`,
      );
    }
  }
  return asked;
}

/**
 * Judges a password for these hashes, up to the first it is wrong for. What it returns checks nothing any more: a link
 * that has another hash by the time it is looked at counts as not proved.
 * @throws as `GivenPassword`
 */
export async function judgeAll(given: GivenPassword, hashes: Iterable<string>): Promise<GivenPassword> {
  const judged = new Map<string, Awaited<ReturnType<GivenPassword["judge"]>>>();
  for (const hash of hashes) {
    const answer = await given.judge(hash);
    judged.set(hash, answer);
    if (answer !== "right") break;
  }
  return { judge: async (hash) => (hash === undefined ? "not-needed" : (judged.get(hash) ?? "not-given")) };
}
