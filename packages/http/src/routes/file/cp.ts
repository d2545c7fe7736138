import { endpoints, fileUrl } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileReference, folderOf } from "../../wire/wire-files.ts";

/** A copy gets its own link. rclone always sends `rename`, mostly with the name that the file has. */
export function addFileCp(json: JsonEndpoints, services: Pick<EdgeServices, "files">): void {
  json.add({
    endpoint: endpoints.fileCp,
    handle: async ({ actor, caller, input, gone }) => {
      const copies = await services.files.copy(actor, input.urls.map(fileReference), {
        destination: folderOf(actor, input.folder_id, input.sharing_user),
        newName: input.rename,
        password: input.pass,
        signal: gone(),
      });
      return {
        status: "OK" as const,
        copied: copies.length,
        urls: copies.map(({ from, to }) => ({
          from_url: fileUrl(caller.face, from.id, from.domain),
          to_url: fileUrl(caller.face, to.id, to.domain),
        })),
        ...(input.rename === undefined ? {} : { filename: copies[0]?.to.name ?? input.rename }),
      };
    },
  });
}
