import { DomainError, isDomainError } from "../errors.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Job } from "../jobs/job.ts";
import { isOver } from "../keys/api-key.ts";
import { type AccountActor, accountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { ReceivedFile } from "../uploads/incoming-file.ts";
import { fileReceived, type Filing } from "../uploads/upload-filing.ts";
import { requireRemoteRight } from "./remote-upload-service.ts";
import type { RemoteItem, RemoteRequest } from "./remote-upload.ts";

/**
 * Whoever asked, as account and key stand now. What was asked for by somebody who had signed in, or by password, hangs on
 * the account alone: signing out ends no transfer.
 * @throws {DomainError} what the policy says to whoever may not any more
 */
export async function ordererOf(
  rows: Pick<Repositories, "accounts" | "apiKeys">,
  { accountId, apiKeyId, address }: Pick<RemoteRequest, "accountId" | "apiKeyId" | "address">,
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

/**
 * Makes the file and notes the end of its address, in one transaction: run twice, the second finds that it is done.
 * Undefined when there is nothing to do any more.
 */
export async function fileFetched(
  rows: Repositories,
  job: Pick<Job, "id">,
  input: {
    item: RemoteItem;
    request: RemoteRequest;
    received: ReceivedFile;
    message: string;
    maxEntries: number;
    now: Date;
  },
): Promise<Filing | undefined> {
  const { request, received, now, maxEntries } = input;
  const item = await rows.remoteUploads.findItem(input.item.id);
  if (item === undefined || item.end !== undefined || item.jobId !== job.id) return undefined;
  const actor = await ordererOf(rows, request, now);
  const folder = await destinationOf(rows, actor, request, now);
  const wishes = { folder, domain: actor.account.settings.defaultDomain, passwordHash: undefined };
  const filing = await fileReceived(rows, actor, { received: [received], wishes, maxEntries, now });
  const [file] = filing.uploaded;
  if (file === undefined) throw new Error("Nothing was filed.");
  const moved = folder === "root" && request.folderId !== actor.rootFolderId;
  const message = [moved ? "Its folder was gone, so it lies in the root." : "", input.message]
    .filter(Boolean)
    .join(" ");
  await rows.remoteUploads.end(item.id, job.id, {
    state: "done",
    at: now,
    fileId: file.fileId,
    fileName: file.name,
    sizeBytes: file.sizeBytes,
    message,
  });
  return filing;
}

/** The root where the folder is gone by now, as with an upload. */
async function destinationOf(
  rows: Repositories,
  actor: AccountActor,
  { folderId }: RemoteRequest,
  now: Date,
): Promise<FolderReference> {
  try {
    return (await admitToFolder(rows, actor, folderId, now)).folder.id;
  } catch (error) {
    if (isDomainError(error, "folder-not-found")) return "root";
    throw error;
  }
}
