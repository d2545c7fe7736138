import { endpoints, fileUrl, type FileChattrRequest } from "@consigne/contract";
import { type AccessList, type AttributeChanges, isAddressPattern, type DoorServices } from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { fileReference } from "../../wire/wire-files.ts";

export function addFileChattr(json: JsonEndpoints, services: Pick<DoorServices, "files">): void {
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
    accessList: accessListOf(input.acl),
  };
}

/** `{}` takes the list away. */
function accessListOf(acl: FileChattrRequest["acl"]): AccessList | "none" | undefined {
  if (acl === undefined) return undefined;
  const bad = (acl.ip ?? []).find((pattern) => !isAddressPattern(pattern));
  if (bad !== undefined)
    throw new RequestError("badRequest", "Each entry of acl.ip must be an address or a CIDR block.");
  const some = (entries: string[] | undefined) => (entries === undefined || entries.length === 0 ? undefined : entries);
  const list: AccessList = {
    addresses: some(acl.ip),
    countries: some(acl.country?.map((country) => country.toUpperCase())),
    emails: some(acl.email),
    isPremiumOnly: acl.premium === 1 ? true : undefined,
  };
  return Object.values(list).every((value) => value === undefined) ? "none" : list;
}
