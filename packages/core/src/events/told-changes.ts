import { isDomainError } from "../errors.ts";
import { admitToFolder, admitToSeeFolder } from "../folders/folder-access.ts";
import type { AccountActor } from "../policy/actor.ts";
import { can, type PolicyContext } from "../policy/policy.ts";
import type { Repositories } from "../ports/database.ts";
import type { AccountChange } from "./account-change.ts";

type Rows = Pick<Repositories, "folders" | "folderShares" | "remoteUploads" | "imports">;

/** Whether this caller may see a change in its account; depends on its scopes and its folder. */
export async function isToldTo(
  rows: Rows,
  caller: AccountActor,
  change: AccountChange,
  context: PolicyContext,
): Promise<boolean> {
  const area = change.topic === "remote" || change.topic === "import" ? "remote" : "files";
  if (!can(caller, { action: "api.use", area, right: "read", isForCustomers: true }, context).isAllowed) return false;
  switch (change.topic) {
    case "reset":
      return true;
    case "trash":
    case "share":
      return isUnfenced(caller);
    case "folder":
      // Without a folder restriction, changes of removed folders are reported too, so that clients notice the removal.
      return isUnfenced(caller) || isSeen(() => admitToFolder(rows, caller, change.id, context.now));
    case "shared-folder":
      return isSeen(() => admitToSeeFolder(rows, caller, change.id, context.now));
    case "remote":
      return ownsOrder(caller, await rows.remoteUploads.findRequest(change.id), context);
    case "import":
      return ownsOrder(caller, await rows.imports.findById(change.id), context);
  }
}

const isUnfenced = ({ rootFolderId, account }: AccountActor): boolean => rootFolderId === account.rootFolderId;

async function isSeen(admit: () => Promise<unknown>): Promise<boolean> {
  try {
    await admit();
    return true;
  } catch (error) {
    if (isDomainError(error, "folder-not-found") || isDomainError(error, "owner-locked")) return false;
    throw error;
  }
}

type Order = Parameters<typeof can>[1] & { action: "remote.manage" };

function ownsOrder(caller: AccountActor, request: Order["request"] | undefined, context: PolicyContext): boolean {
  // Without a folder restriction, removed requests are reported too, so that clients notice the removal.
  if (request === undefined) return isUnfenced(caller);
  return can(caller, { action: "remote.manage", request }, context).isAllowed;
}
