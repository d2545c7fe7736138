import type { Account } from "../accounts/account.ts";
import type { GivenPassword } from "../admission/link-passwords.ts";
import { DomainError } from "../errors.ts";
import {
  admitToSeeFolder,
  type AncestrySource,
  type FolderReference,
  type GrantSource,
  grantsIn,
} from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { countryFor } from "../policy/access-list.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { noteEndOfLink } from "../links/ended-links.ts";
import { type ArrivalState, arrivingFile, FileArrivingError } from "../part-uploads/arriving-file.ts";
import { isOwnLink, type LinkUse, stateOf } from "../links/link.ts";
import { permit, type Permitted } from "../policy/permitted.ts";
import { can, type PolicyContext, sharedRight } from "../policy/policy.ts";
import type { Countries } from "../ports/countries.ts";
import type { Repositories } from "../ports/database.ts";
import type { FolderGrant, SharedRight } from "../shares/folder-share.ts";
import { type BriefFile, briefFile, type StoredFile } from "./file.ts";
import { withPictures } from "./names.ts";

/** A file as a caller names it: by its link, or by folder and exact name among the caller's own. */
export type FileReference = { fileId: string } | { folder: FolderReference; name: string };

type FollowedFileId = Permitted<"file.inspect" | "file.fetch", string>;

/** What is read to decide about files. */
export interface FileAccessRows {
  readonly accounts: Pick<Repositories["accounts"], "findById">;
  readonly files: Pick<Repositories["files"], "findById" | "findByName">;
  readonly folders: AncestrySource;
  readonly folderShares: GrantSource;
  readonly links: Pick<Repositories["links"], "findById" | "endExpired">;
  readonly partUploads: Pick<Repositories["partUploads"], "findByLink">;
}

/** A file as a link leads to it. */
export interface LinkedFile extends StoredFile {
  /**
   * Undefined for an own link without rules, and for its owner, whom they do not bind. With a further one, `id`,
   * `passwordHash` and `accessList` are those of the link, so that nobody who is told of the file learns of its own.
   */
  readonly link?: FollowedUse | undefined;
  /** Of one whose bytes are still on their way: it is looked at like a file, and nobody is admitted to it. */
  readonly arrival?: ArrivalState | undefined;
}

type FollowedUse = LinkUse & { readonly id: string; readonly fileId: string };

/** A file the policy admitted this actor to, for what was asked. */
export interface AdmittedFile<Action extends "file.manage" | "file.edit" | "file.remove"> {
  readonly id: Permitted<Action, string>;
  readonly file: StoredFile;
}

/** A file whose link the policy lets this actor follow. */
export interface AdmittedLink {
  readonly id: FollowedFileId;
  readonly file: LinkedFile;
  /** From the file's folder up; empty for strangers and for a guest's upload. */
  readonly ancestry: readonly Folder[];
  /** The actor may see and change what only an owner does. */
  readonly isOwners: boolean;
  /** What the folder is shared for, where the actor has the file by that; a link's rules do not bind it. */
  readonly shared: SharedRight | undefined;
}

/** @throws {DomainError} `file-damaged` for bytes that a check found damaged: neither sent nor copied */
export function requireSound(file: Pick<StoredFile, "isDamaged">): void {
  if (file.isDamaged) throw damaged();
}

/** @throws {DomainError} `file-not-found` for what is the id of no file, the one of a further link among them */
export async function requireKnownFile(rows: FileAccessRows, fileId: string): Promise<void> {
  if ((await rows.files.findById(fileId)) === undefined) throw notFound();
}

export const damaged = (options?: ErrorOptions) =>
  new DomainError(
    "file-damaged",
    "The stored bytes of this file are damaged; upload the same file again to repair it, or ask the operator.",
    options,
  );

const notFound = () => new DomainError("file-not-found", "There is no such file, or you have no access to it.");

async function resolve(rows: FileAccessRows, actor: Actor, reference: FileReference, now: Date): Promise<StoredFile> {
  if ("fileId" in reference) {
    const file = await rows.files.findById(reference.fileId);
    if (file === undefined) throw notFound();
    return file;
  }
  const { folder } = await admitToSeeFolder(rows, actor, reference.folder, now);
  // Names are kept with pictures for control characters; an older name may still hold the characters themselves.
  const kept = withPictures(reference.name);
  const file =
    (await rows.files.findByName(folder.id, kept)) ??
    (kept === reference.name ? undefined : await rows.files.findByName(folder.id, reference.name));
  if (file === undefined) throw notFound();
  return file;
}

