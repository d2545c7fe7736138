import { planInForce } from "../accounts/plans.ts";
import type { Account } from "../accounts/account.ts";
import type { StoredFile } from "../files/file.ts";
import type { Folder } from "../folders/folder.ts";
import type { Link, LinkState } from "../links/link.ts";
import type { RemoteRequest } from "../remote/remote-upload.ts";
import { isOver, type ScopeArea, type ScopeRight } from "../keys/api-key.ts";
import { isSameSecret } from "../same-secret.ts";
import { type FolderGrant, rightBy, type SharedRight } from "../shares/folder-share.ts";
import { isSessionOver } from "../sessions/session.ts";
import type { AccessList } from "./access-list.ts";
import { type AccountActor, type Actor, isAccountActor, type Principal } from "./actor.ts";
import { matchesAnyAddress } from "./address-match.ts";
import { type AuthorityQuestion, canWithAuthority, isAuthorityQuestion, requireScope } from "./authority.ts";
import { ALLOWED, type Decision, refuse } from "./decision.ts";

/** What a caller may want to do. Every entry point asks `can` with one of these before it touches anything. */
export type PolicyQuestion =
  /** Call an API endpoint at all. `isForCustomers` is only false if free accounts are admitted. */
  | { action: "api.use"; area: ScopeArea; right: Exclude<ScopeRight, "none">; isForCustomers: boolean }
  | { action: "folder.use"; folder: Folder; ancestorIds: readonly number[] }
  /** See the contents of the caller's own folder, or of one shared with the caller. */
  | ({ action: "folder.see"; folder: Folder } & SharedPlace)
  /** Add something to it, and change or remove its contents. */
  | ({ action: "folder.fill"; folder: Folder } & SharedPlace)
  /** Change, move, remove a file, or read what only its owner sees. */
  | { action: "file.manage"; file: StoredFile; ancestorIds: readonly number[] }
  /** Rename it, move it, change its note: also for people who may write in a shared folder that contains it. */
  | ({ action: "file.edit"; file: StoredFile } & SharedPlace)
  /** Remove it: the same people, and anybody with its removal code. */
  | ({ action: "file.remove"; file: StoredFile; removalCode: string | undefined } & SharedPlace)
  /** See the name, size and checksum of a file through its link. */
  | ({ action: "file.inspect" } & FollowedLink)
  /** Get the bytes of a file through its link, or copy it. */
  /** See what was removed, restore it, or remove it for good. */
  | { action: "trash.use"; trashed: TrashedObject }
  | ({ action: "file.fetch" } & FollowedLink)
  /** See, cancel or repeat what was requested with `remote/request`; `job` fetches one address of it. */
  | { action: "remote.manage"; request: RemoteOwned; job?: { id: string } }
  /** See the listing of a publicly shared folder. */
  | {
      action: "share.list";
      folder: Folder;
      owner: Account;
      link?: (LinkState & Pick<Link, "accessList">) | undefined;
    }
  /** See this file in it. */
  | { action: "share.show"; listed: Pick<StoredFile, "isBlocked"> }
  | AuthorityQuestion;

/** `file` has the password and access list of the link, or its own without one. */
interface FollowedLink {
  file: StoredFile;
  link?: LinkState | undefined;
  owner: Account | undefined;
  ancestorIds: readonly number[];
  /** The shares of these folders with the caller, if it used the file's own link or its folder. */
  grants?: readonly FolderGrant[] | undefined;
  /** Identified by folder and name: also possible for people from whom links are hidden. */
  isByPlace?: boolean | undefined;
}

/** Where something is, and what of that is shared with the caller. */
interface SharedPlace {
  ancestorIds: readonly number[];
  grants: readonly FolderGrant[];
}

type RemoteOwned = Pick<RemoteRequest, "id" | "accountId" | "rootFolderId">;

interface TrashedObject {
  readonly id: number;
  readonly accountId: string;
  /** The folders that contained it. */
  readonly ancestorIds: readonly number[];
}

export interface PolicyContext {
  now: Date;
  /** The state of the password of the link or share. */
  linkPassword: "not-needed" | "not-given" | "wrong" | "right";
  /** ISO 3166 alpha-2 of the caller's address; undefined when unknown, or if no list needs it. */
  country?: string | undefined;
}

