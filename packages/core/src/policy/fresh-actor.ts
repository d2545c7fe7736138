import { DomainError } from "../errors.ts";
import type { Database, Repositories, TransactionOptions } from "../ports/database.ts";
import { rightBeyond } from "./key-grants.ts";
import { accountActor, type Actor, isAccountActor, type Principal } from "./actor.ts";

/**
 * The same caller, with its account, key and session as they are now: long operations must not end with rights that
 * were withdrawn meanwhile. Whether it may do anything is up to the policy.
 * @throws {DomainError} `unknown-credentials` if the account, key or session is gone, or the password that was used has
 *   changed
 */
export async function freshActor<Caller extends Actor>(
  rows: Pick<Repositories, "accounts" | "apiKeys" | "sessions">,
  actor: Caller,
): Promise<Caller> {
  if (!isAccountActor(actor)) return actor;
  const account = await rows.accounts.findById(actor.account.id);
  const key = actor.key === undefined ? undefined : await rows.apiKeys.findById(actor.key.id);
  if (account === undefined || (actor.key !== undefined && key === undefined)) {
    throw new DomainError("unknown-credentials", "The account or API key no longer exists.");
  }
  const session = actor.session === undefined ? undefined : await rows.sessions.findById(actor.session.id);
  if (actor.session !== undefined && session === undefined) {
    throw new DomainError("unknown-credentials", "The session has ended; sign in again.");
  }
  const isByPassword = actor.key === undefined && session === undefined;
  if (isByPassword && account.passwordHash !== actor.account.passwordHash) {
    throw new DomainError("unknown-credentials", "The password was changed in the meantime.");
  }
  return { ...actor, ...accountActor({ account, key, session, address: actor.address, provedAt: actor.provedAt }) };
}

/**
 * A transaction for a caller's change: `work` gets the caller as it is inside the transaction and asks the policy about
 * that one, because its rights may have been withdrawn while the call waited, for a hash or for others. Only the
 * interface knows which right of the key the call was admitted with, so the call fails if any was withdrawn.
 * @throws {DomainError} as `freshActor`, and `scope-missing`
 */
export function transactionAs<Caller extends Actor, T>(
  database: Pick<Database, "transaction">,
  actor: Caller,
  work: (rows: Repositories, caller: Caller) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  return database.transaction(async (rows) => {
    const caller = await freshActor(rows, actor);
    requireSameRights(actor, caller);
    return work(rows, caller);
  }, options);
}

function requireSameRights(before: Actor, now: Actor): void {
  if (!isAccountActor(before) || !isAccountActor(now) || before.key === undefined || now.key === undefined) return;
  const lost = rightBeyond(before.key.scopes, now.key.scopes);
  if (lost === undefined) return;
  throw new DomainError(
    "scope-missing",
    `This API key lost the right ${lost} while the call was waiting; repeat the call.`,
  );
}

/** Like `transactionAs`, also for the operator, whose rights do not change. */
export function transactionBy<T>(
  database: Pick<Database, "transaction">,
  by: Principal,
  work: (rows: Repositories, caller: Principal) => Promise<T>,
): Promise<T> {
  return by === "operator" ? database.transaction((rows) => work(rows, by)) : transactionAs(database, by, work);
}
