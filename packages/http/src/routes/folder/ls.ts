import { type CivilTimes, directoryUrl, endpoints } from "@consigne/contract";
import type { Actor, EdgeServices, Folder, FolderListing, ReceivedFolder } from "@consigne/core";
import { isAccountActor } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference, isOtherUser, listedFiles } from "../../wire/wire-files.ts";
import { RowsAsJson } from "../../wire/written-json.ts";

/** `/x/v1/share/received` returns more per owner. */
const MOST_RECEIVED = 1000;

const flag = (isSet: boolean): 0 | 1 => (isSet ? 1 : 0);

const written = new RowsAsJson<Folder, ReturnType<typeof subFolder>>();

/**
 * Subfolders carry their number twice: rclone and the libraries read `id`, the 1fichier API guide says `folder_id`. The
 * root leaves out fields that it does not have, because a C# client cannot read an empty date.
 */
export function addFolderLs(json: JsonEndpoints, services: Pick<EdgeServices, "folders" | "files" | "people">): void {
  json.add({
    endpoint: endpoints.folderLs,
    handle: async ({ actor, caller, input, times, reader }) => {
      const reference = folderReference(input.folder_id);
      if (reference === "root" && isOtherUser(actor, input.sharing_user))
        return rootOf(await services.people.received(actor, { ownerEmail: input.sharing_user, limit: MOST_RECEIVED }), {
          user: input.sharing_user ?? "",
          hasItems: input.files === 1,
          times,
        });
      const listing = await services.folders.list(actor, reference, reader());
      const { folder, isRoot, contents, children } = listing;
      const files = input.files === 1 ? await services.files.list(actor, reference, {}, reader()) : undefined;
      const { publicShareId } = folder;
      return {
        status: "OK" as const,
        folder_id: isRoot ? 0 : folder.id,
        name: isRoot ? "root" : folder.name,
        ...(isRoot
          ? {}
          : { create_date: times.toWire(folder.createdAt), pass: flag(folder.sharePasswordHash !== undefined) }),
        ...(publicShareId === undefined ? {} : { shared: directoryUrl(caller.face, publicShareId) }),
        ...ownershipOf(actor, listing),
        files: contents.fileCount,
        size: contents.sizeBytes,
        sub_folders: children.map((child) => written.write(child, times.zone, (row) => subFolder(times, row))),
        ...(files === undefined ? {} : { items: listedFiles(caller.face, times, files) }),
      };
    },
  });
}

function subFolder(times: CivilTimes, { id, name, createdAt, sharePasswordHash }: Folder) {
  return {
    id,
    folder_id: id,
    name,
    create_date: times.toWire(createdAt),
    pass: flag(sharePasswordHash !== undefined),
  };
}

/** Its owner; the people it is shared with are only shown to the owner. */
function ownershipOf(actor: Actor, { people, shared }: FolderListing) {
  if (shared !== undefined)
    return { user: shared.ownerEmail, rw: flag(shared.mayWrite), hide_links: flag(shared.hidesLinks) };
  const shares = people.map(({ email, mayWrite, hidesLinks }) => ({
    email,
    rw: flag(mayWrite),
    hide_links: flag(hidesLinks),
  }));
  return {
    ...(shares.length === 0 ? {} : { shares }),
    ...(isAccountActor(actor) ? { user: actor.account.email } : {}),
  };
}

/** Somebody else's root, as the caller sees it: the folders that this user shares with the caller. */
function rootOf(
  { folders }: { folders: readonly ReceivedFolder[] },
  { user, hasItems, times }: { user: string; hasItems: boolean; times: CivilTimes },
) {
  return {
    status: "OK" as const,
    folder_id: 0,
    name: "root",
    user,
    rw: flag(false),
    files: 0,
    size: 0,
    sub_folders: folders.map(({ folder, ownerEmail }) => ({
      id: folder.id,
      folder_id: folder.id,
      name: folder.name,
      create_date: times.toWire(folder.createdAt),
      pass: flag(false),
      email: ownerEmail,
    })),
    ...(hasItems ? { items: [] } : {}),
  };
}
