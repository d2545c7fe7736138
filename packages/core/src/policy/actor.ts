import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "../keys/api-key.ts";
import type { Session } from "../sessions/session.ts";
import { plainAddress } from "./address-match.ts";

/** The caller, and how it was authenticated. Created only by the services that check credentials. */
export type Actor = AccountActor | GuestActor;

export interface AccountActor {
  readonly kind: "account";
  readonly account: Account;
  /** The key that was used; undefined for a password or session. */
  readonly key: ApiKey | undefined;
  /** The session that was used; undefined for a key or for a password sent with this request. */
  readonly session: Session | undefined;
  /** What this actor sees as its root: the folder that the key is restricted to, else the root of the account. */
  readonly rootFolderId: number;
  readonly address: string;
  /** When the person last proved their identity; undefined for a key, which proves no person. */
  readonly provedAt: Date | undefined;
}

/** Who asks for a change; may be the operator, who owns the machine and needs no authentication. */
export type Principal = Actor | "operator";

/** The only place where an account's actor is created. Whether it may do anything is up to the policy. */
export function accountActor(input: {
  account: Account;
  key?: ApiKey | undefined;
  session?: Session | undefined;
  address: string;
  /** Set if the password was sent with this request. */
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
