import { DomainError } from "../errors.ts";
import type { Database, Repositories, TransactionOptions } from "../ports/database.ts";
import { rightBeyond } from "./key-grants.ts";
import { accountActor, type Actor, isAccountActor, type Principal } from "./actor.ts";

/**
 * The same caller as account, key and session stand now: what takes long must not end with rights that were taken away meanwhile.
 * Whether it may do anything is for the policy to say.
 * @throws {DomainError} `unknown-credentials` when account, key or session are gone, or the password that proved it was changed
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
 * A transaction for what a caller changes: `work` is given the caller as it stands in it, and asks the policy about that
 * one, since the call may have waited, for a hash or for others, while its right was taken away. Which right of its key the
 * call was let in by is known to its door alone: so it ends where any was taken away.
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

/** As `transactionAs`, also for the operator, whose right does not end. */
export function transactionBy<T>(
  database: Pick<Database, "transaction">,
  by: Principal,
  work: (rows: Repositories, caller: Principal) => Promise<T>,
): Promise<T> {
  return by === "operator" ? database.transaction((rows) => work(rows, by)) : transactionAs(database, by, work);
}
