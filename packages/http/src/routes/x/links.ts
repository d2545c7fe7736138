import {
  directoryUrl,
  endpoints,
  type Face,
  fileUrl,
  instantIn,
  type LinkAddRequest,
  parseDirectoryLink,
  parseFileLink,
  toInstantText,
} from "@consigne/contract";
import { type EdgeServices, isOwnLink, type Link, type LinkedEntry, type LinkOptions } from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference, givenAccessList, wireAccessList } from "../../wire/wire-files.ts";

type GivenRules = Pick<LinkAddRequest, "pass" | "expires_at" | "max_downloads" | "acl" | "note" | "enabled">;

/** Links of files and folders. */
export function addLinkCalls(json: JsonEndpoints, { links }: Pick<EdgeServices, "links">): void {
  json.add({
    endpoint: endpoints.linkAdd,
    handle: async ({ actor, caller, input, gone }) => {
      const link = await links.add(actor, entryOf(input), optionsOf(input), gone());
      return { status: "OK" as const, link: wireLink(caller.face, link) };
    },
  });
  json.add({
    endpoint: endpoints.linkList,
    handle: async ({ actor, caller, input }) => {
      const all = await links.list(actor, entryOf(input));
      return { status: "OK" as const, links: all.map((link) => wireLink(caller.face, link)) };
    },
  });
  json.add({
    endpoint: endpoints.linkChange,
    handle: async ({ actor, caller, input, gone }) => {
      const link = await links.change(actor, linkIdOf(input.id), optionsOf(input), gone());
      return { status: "OK" as const, link: wireLink(caller.face, link) };
    },
  });
  json.add({
    endpoint: endpoints.linkRemove,
    handle: async ({ actor, input }) => {
      await links.remove(actor, linkIdOf(input.id));
      return { status: "OK" as const };
    },
  });
}

function entryOf({ file_id: fileId, folder_id: folderId }: Pick<LinkAddRequest, "file_id" | "folder_id">): LinkedEntry {
  if (fileId === undefined) return { folder: folderReference(folderId) };
  if (folderId !== undefined) throw new RequestError("badRequest", "Give either file_id or folder_id.");
  // Text that cannot be an id is treated like an unknown one.
  return { fileId: parseFileLink(fileId)?.id ?? "" };
}

const linkIdOf = (text: string): string => (parseDirectoryLink(text) ?? parseFileLink(text))?.id ?? "";

function optionsOf({ pass, expires_at: end, max_downloads: most, acl, note, enabled }: GivenRules): LinkOptions {
  return {
    password: pass,
    endsAt: end === "never" ? "never" : end === undefined ? undefined : instantIn(end),
    maxDownloads: most === 0 ? "none" : most,
    accessList: givenAccessList(acl),
    note,
    isOn: enabled === undefined ? undefined : enabled === 1,
  };
}

function wireLink(face: Face, link: Link) {
  const flag = (isSet: boolean): 0 | 1 => (isSet ? 1 : 0);
  return {
    id: link.id,
    url: link.folderId === undefined ? fileUrl(face, link.id) : directoryUrl(face, link.id),
    own: flag(isOwnLink(link)),
    pass: flag(link.passwordHash !== undefined),
    ...(link.accessList === undefined ? {} : { acl: wireAccessList(link.accessList) }),
    ...(link.endsAt === undefined ? {} : { expires_at: toInstantText(link.endsAt) }),
    ...(link.maxDownloads === undefined ? {} : { max_downloads: link.maxDownloads }),
    downloads: link.usedCount,
    enabled: flag(link.isOn),
    note: link.note,
    created_at: toInstantText(link.createdAt),
  };
}