/** As `resolve`, by any link of the file, also by one that was told before the file is there. */
async function follow(rows: FileAccessRows, actor: Actor, reference: FileReference, now: Date): Promise<LinkedFile> {
  const own = "fileId" in reference ? await rows.files.findById(reference.fileId) : undefined;
  if (own?.ownLink !== undefined) {
    const used = { ...own.ownLink, id: own.id, fileId: own.id };
    await noteEndOfLink(rows, used, now);
    return { ...own, link: used };
  }
  if (own !== undefined || !("fileId" in reference)) return own ?? resolve(rows, actor, reference, now);
  const link = await rows.links.findById(reference.fileId);
  if (link === undefined) return followPromised(rows, reference.fileId, now);
  const { fileId } = link;
  const file = fileId === undefined ? undefined : await rows.files.findById(fileId);
  if (fileId === undefined || file === undefined) throw notFound();
  await noteEndOfLink(rows, link, now);
  const { id, passwordHash, accessList } = link;
  return { ...file, id, passwordHash, accessList, link: { ...link, fileId } };
}

async function followPromised(rows: FileAccessRows, id: string, now: Date): Promise<LinkedFile> {
  const upload = await rows.partUploads.findByLink(id);
  // It was completed after its file was looked for.
  const file = upload?.file === undefined ? undefined : await rows.files.findById(id);
  const found = file ?? (upload && (await arrivingFile(rows, upload, now)));
  if (found === undefined) throw notFound();
  return found;
}

/** The id of the file itself. */
export const targetIdOf = ({ id, link }: Pick<LinkedFile, "id" | "link">): string => link?.fileId ?? id;

async function ancestryFor(rows: FileAccessRows, actor: Actor, file: StoredFile): Promise<readonly Folder[]> {
  if (!isAccountActor(actor) || file.accountId !== actor.account.id || file.folderId === undefined) return [];
  return rows.folders.listAncestry(file.folderId);
}

/** Where a file lies as far as that matters for the actor: it is its own, or something of its owner is shared with it. */
async function sharedPlaceOf(rows: FileAccessRows, actor: Actor, file: StoredFile) {
  const { accountId: ownerId, folderId } = file;
  if (!isAccountActor(actor) || ownerId === undefined || folderId === undefined) return { ancestry: [], ...nowhere };
  if (ownerId === actor.account.id) {
    const ancestry = await rows.folders.listAncestry(folderId);
    return { ancestry, ancestorIds: idsOf(ancestry), grants: [] };
  }
  const ancestry: Folder[] = [];
  const ancestorIds = async () => {
    ancestry.push(...(await rows.folders.listAncestry(folderId)));
    return idsOf(ancestry);
  };
  const grants = await grantsIn(rows, actor, { ownerId, ancestorIds });
  return { ancestry, ancestorIds: idsOf(ancestry), grants };
}

const nowhere = { ancestorIds: [] as readonly number[], grants: [] as readonly FolderGrant[] };
const idsOf = (folders: readonly Folder[]): readonly number[] => folders.map(({ id }) => id);

/** For changes by the owner. @throws {DomainError} `file-not-found` for absent and foreign files alike */
export async function admitToManageFile(
  rows: FileAccessRows,
  actor: Actor,
  reference: FileReference,
  now: Date,
): Promise<AdmittedFile<"file.manage">> {
  const file = await resolve(rows, actor, reference, now);
  const ancestorIds = (await ancestryFor(rows, actor, file)).map((folder) => folder.id);
  const id = permit(actor, { action: "file.manage", file, ancestorIds }, { now, linkPassword: "not-needed" });
  return { id, file };
}

/**
 * For changes by the owner and by those who may write in the folder in which it lies.
 * @throws {DomainError} as `admitToManageFile`; `not-allowed`, `owner-locked`
 */
export async function admitToEditFile(
  rows: FileAccessRows,
  actor: Actor,
  reference: FileReference,
  now: Date,
): Promise<AdmittedFile<"file.edit"> & { readonly isOwners: boolean }> {
  const file = await resolve(rows, actor, reference, now);
  const { ancestorIds, grants } = await sharedPlaceOf(rows, actor, file);
  const id = permit(actor, { action: "file.edit", file, ancestorIds, grants }, { now, linkPassword: "not-needed" });
  return { id, file, isOwners: isAccountActor(actor) && file.accountId === actor.account.id };
}

/** For the same, and whoever has the removal code. @throws {DomainError} as `admitToManageFile` */
export async function admitToRemoveFile(
  rows: FileAccessRows,
  actor: Actor,
  { reference, removalCode }: { reference: FileReference; removalCode?: string | undefined },
  now: Date,
): Promise<AdmittedFile<"file.remove">> {
  const file = await resolve(rows, actor, reference, now);
  const { ancestorIds, grants } = await sharedPlaceOf(rows, actor, file);
  const question = { action: "file.remove", file, ancestorIds, grants, removalCode } as const;
  return { id: permit(actor, question, { now, linkPassword: "not-needed" }), file };
}

/** That this actor was admitted to a link a moment ago, kept without the whole row. */
export interface Proof {
  readonly id: FollowedFileId;
  readonly file: BriefFile;
}

export const proofOf = ({ id, file }: AdmittedLink): Proof => ({ id, file: briefFile(file) });

