import { endpoints, fileUrl } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileReference, folderOf } from "../../wire/wire-files.ts";

/** A move keeps the link. A `rename` to the same name is no error: older rclone builds send it. */
export function addFileMv(json: JsonEndpoints, services: Pick<EdgeServices, "files">): void {
  json.add({
    endpoint: endpoints.fileMv,
    handle: async ({ actor, caller, input, gone }) => {
      const destination = folderOf(actor, input.destination_folder_id, input.destination_user);
      const moved = await services.files.move(actor, input.urls.map(fileReference), destination, {
        newName: input.rename,
        signal: gone(),
      });
      return {
        status: "OK" as const,
        moved: moved.length,
        urls: moved.map((file) => fileUrl(caller.face, file.id, file.domain)),
        ...(input.rename === undefined ? {} : { filename: moved[0]?.name ?? input.rename }),
      };
    },
  });
}
