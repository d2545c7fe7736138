import { DomainError } from "../errors.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { FileReference } from "./file-access.ts";

/** Each takes a check that is slow on purpose. Links with one and the same password hash need one check. */
const MOST_PASSWORDS = 100;
/** Files read together; whole files are large, so they are not all held at once. */
const READ_TOGETHER = 50;

/** @throws {DomainError} `bad-argument` where these files of others ask for more passwords than one call has checked */
export async function requireFewPasswords(
  files: Pick<Repositories["files"], "findByIds">,
  actor: Actor,
  references: readonly FileReference[],
): Promise<void> {
  const own = isAccountActor(actor) ? actor.account.id : undefined;
  const ids = references.flatMap((reference) => ("fileId" in reference ? reference.fileId : []));
  const asked = new Set<string>();
  for (let from = 0; from < ids.length; from += READ_TOGETHER) {
    for (const { accountId, passwordHash } of await files.findByIds(ids.slice(from, from + READ_TOGETHER))) {
      if (passwordHash !== undefined && (accountId === undefined || accountId !== own)) asked.add(passwordHash);
    }
    if (asked.size > MOST_PASSWORDS) {
      throw new DomainError(
        "bad-argument",
        `One call copies at most ${MOST_PASSWORDS} files of others that have a password; nothing was copied. Split the list.`,
      );
    }
  }
}
