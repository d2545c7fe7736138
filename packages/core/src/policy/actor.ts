import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "../keys/api-key.ts";
import type { Session } from "../sessions/session.ts";
import { plainAddress } from "./address-match.ts";

/** The caller, and how its identity was proved. Created only by the services that check credentials. */
export type Actor = AccountActor | GuestActor;

export interface AccountActor {
  readonly kind: "account";
  readonly account: Account;
  /** The key that proved it; undefined when it was the account's password or a session. */
  readonly key: ApiKey | undefined;
  /** The session that proved it; undefined when it was a key or, with this very request, the password. */
  readonly session: Session | undefined;
  /** What this actor sees as its root: the key's fence, else the root of the account. */
  readonly rootFolderId: number;
  readonly address: string;
  /** When the person behind it last proved who they are; undefined for a key, which proves no person. */
  readonly provedAt: Date | undefined;
}

/** Who asks for a change: also the operator, who owns the machine and is asked for no proof. */
export type Principal = Actor | "operator";

/** The only place where an account's actor is made. Whether it may do anything is for the policy to say. */
export function accountActor(input: {
  account: Account;
  key?: ApiKey | undefined;
  session?: Session | undefined;
  address: string;
  /** Of a password that came with this very request. */
  provedAt?: Date | undefined;
}): AccountActor {
  const { account, key, session, address } = input;
  return {
    kind: "account",
    account,
    key,
    session,
    rootFolderId: key?.fenceFolderId ?? account.rootFolderId,
    address: plainAddress(address),
    provedAt: key === undefined ? (session?.provedAt ?? input.provedAt) : undefined,
  };
}

export interface GuestActor {
  readonly kind: "guest";
  readonly address: string;
}

export function guest(address: string): GuestActor {
  return { kind: "guest", address };
}

export function isAccountActor(actor: Actor): actor is AccountActor {
  return actor.kind === "account";
}
