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

/** How a caller identifies a file: by its link, or by folder and exact name among the caller's own. */
export type FileReference = { fileId: string } | { folder: FolderReference; name: string };

type FollowedFileId = Permitted<"file.inspect" | "file.fetch", string>;

/** The rows needed for decisions about files. */
export interface FileAccessRows {
  readonly accounts: Pick<Repositories["accounts"], "findById">;
  readonly files: Pick<Repositories["files"], "findById" | "findByName">;
  readonly folders: AncestrySource;
  readonly folderShares: GrantSource;
  readonly links: Pick<Repositories["links"], "findById" | "endExpired">;
  readonly partUploads: Pick<Repositories["partUploads"], "findByLink">;
}

/** A file reached through a link. */
export interface LinkedFile extends StoredFile {
  /**
   * Undefined for the file's own link without rules, and for the owner, to whom rules do not apply. With an additional
   * link, `id`, `passwordHash` and `accessList` are those of the link, so that its users do not learn the file's own.
   */
  readonly link?: FollowedUse | undefined;
  /** Only set while the file's bytes are still arriving. It can be looked up, but nobody may download it. */
  readonly arrival?: ArrivalState | undefined;
}

type FollowedUse = LinkUse & { readonly id: string; readonly fileId: string };

/** A file that the policy admitted this actor to, for the requested action. */
export interface AdmittedFile<Action extends "file.manage" | "file.edit" | "file.remove"> {
  readonly id: Permitted<Action, string>;
  readonly file: StoredFile;
}

/** A file whose link this actor may follow. */
export interface AdmittedLink {
  readonly id: FollowedFileId;
  readonly file: LinkedFile;
  /** The file's folder and those above it; empty for strangers and for a guest's upload. */
  readonly ancestry: readonly Folder[];
  /** The actor may see and change what only an owner may. */
  readonly isOwners: boolean;
  /** The rights of the folder share through which the actor has the file; a link's rules do not apply then. */
  readonly shared: SharedRight | undefined;
}

/** @throws {DomainError} `file-damaged` for bytes that a check found damaged: they are neither sent nor copied */
export function requireSound(file: Pick<StoredFile, "isDamaged">): void {
  if (file.isDamaged) throw damaged();
}

/** @throws {DomainError} `file-not-found` if no file has the id; ids of additional links do not count */
export async function requireKnownFile(rows: FileAccessRows, fileId: string): Promise<void> {
  if ((await rows.files.findById(fileId)) === undefined) throw notFound();
}

export const damaged = (options?: ErrorOptions) =>
  new DomainError(
    "file-damaged",
    "The stored data of this file is damaged; upload the same file again to repair it, or ask the operator.",
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
  // Control characters in names are stored as their pictures; older names may still contain the characters themselves.
  const stored = withPictures(reference.name);
  const file =
    (await rows.files.findByName(folder.id, stored)) ??
    (stored === reference.name ? undefined : await rows.files.findByName(folder.id, reference.name));
  if (file === undefined) throw notFound();
  return file;
}

/** Like `resolve`, through any link of the file, including one given out before the file has arrived. */
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
  // The upload was completed after the lookup.
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

/** Where a file is, if that matters for the actor: it owns the file, or the file's owner shares something with it. */
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

/** For changes by the owner. @throws {DomainError} `file-not-found` for missing files and other people's alike */
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
 * For changes by the owner and by people who may write in the file's folder.
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

/** Like `admitToEditFile`, and for whoever has the removal code. @throws {DomainError} as `admitToManageFile` */
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

/** Proof that this actor was admitted to a link a moment ago, without keeping the whole row. */
export interface Proof {
  readonly id: FollowedFileId;
  readonly file: BriefFile;
}

export const proofOf = ({ id, file }: AdmittedLink): Proof => ({ id, file: briefFile(file) });

export interface LinkAsk {
  action: "file.inspect" | "file.fetch";
  now: Date;
  proof: GivenPassword | Proof | "proved";
  /** A download that was already counted continues, even if the link is used up by now. */
  isCounted?: boolean;
  countries: Countries;
  /** The file was identified by its folder, now or for its token: a right to that folder is required. */
  isByPlace?: boolean | undefined;
  /** Selects the content, if the caller may mean an older version. */
  content?: ((file: LinkedFile) => Promise<LinkedFile>) | undefined;
}

/**
 * For whoever holds the link: `file.inspect` for its details, `file.fetch` for its bytes. `proof` is the given
 * password; a recent admission, which is valid as long as the link has the same password; or `proved` if the caller
 * withdraws what was proved when the password changes.
 * @throws {DomainError} `file-not-found`, `not-allowed`, `owner-locked`, `link-password-required`,
 *   `link-password-wrong`
 * @throws {FileArrivingError} to those who would be admitted if the file were complete
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
  // Checking a password takes a while; meanwhile it may have been changed, or the owner locked.
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
 * The hash of the password that this actor has to give for a link; undefined if none is needed, as for the owner.
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
