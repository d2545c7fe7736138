import { type CivilTimes, endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference, isOtherUser, listedFiles } from "../../wire/wire-files.ts";

/** The 1fichier API guide's number for "all files of the account". */
const EVERYTHING = -1;

export function addFileLs(json: JsonEndpoints, services: Pick<EdgeServices, "files" | "people">): void {
  json.add({
    endpoint: endpoints.fileLs,
    floodDetail: (input) => (input.folder_id === EVERYTHING ? "everything" : String(input.folder_id ?? 0)),
    handle: async ({ actor, caller, input, times, reader }) => {
      const where = input.folder_id === EVERYTHING ? "everything" : folderReference(input.folder_id);
      // In somebody else's root, the caller sees folders but no files.
      if (where === "root" && isOtherUser(actor, input.sharing_user)) {
        await services.people.received(actor, { ownerEmail: input.sharing_user, limit: 1 });
        return { status: "OK" as const, count: 0, items: [] };
      }
      const filter = {
        createdAfter: instantOf(times, "sent_after", input.sent_after),
        createdBefore: instantOf(times, "sent_before", input.sent_before),
      };
      const files = await services.files.list(actor, where, filter, reader());
      return { status: "OK" as const, count: files.count, items: listedFiles(caller.face, times, files) };
    },
  });
}

function instantOf(times: CivilTimes, field: string, text: string | undefined): Date | undefined {
  if (text === undefined || text === "") return undefined;
  const time = times.fromWire(text);
  if (time === undefined) throw new RequestError("badRequest", `${field} must look like 2026-01-31 10:20:30.`);
  return time;
}
