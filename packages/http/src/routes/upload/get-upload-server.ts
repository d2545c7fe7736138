import { endpoints, uploadHost } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";

export function addGetUploadServer(json: JsonEndpoints, services: Pick<EdgeServices, "uploads">): void {
  json.add({
    endpoint: endpoints.uploadGetUploadServer,
    handle: async ({ caller }) => ({ url: uploadHost(caller.face), id: services.uploads.offer().id }),
  });
}
