import { endpoints, folderMoveDestination } from "@consigne/contract";
import type { DoorServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference, refuseOtherUser } from "../../wire/wire-files.ts";

export function addFolderMv(json: JsonEndpoints, services: Pick<DoorServices, "folders">): void {
  json.add({
    endpoint: endpoints.folderMv,
    handle: async ({ actor, input }) => {
      refuseOtherUser(input.destination_user);
      const destination = folderMoveDestination(input);
      const { oldName, newName } = await services.folders.move(actor, folderReference(input.folder_id), {
        parent: destination === undefined ? undefined : folderReference(destination),
        name: input.rename,
      });
      return { status: "OK" as const, message: "", old_name: oldName, new_name: newName };
    },
  });
}
