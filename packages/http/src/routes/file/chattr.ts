import { endpoints, fileUrl, type FileChattrRequest } from "@consigne/contract";
import type { AttributeChanges, EdgeServices } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileReference, givenAccessList } from "../../wire/wire-files.ts";

export function addFileChattr(json: JsonEndpoints, services: Pick<EdgeServices, "files">): void {
  json.add({
    endpoint: endpoints.fileChattr,
    handle: async ({ actor, caller, input, gone }) => {
      const references = input.urls.map(fileReference);
      const changed = await services.files.changeAttributes(actor, references, changesOf(input), gone());
      return {
        status: "OK" as const,
        updated: changed.length,
        urls: changed.map((file) => fileUrl(caller.face, file.id, file.domain)),
      };
    },
  });
}

function changesOf(input: FileChattrRequest): AttributeChanges {
  const flag = (value: number | undefined) => (value === undefined ? undefined : value === 1);
  return {
    name: input.filename,
    description: input.description,
    password: input.pass,
    isInline: flag(input.inline),
    isSslDisabled: flag(input.no_ssl),
    isCdn: flag(input.cdn),
    accessList: givenAccessList(input.acl),
  };
}
