import { isDomainError } from "../errors.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Job } from "../jobs/job.ts";
import type { AccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { ReceivedFile } from "../uploads/incoming-file.ts";
import { fileReceived, type Filing } from "../uploads/upload-filing.ts";
import type { FetchMessages } from "./fetch-message.ts";
import type { RemoteItem, RemoteRequest } from "./remote-upload.ts";

/**
 * Creates the file and records the end of its address, in one transaction: a second run finds that it is done.
 * Undefined if there is nothing left to do.
 */
export async function fileFetched(
  rows: Repositories,
  actor: AccountActor,
  input: {
    job: Pick<Job, "id">;
    item: RemoteItem;
    request: RemoteRequest;
    received: ReceivedFile;
    messages: FetchMessages;
    maxEntries: number;
    now: Date;
  },
): Promise<Filing | undefined> {
  const { job, request, received, now, maxEntries } = input;
  const item = await rows.remoteUploads.findItem(input.item.id);
  if (item === undefined || item.end !== undefined || item.jobId !== job.id) return undefined;
  const folder = await destinationOf(rows, actor, request, now);
  const options = { folder, domain: actor.account.settings.defaultDomain, passwordHash: undefined };
  const filing = await fileReceived(rows, actor, { received: [received], options, maxEntries, now });
  const [file] = filing.uploaded;
  if (file === undefined) throw new Error("Nothing was filed.");
  const moved = folder === "root" && request.folderId !== actor.rootFolderId;
  const messages = [...(moved ? [{ code: "folder-gone" } as const] : []), ...input.messages];
  await rows.remoteUploads.end(item.id, job.id, {
    state: "done",
    at: now,
    fileId: file.fileId,
    fileName: file.name,
    sizeBytes: file.sizeBytes,
    messages,
  });
  return filing;
}

/** The root if the folder is gone by now, as for an upload. */
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
