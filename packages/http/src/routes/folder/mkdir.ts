import { endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderOf } from "../../wire/wire-files.ts";

export function addFolderMkdir(json: JsonEndpoints, services: Pick<EdgeServices, "folders">): void {
  json.add({
    endpoint: endpoints.folderMkdir,
    handle: async ({ actor, input }) => {
      const folder = await services.folders.create(
        actor,
        folderOf(actor, input.folder_id, input.sharing_user),
        input.name,
      );
      return { status: "OK" as const, folder_id: folder.id, name: folder.name, message: "Folder created successfully" };
    },
  });
}
