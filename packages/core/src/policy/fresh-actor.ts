import { DomainError } from "../errors.ts";
import type { Repositories } from "../ports/database.ts";
import { type Actor, isAccountActor } from "./actor.ts";

/**
 * The same caller as account and key stand now: what takes long must not end with rights that were taken away meanwhile.
 * Whether it may do anything is for the policy to say.
 * @throws {DomainError} `unknown-credentials` when account or key are gone, or the password that proved it was changed
 */
export async function freshActor(rows: Pick<Repositories, "accounts" | "apiKeys">, actor: Actor): Promise<Actor> {
  if (!isAccountActor(actor)) return actor;
  const account = await rows.accounts.findById(actor.account.id);
  const key = actor.key === undefined ? undefined : await rows.apiKeys.findById(actor.key.id);
  if (account === undefined || (actor.key !== undefined && key === undefined)) {
    throw new DomainError("unknown-credentials", "The account or key used is gone.");
  }
  if (actor.key === undefined && account.passwordHash !== actor.account.passwordHash) {
    throw new DomainError("unknown-credentials", "The password used was changed meanwhile.");
  }
  return {
    kind: "account",
    account,
    key,
    rootFolderId: key?.fenceFolderId ?? account.rootFolderId,
    address: actor.address,
  };
}