/** The one place where rights are decided: account, plan, key, folder restriction, lock, access list and password. */
export function can(actor: Principal, question: PolicyQuestion, context: PolicyContext): Decision {
  // The operator can access everything on the machine anyway; links and folders are only used by accounts and guests.
  if (actor === "operator") return isAuthorityQuestion(question) ? ALLOWED : refuse("not-authenticated");
  const standing = checkStanding(actor, context.now);
  if (!standing.isAllowed) return standing;
  switch (question.action) {
    case "api.use":
      return canUseApi(actor, question, context.now);
    case "folder.use":
      return ownsFolder(actor, question.folder, question.ancestorIds) ? ALLOWED : refuse("folder-not-found");
    case "folder.see":
    case "folder.fill":
      return canEnter(actor, question);
    case "file.edit":
      return canEditFile(actor, question);
    case "file.manage":
      return ownsFile(actor, question.file, question.ancestorIds) ? ALLOWED : refuse("file-not-found");
    case "file.remove":
      return canRemoveFile(actor, question);
    case "file.inspect":
    case "file.fetch":
      return canFollowLink(actor, question, context);
    case "remote.manage":
      return ownsRequest(actor, question.request) ? ALLOWED : refuse("remote-upload-not-found");
    case "trash.use":
      return ownsTrashed(actor, question.trashed) ? ALLOWED : refuse("trash-entry-not-found");
    case "share.list":
      return canListShare(actor, question, context);
    case "share.show":
      return question.listed.isBlocked ? refuse("file-not-found") : ALLOWED;
    default:
      return canWithAuthority(actor, question, context.now);
  }
}

function checkStanding(actor: Actor, now: Date): Decision {
  if (!isAccountActor(actor)) return ALLOWED;
  if (actor.account.isLocked) return refuse("account-locked");
  const { key, session } = actor;
  if (session !== undefined && isSessionOver(session, now)) return refuse("unknown-credentials");
  if (key === undefined) return ALLOWED;
  if (isOver(key, now)) return refuse("unknown-credentials");
  if (key.allowedAddresses.length > 0 && !matchesAnyAddress(actor.address, key.allowedAddresses)) {
    return refuse("not-allowed");
  }
  return ALLOWED;
}

function canUseApi(actor: Actor, question: Extract<PolicyQuestion, { action: "api.use" }>, now: Date): Decision {
  if (!isAccountActor(actor)) return refuse("not-authenticated");
  if (question.isForCustomers && !planInForce(actor.account, now).hasApiAccess) return refuse("customer-required");
  return requireScope(actor, question.area, question.right);
}

function isInsideRoot(actor: AccountActor, ancestorIds: readonly number[]): boolean {
  return actor.rootFolderId === actor.account.rootFolderId || ancestorIds.includes(actor.rootFolderId);
}

function ownsFolder(actor: Actor, folder: Folder, ancestorIds: readonly number[]): boolean {
  return isAccountActor(actor) && folder.accountId === actor.account.id && isInsideRoot(actor, ancestorIds);
}

/** Without a folder restriction, so that ancestors need not be read. */
function ownsAll(actor: Actor, folder: Folder): boolean {
  return ownsFolder(actor, folder, []);
}

function ownsFile(actor: Actor, file: StoredFile, ancestorIds: readonly number[]): boolean {
  return isAccountActor(actor) && file.accountId === actor.account.id && isInsideRoot(actor, ancestorIds);
}

function ownsTrashed(actor: Actor, { accountId, ancestorIds }: TrashedObject): boolean {
  return isAccountActor(actor) && accountId === actor.account.id && isInsideRoot(actor, ancestorIds);
}

/** A key restricted to a folder does not see any folder above, nor requests that save there. */
function ownsRequest(actor: Actor, request: RemoteOwned): boolean {
  if (!isAccountActor(actor) || request.accountId !== actor.account.id) return false;
  return actor.rootFolderId === actor.account.rootFolderId || actor.rootFolderId === request.rootFolderId;
}

function canRemoveFile(actor: Actor, question: Extract<PolicyQuestion, { action: "file.remove" }>): Decision {
  const { file, removalCode = "" } = question;
  if (removalCode !== "" && isSameSecret(removalCode, file.removalCode)) return ALLOWED;
  return canEditFile(actor, question);
}

/** Shares grant rights to whole accounts: a key restricted to a folder has none of them. */
export function sharedRight(actor: Actor, { grants, ancestorIds }: SharedPlace): SharedRight | undefined {
  if (!isAccountActor(actor) || actor.rootFolderId !== actor.account.rootFolderId) return undefined;
  const own = grants.filter(({ accountId }) => accountId === actor.account.id);
  return rightBy(own, ancestorIds);
}

