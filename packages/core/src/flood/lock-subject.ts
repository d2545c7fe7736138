import type { Repositories } from "../ports/database.ts";
import type { FloodLock } from "./flood-lock.ts";

/** Whom a lock keeps out, as people call it: an e-mail address, the name of a key, or an address of the network. */
export async function nameOfSubject(
  rows: Pick<Repositories, "accounts" | "apiKeys">,
  { kind, subject }: Pick<FloodLock, "kind" | "subject">,
): Promise<string> {
  if (kind === "ip") return subject;
  if (kind === "key") return (await rows.apiKeys.findById(subject))?.name ?? subject;
  const [account] = await rows.accounts.findByIds([subject]);
  return account?.email ?? subject;
}
