import { pagesByPosition } from "../listing.ts";
import type { Database } from "../ports/database.ts";
import type { Account } from "./account.ts";
import type { AccountPosition } from "./account-repository.ts";

/** The administrator that was created first: usually the first account of all. */
export async function findFirstAdministrator({ accounts }: Pick<Database, "accounts">): Promise<Account | undefined> {
  const read = (after: AccountPosition | undefined, limit: number) => accounts.list({ after, limit });
  for await (const page of pagesByPosition(read, (account) => account, Infinity)) {
    const found = page.find(({ isAdmin }) => isAdmin);
    if (found !== undefined) return found;
  }
  return undefined;
}
