import type { GivenPassword } from "../admission/link-passwords.ts";
import { ArgumentError } from "../errors.ts";
import type { Actor } from "../policy/actor.ts";
import { askedHash, type FileAccessRows, type FileReference } from "./file-access.ts";

/** Each needs a slow check. Links with the same password hash need only one. */
const MOST_PASSWORDS = 100;

/**
 * The distinct password hashes of these links, in the order of the links.
 * @throws {DomainError} `file-not-found`; `bad-argument` if there are more than one call may check
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
 * Checks a password against these hashes, up to the first that does not match. The result checks nothing further: if a
 * link has another hash by then, its password counts as not given.
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
