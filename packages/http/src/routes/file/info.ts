import { endpoints } from "@consigne/contract";
import type { Services } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileInfo, namedFile } from "../../wire/wire-files.ts";

export function addFileInfo(json: JsonEndpoints, services: Pick<Services, "files">): void {
  json.add({
    endpoint: endpoints.fileInfo,
    handle: async ({ actor, caller, input, times }) =>
      fileInfo(caller.face, times, await services.files.getDetails(actor, namedFile(input), input.pass)),
  });
}
