import type { Repositories } from "../ports/database.ts";
import type { FloodLock } from "./flood-lock.ts";

/** A lock with the names by which people know its subject; a subject that no longer exists has none. */
export interface NamedLock extends FloodLock {
  /** E-mail address of the account that is locked out, or that the key belongs to. */
  readonly email?: string;
  readonly keyName?: string;
}

/** Adds names to these locks. */
export async function withNames(
  rows: Pick<Repositories, "accounts" | "apiKeys">,
  locks: readonly FloodLock[],
): Promise<NamedLock[]> {
  const subjectsOf = (kind: FloodLock["kind"]) => locks.flatMap((lock) => (lock.kind === kind ? [lock.subject] : []));
  const keys = new Map((await rows.apiKeys.findByIds(subjectsOf("key"))).map((key) => [key.id, key]));
  const accountIds = new Set([...subjectsOf("account"), ...[...keys.values()].map(({ accountId }) => accountId)]);
  const accounts = await rows.accounts.findByIds([...accountIds]);
  const emails = new Map(accounts.map(({ id, email }) => [id, email]));
  return locks.map((lock) => {
    const key = lock.kind === "key" ? keys.get(lock.subject) : undefined;
    const email = lock.kind === "ip" ? undefined : emails.get(key?.accountId ?? lock.subject);
    return { ...lock, ...(email && { email }), ...(key && { keyName: key.name }) };
  });
}

/** Whom a lock keeps out, in words: an e-mail address, the name of a key, or a network address. */
export async function nameOfSubject(
  rows: Pick<Repositories, "accounts" | "apiKeys">,
  lock: FloodLock,
): Promise<string> {
  const [named] = await withNames(rows, [lock]);
  return named?.keyName ?? named?.email ?? lock.subject;
}
