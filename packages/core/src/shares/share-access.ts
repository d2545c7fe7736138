import type { Account } from "../accounts/account.ts";
import type { GivenPassword } from "../admission/link-passwords.ts";
import { DomainError } from "../errors.ts";
import type { Folder } from "../folders/folder.ts";
import { noteEndOfLink } from "../links/ended-links.ts";
import { type Link, stateOf } from "../links/link.ts";
import { countryFor } from "../policy/access-list.ts";
import type { Actor } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can, type PolicyContext } from "../policy/policy.ts";
import type { Countries } from "../ports/countries.ts";
import type { Repositories } from "../ports/database.ts";

const SHARE_ID = /^[A-Za-z0-9]{4,20}$/;

/** A folder reached through its page or another link, with that link's address and password. */
export type SharedFolder = Folder & { readonly publicShareId: string; readonly link?: Link };

export interface ShareRows {
  readonly accounts: Pick<Repositories["accounts"], "findById">;
  readonly folders: Pick<Repositories["folders"], "findByPublicShareId" | "findById" | "listAncestry">;
  readonly links: Pick<Repositories["links"], "findById" | "endExpired">;
}

export interface AdmittedShare {
  readonly folder: SharedFolder;
  /** From the requested folder up to the shared one, which is last, and the only one if no other was named. */
  readonly way: FolderWay;
  readonly owner: Account;
  readonly linkPassword: PolicyContext["linkPassword"];
  readonly country: string | undefined;
}

/** Never empty. */
export type FolderWay = readonly [Folder, ...Folder[]];

/** A folder with a password keeps even its name from people who have not given it. */
export const isOpenShare = (folder: Folder): folder is SharedFolder =>
  folder.publicShareId !== undefined && folder.sharePasswordHash === undefined;

/**
 * Whether a subfolder is accessible through an additional link of its parent. One whose own page has a password stays
 * closed to people who have not given that, with everything below it.
 */
export const isOpenByLink = ({ sharePasswordHash }: Folder): boolean => sharePasswordHash === undefined;

/**
 * Admits whoever knows the address and password of a folder's public page. An additional link also opens its
 * subfolders: `folderId` is the requested one. Nobody else is told whether it exists.
 * @throws {DomainError} `folder-not-found`, `owner-locked`, `link-password-required`, `link-password-wrong`
 */
export async function admitToShared(
  rows: ShareRows,
  actor: Actor,
  asked: {
    publicShareId: string;
    folderId?: number | undefined;
    given: GivenPassword;
    countries: Countries;
    isCounted?: boolean;
  },
  now: () => Date,
): Promise<AdmittedShare> {
  const { publicShareId, folderId, given, isCounted = false } = asked;
  const { folder, owner } = await sharedBy(rows, publicShareId);
  if (folder.link !== undefined) await noteEndOfLink(rows, folder.link, now());
  const linkPassword = await given.judge(folder.sharePasswordHash);
  let currentOwner = owner;
  if (linkPassword === "right") {
    // Checking a password takes a while; meanwhile it may have been changed, and the owner locked or removed.
    const current = await sharedBy(rows, publicShareId);
    if (current.folder.sharePasswordHash !== folder.sharePasswordHash) return admitToShared(rows, actor, asked, now);
    currentOwner = current.owner;
  }
  const country = countryFor(folder.link?.accessList, actor, asked.countries);
  requireAllowed(can(actor, listQuestion(folder, currentOwner, isCounted), { now: now(), linkPassword, country }));
  const way = await wayTo(rows, folder, folderId);
  return { folder, way, owner: currentOwner, linkPassword, country };
}

/** @param isCounted a download that was already counted continues */
export function listQuestion(folder: SharedFolder, owner: Account, isCounted = false) {
  const link = folder.link && { ...stateOf(folder.link, { isCounted }), accessList: folder.link.accessList };
  return { action: "share.list", folder, owner, link } as const;
}

/**
 * The owner, if the folder is still open at the same address and with the same password, and the subfolder `folderId`
 * is still in it.
 * @throws {DomainError} `folder-not-found`
 */
export async function stillSharedBy(rows: ShareRows, folder: SharedFolder, folderId?: number): Promise<Account> {
  const current = await sharedBy(rows, folder.publicShareId);
  if (current.folder.id !== folder.id || current.folder.sharePasswordHash !== folder.sharePasswordHash)
    throw new DomainError("folder-not-found", "This folder is no longer shared in the same way.");
  await wayTo(rows, current.folder, folderId);
  return current.owner;
}

/**
 * The current way from a folder up to the shared one: a folder that was moved away or removed is no longer below it.
 * @throws {DomainError} `folder-not-found` for missing, other people's and closed folders alike
 */
export async function wayTo(
  rows: { folders: Pick<ShareRows["folders"], "listAncestry"> },
  top: SharedFolder,
  folderId: number | undefined,
): Promise<FolderWay> {
  if (folderId === undefined || folderId === top.id) return [top];
  const ancestry = top.link === undefined ? [] : await rows.folders.listAncestry(folderId);
  const [place, ...above] = ancestry.slice(0, ancestry.findIndex(({ id }) => id === top.id) + 1);
  if (place === undefined || !ancestry.slice(0, above.length).every(isOpenByLink))
    throw new DomainError("folder-not-found", "There is no shared folder at this URL.");
  return [place, ...above];
}

async function sharedBy(rows: ShareRows, publicShareId: string): Promise<{ folder: SharedFolder; owner: Account }> {
  const folder = SHARE_ID.test(publicShareId) ? await findShared(rows, publicShareId) : undefined;
  const owner = folder === undefined ? undefined : await rows.accounts.findById(folder.accountId);
  if (folder === undefined || owner === undefined)
    throw new DomainError("folder-not-found", "There is no shared folder at this URL.");
  return { folder, owner };
}

async function findShared(rows: ShareRows, address: string): Promise<SharedFolder | undefined> {
  const shared = await rows.folders.findByPublicShareId(address);
  if (shared !== undefined) return { ...shared, publicShareId: address };
  const link = await rows.links.findById(address);
  const folder = link?.folderId === undefined ? undefined : await rows.folders.findById(link.folderId);
  return folder && link && { ...folder, publicShareId: address, sharePasswordHash: link.passwordHash, link };
}
