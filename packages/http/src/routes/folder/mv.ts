import { endpoints, folderMoveDestination } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderOf, folderReference } from "../../wire/wire-files.ts";

export function addFolderMv(json: JsonEndpoints, services: Pick<EdgeServices, "folders">): void {
  json.add({
    endpoint: endpoints.folderMv,
    handle: async ({ actor, input }) => {
      const destination = folderMoveDestination(input);
      const { oldName, newName } = await services.folders.move(actor, folderReference(input.folder_id), {
        parent: destination === undefined ? undefined : folderOf(actor, destination, input.destination_user),
        name: input.rename,
      });
      return { status: "OK" as const, message: "", old_name: oldName, new_name: newName };
    },
  });
}
