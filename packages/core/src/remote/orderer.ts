import { DomainError } from "../errors.ts";
import { isOver } from "../keys/api-key.ts";
import { type AccountActor, accountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";

/** Who ordered something from a remote source, and where to: shared by remote uploads and imports. */
export interface FetchOrder {
  readonly accountId: string;
  /** The key that ordered it: if the key ends, so does the order. */
  readonly apiKeyId: string | undefined;
  /** The address it was ordered from, because a key may be bound to addresses. */
  readonly address: string;
  /** What the orderer saw as its root: a key restricted to a folder only sees what was ordered from there. */
  readonly rootFolderId: number;
  readonly folderId: number;
  readonly requestedAt: Date;
  /** Undefined while part of it has not ended. */
  readonly endedAt: Date | undefined;
}

export type Orderer = Pick<FetchOrder, "accountId" | "apiKeyId" | "address">;

/** Whose orders: all of an account, or those by callers with that folder as their root. */
export interface OrderOwner {
  readonly accountId: string;
  readonly rootFolderId: number | undefined;
}

/**
 * The orderer, with account and key as they are now. Orders made with a session or password only depend on the account:
 * signing out ends no transfer.
 * @throws {DomainError} what the policy says if the right has ended
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

/** @throws {DomainError} what the policy says to callers who may not order now */
export function requireRemoteRight(actor: Actor, now: Date): void {
  const question = {
    action: "api.use",
    area: "remote",
    right: "write",
    // Web pages are for every account, keys only for those whose plan has API access.
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
