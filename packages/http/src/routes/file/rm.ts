import { endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileReference } from "../../wire/wire-files.ts";

export function addFileRm(json: JsonEndpoints, services: Pick<EdgeServices, "files">): void {
  json.add({
    endpoint: endpoints.fileRm,
    handle: async ({ actor, input, gone }) => {
      const targets = input.files.map(({ url, code }) => ({ reference: fileReference(url), removalCode: code, url }));
      const removed = await services.files.remove(actor, targets, gone());
      return { status: "OK" as const, removed: removed.length, urls: removed.map(({ url }) => url) };
    },
  });
}
