import type { Account } from "../accounts/account.ts";
import { DomainError } from "../errors.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { can, requireAllowed } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";
import type { StoredFile } from "./file.ts";
import { judgeLinkPassword } from "./link-passwords.ts";

/** A file as a caller names it: by its link, or by folder and exact name among the caller's own. */
export type FileReference = { fileId: string } | { folder: FolderReference; name: string };

declare const checked: unique symbol;

/** A file the policy admitted this actor to, for what was asked. Only this module makes one. */
export interface AdmittedFile {
  readonly [checked]: true;
  readonly file: StoredFile;
  /** From the file's folder up; empty for strangers and for a guest's upload. */
  readonly ancestry: readonly Folder[];
  /** The actor may see and change what only an owner does. */
  readonly isOwners: boolean;
}

const notFound = () => new DomainError("file-not-found", "There is no such file, or it is not yours to see.");

async function resolve(rows: Repositories, actor: Actor, reference: FileReference, now: Date): Promise<StoredFile> {
  if ("fileId" in reference) {
    const file = await rows.files.findById(reference.fileId);
    if (file === undefined) throw notFound();
    return file;
  }
  const { folder } = await admitToFolder(rows, actor, reference.folder, now);
  const file = await rows.files.findByName(folder.id, reference.name);
  if (file === undefined) throw notFound();
  return file;
}

async function ancestryFor(rows: Repositories, actor: Actor, file: StoredFile): Promise<readonly Folder[]> {
  if (!isAccountActor(actor) || file.accountId !== actor.account.id || file.folderId === undefined) return [];
  return rows.folders.listAncestry(file.folderId);
}

/** For changes by the owner. @throws {DomainError} `file-not-found` for absent and foreign files alike */
export async function admitToManageFile(
  rows: Repositories,
  actor: Actor,
  reference: FileReference,
  now: Date,
): Promise<AdmittedFile> {
  const file = await resolve(rows, actor, reference, now);
  const ancestry = await ancestryFor(rows, actor, file);
  const ancestorIds = ancestry.map((folder) => folder.id);
  requireAllowed(can(actor, { action: "file.manage", file, ancestorIds }, { now, linkPassword: "not-needed" }));
  return { file, ancestry, isOwners: true } as unknown as AdmittedFile;
}

/**
 * For whoever holds the link: `file.inspect` for its details, `file.fetch` for its bytes.
 * `proof` is the password as given, or `proved` where an earlier check still stands.
 * @throws {DomainError} `file-not-found`, `not-allowed`, `owner-locked`, `link-password-required`, `link-password-wrong`
 */
export async function admitToLink(
  rows: Repositories,
  actor: Actor,
  reference: FileReference,
  ask: { action: "file.inspect" | "file.fetch"; now: Date; proof: { password?: string | undefined } | "proved" },
): Promise<AdmittedFile> {
  const file = await resolve(rows, actor, reference, ask.now);
  const owner = await ownerOf(rows, actor, file);
  const ancestry = await ancestryFor(rows, actor, file);
  const ancestorIds = ancestry.map((folder) => folder.id);
  const isOwners = can(
    actor,
    { action: "file.manage", file, ancestorIds },
    { now: ask.now, linkPassword: "not-needed" },
  ).isAllowed;
  const linkPassword =
    ask.proof === "proved"
      ? "right"
      : isOwners
        ? "not-needed"
        : await judgeLinkPassword(file.passwordHash, ask.proof.password);
  requireAllowed(can(actor, { action: ask.action, file, owner, ancestorIds }, { now: ask.now, linkPassword }));
  return { file, ancestry: isOwners ? ancestry : [], isOwners } as unknown as AdmittedFile;
}

async function ownerOf(rows: Repositories, actor: Actor, file: StoredFile): Promise<Account | undefined> {
  if (file.accountId === undefined) return undefined;
  if (isAccountActor(actor) && actor.account.id === file.accountId) return actor.account;
  return rows.accounts.findById(file.accountId);
}
