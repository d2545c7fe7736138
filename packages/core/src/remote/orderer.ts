import { DomainError } from "../errors.ts";
import { isOver } from "../keys/api-key.ts";
import { type AccountActor, accountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";

/** Who ordered something from elsewhere, and where to: the same of remote uploads and imports. */
export interface FetchOrder {
  readonly accountId: string;
  /** The key that ordered it: what comes of the key comes of the order. */
  readonly apiKeyId: string | undefined;
  /** Where it was ordered from, which a key may be bound to. */
  readonly address: string;
  /** What whoever ordered it saw as the root: a key that is kept to a folder sees only what was ordered from there. */
  readonly rootFolderId: number;
  readonly folderId: number;
  readonly requestedAt: Date;
  /** Undefined while something of it has not ended. */
  readonly endedAt: Date | undefined;
}

export type Orderer = Pick<FetchOrder, "accountId" | "apiKeyId" | "address">;

/** Whose orders: all of an account, or those by whoever saw that folder as the root. */
export interface OrderOwner {
  readonly accountId: string;
  readonly rootFolderId: number | undefined;
}

/**
 * Whoever ordered, as account and key stand now. What was ordered by somebody who had signed in, or by password, hangs on
 * the account alone: signing out ends no transfer.
 * @throws {DomainError} what the policy says to whoever may not any more
 */
export async function ordererOf(
  rows: Pick<Repositories, "accounts" | "apiKeys">,
  { accountId, apiKeyId, address }: Orderer,
  now: Date,
): Promise<AccountActor> {
  const account = await rows.accounts.findById(accountId);
  if (account === undefined) throw new DomainError("unknown-credentials", "The account that asked for this is gone.");
  const key = apiKeyId === undefined ? undefined : await rows.apiKeys.findById(apiKeyId);
  if (apiKeyId !== undefined && (key === undefined || isOver(key, now))) {
    throw new DomainError("unknown-credentials", "The API key that asked for this was revoked or has ended.");
  }
  const actor = accountActor({ account, key, address });
  requireRemoteRight(actor, now);
  return actor;
}

/** @throws {DomainError} what the policy says to whoever may not order now */
export function requireRemoteRight(actor: Actor, now: Date): void {
  const question = {
    action: "api.use",
    area: "remote",
    right: "write",
    // The site is there for every account, and keys for those whose plan has API access.
    isForCustomers: isAccountActor(actor) && actor.key !== undefined,
  } as const;
  requireAllowed(can(actor, question, { now, linkPassword: "not-needed" }));
}

/** @throws {DomainError} `not-authenticated` */
export function requireAccount(actor: Actor): AccountActor {
  if (isAccountActor(actor)) return actor;
  throw new DomainError("not-authenticated", "This needs an account.");
}

export function ownerOf({ account, rootFolderId }: AccountActor): OrderOwner {
  const isFenced = rootFolderId !== account.rootFolderId;
  return { accountId: account.id, rootFolderId: isFenced ? rootFolderId : undefined };
}
