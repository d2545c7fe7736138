import { endpoints, fileUrl } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileReference } from "../../wire/wire-files.ts";

export function addFileRename(json: JsonEndpoints, services: Pick<EdgeServices, "files">): void {
  json.add({
    endpoint: endpoints.fileRename,
    handle: async ({ actor, caller, input, gone }) => {
      const renames = input.urls.map(({ url, filename }) => ({ reference: fileReference(url), name: filename }));
      const renamed = await services.files.rename(actor, renames, gone());
      return {
        status: "OK" as const,
        renamed: renamed.length,
        urls: renamed.map(({ file, oldName }) => ({
          url: fileUrl(caller.face, file.id, file.domain),
          old_filename: oldName,
          new_filename: file.name,
        })),
      };
    },
  });
}
