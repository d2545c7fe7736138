import { directoryUrl, endpoints } from "@consigne/contract";
import type { DoorServices } from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";

/** The public page of a folder. Shares with single accounts are refused, not ignored: the caller would rely on them. */
export function addFolderShare(json: JsonEndpoints, services: Pick<DoorServices, "shares">): void {
  json.add({
    endpoint: endpoints.folderShare,
    handle: async ({ actor, caller, input, gone }) => {
      if (input.shares !== undefined && input.shares.length > 0) {
        throw new RequestError("endpointNotAvailable", "Sharing with single accounts is not available on this server.");
      }
      const isShared = input.share === undefined ? undefined : input.share === 1;
      const wishes = { isShared, password: input.pass };
      const signal = input.pass === undefined ? undefined : gone();
      const folder = await services.shares.share(actor, folderReference(input.folder_id), wishes, signal);
      const { publicShareId } = folder;
      return {
        status: "OK" as const,
        ...(publicShareId === undefined ? {} : { url: directoryUrl(caller.face, publicShareId) }),
        message: "",
      };
    },
  });
}
