import { DomainError, isDomainError } from "../errors.ts";
import { admitToFillFolder, type SharedFolderRows } from "../folders/folder-access.ts";
import type { PartUpload } from "./part-upload.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";

type AccessRows = Pick<Repositories, "partUploads"> & SharedFolderRows;

const UPLOAD_ID = /^[a-z0-9]{16}$/;

/**
 * An upload that this caller may continue: it must be allowed to add files to the upload's folder.
 * @param lacksFolder what to do if the folder is gone; `fine` if none is needed
 * @throws {DomainError} `upload-not-found` for missing, ended, other people's and out-of-bounds ones alike,
 *   `folder-not-found`, `not-authenticated`
 */
export async function admitToPartUpload(
  rows: AccessRows,
  actor: Actor,
  { id, now, lacksFolder = "refused" }: { id: string; now: Date; lacksFolder?: "fine" | "refused" },
): Promise<PartUpload> {
  if (!isAccountActor(actor)) throw new DomainError("not-authenticated", "This needs an account.");
  const upload = UPLOAD_ID.test(id) ? await rows.partUploads.findById(id) : undefined;
  if (upload === undefined || upload.accountId !== actor.account.id || upload.expiresAt <= now) throw notThere();
  // A finished upload is returned as it is.
  if (await mayUseFolder(rows, actor, upload, now)) return upload;
  if (isFenced(actor)) throw notThere();
  if (lacksFolder === "fine" || upload.file !== undefined) return upload;
  throw new DomainError(
    "folder-not-found",
    "The folder of this upload is gone, or you may no longer add files to it. Abort the upload and start a new one.",
  );
}

export async function mayUseFolder(
  rows: SharedFolderRows,
  actor: AccountActor,
  { folderId }: PartUpload,
  now: Date,
): Promise<boolean> {
  try {
    await admitToFillFolder(rows, actor, folderId, now);
    return true;
  } catch (error) {
    // When a share has ended or become read-only, or its owner is locked, its uploads are treated like those in a
    // removed folder.
    if (endings.some((code) => isDomainError(error, code))) return false;
    throw error;
  }
}

const endings = ["folder-not-found", "not-allowed", "owner-locked"] as const;

const isFenced = ({ rootFolderId, account }: AccountActor): boolean => rootFolderId !== account.rootFolderId;

const notThere = () =>
  new DomainError("upload-not-found", "There is no such upload, or it has ended. Start a new one.");
