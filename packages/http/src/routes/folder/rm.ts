import { endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";

/** rclone's rmdir relies on a folder with contents being refused. */
export function addFolderRm(json: JsonEndpoints, services: Pick<EdgeServices, "folders">): void {
  json.add({
    endpoint: endpoints.folderRm,
    handle: async ({ actor, input }) => {
      await services.folders.remove(actor, folderReference(input.folder_id));
      return { status: "OK" as const, message: "Folder removed" };
    },
  });
}
