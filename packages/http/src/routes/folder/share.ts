import { directoryUrl, endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";

/** The public page of a folder, and the accounts that it is shared with. */
export function addFolderShare(json: JsonEndpoints, services: Pick<EdgeServices, "shares">): void {
  json.add({
    endpoint: endpoints.folderShare,
    handle: async ({ actor, caller, input, gone }) => {
      const isShared = input.share === undefined ? undefined : input.share === 1;
      const people = input.shares?.map(({ email, rw, hide_links: hidden }) => ({
        email,
        mayWrite: rw === 1,
        hidesLinks: hidden === 1,
      }));
      const options = { isShared, password: input.pass, people };
      const signal = input.pass === undefined ? undefined : gone();
      const folder = await services.shares.share(actor, folderReference(input.folder_id), options, signal);
      const { publicShareId } = folder;
      return {
        status: "OK" as const,
        ...(publicShareId === undefined ? {} : { url: directoryUrl(caller.face, publicShareId) }),
        message: "",
      };
    },
  });
}
