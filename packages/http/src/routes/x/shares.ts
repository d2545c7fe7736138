import { endpoints, toInstantText } from "@consigne/contract";
import type { EdgeServices, FolderShare, ReceivedFolder, ShareRights } from "@consigne/core";
import { readList } from "../../wire/cursor-list.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";

const MOST_FOLDERS = 500;

/** Folders shared with people. */
export function addShareCalls(json: JsonEndpoints, { people }: Pick<EdgeServices, "people">): void {
  json.add({
    endpoint: endpoints.sharePeople,
    handle: async ({ actor, input }) => answerOf(await people.list(actor, folderReference(input.folder_id))),
  });
  json.add({
    endpoint: endpoints.shareGrant,
    handle: async ({ actor, input }) => {
      const person = { email: input.email, mayWrite: input.rw === 1, hidesLinks: input.hide_links === 1 };
      return answerOf(await people.give(actor, folderReference(input.folder_id), person));
    },
  });
  json.add({
    endpoint: endpoints.shareRevoke,
    handle: async ({ actor, input }) =>
      answerOf(await people.end(actor, folderReference(input.folder_id), input.email)),
  });
  json.add({
    endpoint: endpoints.shareReceived,
    handle: async ({ actor, input }) => {
      const after = input.cursor === undefined ? undefined : readCursor(input.cursor);
      const { folders, next } = await people.received(actor, { after, limit: input.limit ?? MOST_FOLDERS });
      return {
        status: "OK" as const,
        received: folders.map(wireReceived),
        ...(next === undefined ? {} : { next: Buffer.from(JSON.stringify([next])).toString("base64url") }),
      };
    },
  });
  json.add({
    endpoint: endpoints.shareLeave,
    handle: async ({ actor, input }) => {
      await people.leave(actor, input.folder_id);
      return { status: "OK" as const };
    },
  });
}

const flag = (isSet: boolean): 0 | 1 => (isSet ? 1 : 0);
const wireRights = ({ mayWrite, hidesLinks }: ShareRights) => ({ rw: flag(mayWrite), hide_links: flag(hidesLinks) });

function answerOf(shares: readonly FolderShare[]) {
  const people = shares.map((share) => ({
    email: share.email,
    ...wireRights(share),
    date: toInstantText(share.createdAt),
  }));
  return { status: "OK" as const, people };
}

function wireReceived(received: ReceivedFolder) {
  const { folder, ownerEmail, createdAt } = received;
  return {
    folder_id: folder.id,
    name: folder.name,
    email: ownerEmail,
    ...wireRights(received),
    date: toInstantText(createdAt),
    size: folder.sizeBytes,
    files: folder.fileCount,
    folders: folder.folderCount,
  };
}

function readCursor(text: string): number {
  const [id, ...rest] = readList(text);
  if (typeof id === "number" && Number.isSafeInteger(id) && rest.length === 0) return id;
  throw new RequestError("badRequest", "This cursor is not from an earlier answer.");
}
