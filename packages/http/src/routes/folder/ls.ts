import { directoryUrl, endpoints } from "@consigne/contract";
import { isAccountActor, type DoorServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference, listedFiles, refuseOtherUser } from "../../wire/wire-files.ts";

const flag = (isSet: boolean): 0 | 1 => (isSet ? 1 : 0);

/**
 * Sub-folders carry their number twice: rclone and the libraries read `id`, the guide says `folder_id`. The root leaves
 * out what it has not, because a C# client cannot read an empty date.
 */
export function addFolderLs(json: JsonEndpoints, services: Pick<DoorServices, "folders" | "files">): void {
  json.add({
    endpoint: endpoints.folderLs,
    handle: async ({ actor, caller, input, times, reader }) => {
      refuseOtherUser(input.sharing_user);
      const reference = folderReference(input.folder_id);
      const { folder, isRoot, contents, children } = await services.folders.list(actor, reference, reader());
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
        ...(isAccountActor(actor) ? { user: actor.account.email } : {}),
        files: contents.fileCount,
        size: contents.sizeBytes,
        sub_folders: children.map((child) => ({
          id: child.id,
          folder_id: child.id,
          name: child.name,
          create_date: times.toWire(child.createdAt),
          pass: flag(child.sharePasswordHash !== undefined),
        })),
        ...(files === undefined ? {} : { items: listedFiles(caller.face, times, files) }),
      };
    },
  });
}
