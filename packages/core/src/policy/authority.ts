import type { Account } from "../accounts/account.ts";
import type { ApiKey, ScopeArea, ScopeRight } from "../keys/api-key.ts";
import type { Session } from "../sessions/session.ts";
import { type AccountActor, type Actor, isAccountActor } from "./actor.ts";
import { ALLOWED, type Decision, refuse } from "./decision.ts";
import { beyond, type KeyGrants } from "./key-grants.ts";

/** Questions about keys, accounts and the server rather than files. */
export type AuthorityQuestion =
  /** List the keys of an account. */
  | { action: "key.list"; account: Pick<Account, "id"> }
  /** Create a key with these grants, change one to them, or end one that has them. */
  | { action: "key.manage"; key: Pick<ApiKey, "id" | "accountId">; grants: KeyGrants }
  /** Read or change an account's own settings. */
  | { action: "account.manage"; account: Pick<Account, "id">; right: Exclude<ScopeRight, "none"> }
  /** Change what proves the ownership of an account (password, factors, sessions, address), or remove the account. */
  | { action: "account.secure"; account: Pick<Account, "id"> }
  /** Sign in, or confirm a session with the password. */
  | { action: "session.begin"; account: Pick<Account, "id"> }
  /** See where the account is signed in. */
  | { action: "session.list"; account: Pick<Account, "id"> }
  | { action: "session.end"; session: Pick<Session, "id" | "accountId"> }
  /**
   * Administer the server: other accounts and their plans, locks, jobs, the audit log. Changes require a fresh proof.
   */
  | { action: "server.manage"; changes?: true };

/** Does not compile unless it is complete. */
const authorityActions: Readonly<Record<AuthorityQuestion["action"], true>> = {
  "key.list": true,
  "key.manage": true,
  "account.manage": true,
  "account.secure": true,
  "session.begin": true,
  "session.list": true,
  "session.end": true,
  "server.manage": true,
};

export function isAuthorityQuestion(question: { action: string }): question is AuthorityQuestion {
  return Object.hasOwn(authorityActions, question.action);
}

/** Maximum age of a person's proof of identity for actions that keys may never do. */
const FRESH_PROOF_MS = 10 * 60_000;

/** The account, its keys and the server: who may change what everything else depends on. */
export function canWithAuthority(actor: Actor, question: AuthorityQuestion, now: Date): Decision {
  switch (question.action) {
    case "key.list":
      return canUseOwn(actor, question.account, { area: "keys", right: "read" });
    case "key.manage":
      return canManageKey(actor, question, now);
    case "account.manage":
      return canUseOwn(actor, question.account, { area: "account", right: question.right });
    case "account.secure":
      return canSecure(actor, question.account, now);
    case "session.begin":
      return canBeginSession(actor, question.account, now);
    case "session.list":
      return canSeeSessions(actor, question.account);
    case "session.end":
      return canEndSession(actor, question.session, now);
    case "server.manage":
      return canManageServer(actor, question, now);
  }
}

export function requireScope(actor: AccountActor, area: ScopeArea, right: Exclude<ScopeRight, "none">): Decision {
  if (hasScope(actor, area, right)) return ALLOWED;
  return refuse("scope-missing", `This API key lacks the right ${area}=${right}.`);
}

function hasScope(actor: AccountActor, area: ScopeArea, right: Exclude<ScopeRight, "none">): boolean {
  if (actor.key === undefined) return true;
  const granted = actor.key.scopes[area];
  return granted === "write" || granted === right;
}

/** For things that belong to one account; a key also needs the right. */
function canUseOwn(
  actor: Actor,
  account: Pick<Account, "id">,
  needed: { area: ScopeArea; right: Exclude<ScopeRight, "none"> },
): Decision {
  if (!isAccountActor(actor)) return refuse("not-authenticated");
  if (actor.account.id !== account.id) return refuse("not-allowed", "This belongs to another account.");
  return requireScope(actor, needed.area, needed.right);
}

/** A session needs a fresh proof too: otherwise somebody who stole one could make a key that outlives it. */
function canManageKey(
  actor: Actor,
  question: Extract<AuthorityQuestion, { action: "key.manage" }>,
  now: Date,
): Decision {
  const own = canUseOwn(actor, { id: question.key.accountId }, { area: "keys", right: "write" });
  if (!own.isAllowed || !isAccountActor(actor)) return own;
  if (actor.session !== undefined && !isFresh(actor, now)) return refuse("fresh-proof-required");
  const what = beyond(actor, question.grants);
  return what === undefined
    ? ALLOWED
    : refuse(
        "scope-missing",
        `An API key can manage only keys within its own limits, and that one goes beyond them: ${what}.`,
      );
}

function canSecure(actor: Actor, account: Pick<Account, "id">, now: Date): Decision {
  if (!isAccountActor(actor)) return refuse("not-authenticated");
  if (actor.account.id !== account.id) return refuse("not-allowed", "This belongs to another account.");
  return actor.key === undefined && isFresh(actor, now) ? ALLOWED : refuse("fresh-proof-required");
}

/** Until when a person's proof of identity is fresh enough; undefined for a key. */
export function proofEndsAt({ provedAt }: AccountActor): Date | undefined {
  return provedAt === undefined ? undefined : new Date(provedAt.getTime() + FRESH_PROOF_MS);
}

/** A proof from the future was made while the clock was ahead. */
function isFresh({ provedAt }: AccountActor, now: Date): boolean {
  return provedAt !== undefined && Math.abs(now.getTime() - provedAt.getTime()) <= FRESH_PROOF_MS;
}

/** A session can neither create another one nor refresh itself: that requires the password. */
function canBeginSession(actor: Actor, account: Pick<Account, "id">, now: Date): Decision {
  const isBySession = isAccountActor(actor) && actor.session !== undefined;
  return isBySession ? refuse("fresh-proof-required") : canSecure(actor, account, now);
}

/** A key reveals nothing about the person behind it. */
function canSeeSessions(actor: Actor, account: Pick<Account, "id">): Decision {
  const own = canUseOwn(actor, account, { area: "account", right: "read" });
  if (!own.isAllowed || !isAccountActor(actor)) return own;
  return actor.key === undefined ? ALLOWED : refuse("not-allowed", "API keys cannot do this; sign in instead.");
}

/**
 * The holder of a session may end it. Ending others requires the password, otherwise a stolen session could throw out
 * its owner.
 */
function canEndSession(actor: Actor, session: Pick<Session, "id" | "accountId">, now: Date): Decision {
  if (isAccountActor(actor) && actor.session?.id === session.id) return ALLOWED;
  return canSecure(actor, { id: session.accountId }, now);
}

/** An administrator's key is for files only: whoever finds it must not own the server. */
function canManageServer(actor: Actor, question: { changes?: true }, now: Date): Decision {
  if (!isAccountActor(actor)) return refuse("not-authenticated");
  if (!actor.account.isAdmin || actor.key !== undefined)
    return refuse("not-allowed", "Only administrators of the server can do this, signed in or with their password.");
  return question.changes !== true || isFresh(actor, now) ? ALLOWED : refuse("fresh-proof-required");
}
