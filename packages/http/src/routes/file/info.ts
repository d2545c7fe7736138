import { endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileInfo, namedFile } from "../../wire/wire-files.ts";

export function addFileInfo(json: JsonEndpoints, services: Pick<EdgeServices, "files">): void {
  json.add({
    endpoint: endpoints.fileInfo,
    handle: async ({ actor, caller, input, times, gone }) => {
      const signal = input.pass === undefined ? undefined : gone();
      return fileInfo(
        caller.face,
        times,
        await services.files.getDetails(actor, namedFile(actor, input), input.pass, signal),
      );
    },
  });
}