const isAnyOwnerLocked = (grants: readonly FolderGrant[]): boolean => grants.some(({ isOwnerLocked }) => isOwnerLocked);

function canEnter(actor: Actor, question: Extract<PolicyQuestion, { action: "folder.see" | "folder.fill" }>): Decision {
  const { action, folder, ancestorIds, grants } = question;
  if (ownsFolder(actor, folder, ancestorIds)) return ALLOWED;
  const right = sharedRight(actor, question);
  if (right === undefined) return refuse("folder-not-found");
  if (isAnyOwnerLocked(grants)) return refuse("owner-locked");
  return action === "folder.see" || right.mayWrite ? ALLOWED : readOnly();
}

/** Everybody who sees the folder already knows that the file exists. */
function canEditFile(actor: Actor, question: { file: StoredFile } & SharedPlace): Decision {
  if (ownsFile(actor, question.file, question.ancestorIds)) return ALLOWED;
  const right = sharedRight(actor, question);
  if (right === undefined || right.hidesLinks) return refuse("file-not-found");
  if (isAnyOwnerLocked(question.grants)) return refuse("owner-locked");
  return right.mayWrite ? ALLOWED : readOnly();
}

const readOnly = () => refuse("not-allowed", "This folder is shared with you read-only; nothing was changed.");

function canFollowLink(
  actor: Actor,
  question: Extract<PolicyQuestion, { action: "file.inspect" | "file.fetch" }>,
  context: PolicyContext,
): Decision {
  const { file, owner, ancestorIds, action } = question;
  if (owner?.isLocked === true) return refuse("owner-locked");
  if (ownsFile(actor, file, ancestorIds)) {
    return file.isBlocked && action === "file.fetch" ? refuse("file-blocked") : ALLOWED;
  }
  // Strangers get the same answer as for a removed file.
  if (file.isBlocked) return refuse("file-not-found");
  const right = sharedRight(actor, { ancestorIds, grants: question.grants ?? [] });
  if (right !== undefined && (question.isByPlace === true || !right.hidesLinks)) return ALLOWED;
  const state = checkLink(question.link, context.now);
  if (!state.isAllowed) return state;
  if (file.accessList !== undefined && !admits(file.accessList, actor, context)) return refuse("not-allowed");
  return checkPassword(file.passwordHash, context);
}

/** The holder of a link is told that it has ended, but not what it led to. */
function checkLink(link: LinkState | undefined, now: Date): Decision {
  if (link === undefined) return ALLOWED;
  if (!link.isOn) return refuse("link-off");
  if (link.hasEnded || (link.endsAt !== undefined && link.endsAt <= now)) return refuse("link-ended");
  return link.isUsedUp ? refuse("link-used-up") : ALLOWED;
}

function canListShare(
  actor: Actor,
  question: Extract<PolicyQuestion, { action: "share.list" }>,
  context: PolicyContext,
): Decision {
  if (question.owner.isLocked) return refuse("owner-locked");
  if (question.folder.publicShareId === undefined) return refuse("folder-not-found");
  const state = checkLink(question.link, context.now);
  if (!state.isAllowed) return state;
  const list = question.link?.accessList;
  if (list !== undefined && !ownsAll(actor, question.folder) && !admits(list, actor, context))
    return refuse("not-allowed");
  return checkPassword(question.folder.sharePasswordHash, context);
}

function checkPassword(passwordHash: string | undefined, context: PolicyContext): Decision {
  if (passwordHash === undefined || context.linkPassword === "right") return ALLOWED;
  return refuse(context.linkPassword === "wrong" ? "link-password-wrong" : "link-password-required");
}

function admits(list: AccessList, actor: Actor, context: PolicyContext): boolean {
  const account = isAccountActor(actor) ? actor.account : undefined;
  if (list.addresses !== undefined && !matchesAnyAddress(actor.address, list.addresses)) return false;
  if (list.countries !== undefined && !(context.country !== undefined && list.countries.includes(context.country))) {
    return false;
  }
  if (list.emails !== undefined) {
    const email = account?.email.toLowerCase();
    if (email === undefined || !list.emails.some((entry) => entry.toLowerCase() === email)) return false;
  }
  if (list.isPremiumOnly === true && (account === undefined || planInForce(account, context.now).offer === 0)) {
    return false;
  }
  return true;
}
