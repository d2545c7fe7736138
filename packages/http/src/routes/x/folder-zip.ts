import { archiveUrl, endpoints, parseFileLink } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";

export function addFolderZip(
  json: JsonEndpoints,
  { archives }: Pick<EdgeServices, "archives">,
  { downloadUrl }: Pick<EdgeSettings, "downloadUrl">,
): void {
  json.add({
    endpoint: endpoints.folderZip,
    handle: async ({ actor, caller, input }) => {
      const { text, name } = await archives.issueOwn(actor, {
        folders: (input.folder_ids ?? []).map(folderReference),
        // Text that cannot be an id is treated like an unknown one.
        fileIds: (input.file_ids ?? []).map((id) => parseFileLink(id)?.id ?? ""),
      });
      return { status: "OK" as const, url: archiveUrl(caller.face, text, downloadUrl), name: `${name}.zip` };
    },
  });
}