export interface LinkAsk {
  action: "file.inspect" | "file.fetch";
  now: Date;
  proof: GivenPassword | Proof | "proved";
  /** A download that was counted already goes on, though the link is used up by now. */
  isCounted?: boolean;
  countries: Countries;
  /** It was named by its folder, or its token came by that: without a right to that folder it is not to be had. */
  isByPlace?: boolean | undefined;
  /** The file as the caller means it, where that may be an older version. */
  content?: ((file: LinkedFile) => Promise<LinkedFile>) | undefined;
}

/**
 * For whoever holds the link: `file.inspect` for its details, `file.fetch` for its bytes.
 * `proof` is the password as given; an admission of a moment ago, which stands as long as the link asks for the same
 * password; or `proved` where whatever was proved is withdrawn with a change of the password.
 * @throws {DomainError} `file-not-found`, `not-allowed`, `owner-locked`, `link-password-required`, `link-password-wrong`
 * @throws {FileArrivingError} to whoever would be admitted if the file were there
 */
export async function admitToLink(
  rows: FileAccessRows,
  actor: Actor,
  reference: FileReference,
  ask: LinkAsk,
): Promise<AdmittedLink> {
  const named = await follow(rows, actor, reference, ask.now);
  const followed = ask.content === undefined ? named : await ask.content(named);
  const earlierOwner = isOf(actor, followed) ? actor.account : await ownerOf(rows, followed);
  const isByPlace = ask.isByPlace ?? "folder" in reference;
  const isByOwn = followed.link === undefined || isOwnLink(followed.link);
  const { ancestry, ancestorIds, grants } = await sharedPlaceOf(rows, actor, followed);
  const isOwners = mayManage(actor, { file: followed, ancestorIds }, ask.now);
  const place = { ancestorIds, grants: isByOwn ? grants : [] };
  const shared = isOwners ? undefined : usableRight(sharedRight(actor, place), isByPlace);
  if (isByPlace && !isOwners && shared === undefined) throw notFound();
  const isFree = (isOwners || shared !== undefined) && followed.link !== undefined && isByOwn;
  const file = isFree ? { ...followed, link: undefined } : followed;
  const linkPassword = isOwners || shared !== undefined ? "not-needed" : await judgeProof(file, ask.proof);
  // Judging takes a while, and the password may have been changed in it, or the owner locked.
  const linkReference = { fileId: file.id };
  if (linkPassword === "right") {
    const current = await follow(rows, actor, linkReference, ask.now);
    if (current.passwordHash !== file.passwordHash) return admitToLink(rows, actor, linkReference, ask);
  }
  const wasJudged = linkPassword === "right" && typeof ask.proof === "object" && "judge" in ask.proof;
  const owner = wasJudged && !isOf(actor, file) ? await ownerOf(rows, file) : earlierOwner;
  const link = file.link && stateOf(file.link, { isCounted: ask.isCounted === true });
  const context = { now: ask.now, linkPassword, country: countryFor(file.accessList, actor, ask.countries) };
  const id = permit(actor, { action: ask.action, file, link, owner, ...place, isByPlace }, context);
  if (file.arrival !== undefined) throw new FileArrivingError({ ...file, arrival: file.arrival });
  return { id, file, ancestry: isOwners ? ancestry : [], isOwners, shared };
}

const usableRight = (right: SharedRight | undefined, isByPlace: boolean): SharedRight | undefined =>
  isByPlace || right?.hidesLinks !== true ? right : undefined;

/**
 * The hash of the password that a link asks this actor for; undefined where it asks for none, as of its owner.
 * @throws {DomainError} `file-not-found`
 */
export async function askedHash(
  rows: FileAccessRows,
  actor: Actor,
  reference: FileReference,
  now: Date,
): Promise<string | undefined> {
  const file = await follow(rows, actor, reference, now);
  if (file.passwordHash === undefined) return undefined;
  const { ancestorIds, grants } = await sharedPlaceOf(rows, actor, file);
  if (mayManage(actor, { file, ancestorIds }, now)) return undefined;
  const isByOwn = file.link === undefined || isOwnLink(file.link);
  const right = isByOwn ? sharedRight(actor, { grants, ancestorIds }) : undefined;
  return usableRight(right, "folder" in reference) === undefined ? file.passwordHash : undefined;
}

function mayManage(actor: Actor, object: { file: StoredFile; ancestorIds: readonly number[] }, now: Date): boolean {
  return can(actor, { action: "file.manage", ...object }, { now, linkPassword: "not-needed" }).isAllowed;
}

async function judgeProof(file: StoredFile, proof: LinkAsk["proof"]): Promise<PolicyContext["linkPassword"]> {
  if (proof === "proved") return "right";
  if ("judge" in proof) return proof.judge(file.passwordHash);
  if (file.passwordHash === undefined) return "not-needed";
  return proof.file.passwordHash === file.passwordHash ? "right" : "not-given";
}

const isOf = (actor: Actor, { accountId }: StoredFile): actor is AccountActor =>
  isAccountActor(actor) && actor.account.id === accountId;

async function ownerOf(rows: FileAccessRows, { accountId }: StoredFile): Promise<Account | undefined> {
  return accountId === undefined ? undefined : rows.accounts.findById(accountId);
}
