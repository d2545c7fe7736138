import { endpoints, type ImportAddRequest, faceOfHost, parseDirectoryLink } from "@consigne/contract";
import type { EdgeServices, Import, ImportAccess } from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";
import { entryStateOf, wireEntry, wireImport } from "../../wire/wire-imports.ts";
import { sentencesIn } from "../../wire/wire-remote-uploads.ts";

type Services = Pick<EdgeServices, "imports">;

const USUAL_SOURCE = "https://api.1fichier.com/v1";
const MOST_LISTED = 100;
const MOST_ENTRIES = 1000;
const allStates = ["pending", "done", "skipped", "failed"] as const;

/** `/x/v1/import/*`: whole folders from other servers. */
export function addImportCalls(json: JsonEndpoints, { imports }: Services): void {
  const shown = async (actor: Parameters<typeof wireImport>[0], found: Import, language?: "en" | "fr") => ({
    status: "OK" as const,
    import: wireImport(actor, found, await imports.jobOf(found), sentencesIn(language)),
  });
  json.add({
    endpoint: endpoints.importAdd,
    handle: async ({ actor, input }) => {
      const order = {
        access: accessOf(input),
        folder: folderReference(input.folder_id),
        isPlan: input.dry_run === 1,
      };
      return shown(actor, await imports.order(actor, order));
    },
  });
  json.add({
    endpoint: endpoints.importList,
    handle: async ({ actor, input }) => {
      const { before, limit = MOST_LISTED, language } = input;
      const page = await imports.list(actor, { before, limit });
      const last = page.at(-1);
      const jobs = await Promise.all(page.map((found) => imports.jobOf(found)));
      return {
        status: "OK" as const,
        imports: page.map((found, at) => wireImport(actor, found, jobs[at], sentencesIn(language))),
        ...(page.length < limit || last === undefined ? {} : { next: last.id }),
      };
    },
  });
  json.add({
    endpoint: endpoints.importShow,
    handle: async ({ actor, input }) => shown(actor, await imports.get(actor, input.id), input.language),
  });
  json.add({
    endpoint: endpoints.importEntries,
    handle: async ({ actor, caller, input }) => {
      const { id, states = allStates, collisions, after, limit = MOST_ENTRIES, language } = input;
      const query = { states: states.map(entryStateOf), areCollisions: collisions === 1, after, limit };
      const { entries, isLast } = await imports.listEntries(actor, id, query);
      const last = entries.at(-1);
      return {
        status: "OK" as const,
        entries: entries.map((entry) => wireEntry(caller.face, entry, sentencesIn(language))),
        ...(isLast || last === undefined ? {} : { next: last.place }),
      };
    },
  });
  json.add({
    endpoint: endpoints.importCancel,
    handle: async ({ actor, input }) => shown(actor, await imports.cancel(actor, input.id), input.language),
  });
  json.add({
    endpoint: endpoints.importRetry,
    handle: async ({ actor, input: { id, source_key: apiKey, pass: password, language } }) =>
      shown(actor, await imports.retry(actor, id, { apiKey, password }), language),
  });
  json.add({
    endpoint: endpoints.importRemove,
    handle: async ({ actor, input }) => {
      await imports.remove(actor, input.id);
      return { status: "OK" as const };
    },
  });
}

function accessOf(input: ImportAddRequest): ImportAccess {
  const { source = USUAL_SOURCE, source_key: apiKey, path, links, page, index, pass: password } = input;
  const named = [path, links, page, index].filter((place) => place !== undefined);
  if (named.length !== 1) {
    throw new RequestError("badRequest", "An import takes one of path, links, page and index; nothing was begun.");
  }
  if (index !== undefined) return { kind: "index", url: index };
  if (page !== undefined) return { kind: "page", url: pageAddress(page, apiKey), apiKey, password };
  if (apiKey === undefined) {
    throw new RequestError(
      "badRequest",
      "This source needs source_key, an API key of an account there; nothing was begun.",
    );
  }
  if (links !== undefined) return { kind: "links", url: source, apiKey, links };
  return { kind: "account", url: source, apiKey, path: path ?? "/" };
}

/** 1fichier.com only serves files to guests through pages with waits. */
function pageAddress(page: string, apiKey: string | undefined): string {
  if (/^https?:\/\//i.test(page) && parseDirectoryLink(page) !== undefined) {
    if (apiKey !== undefined || faceOfHost(new URL(page).host) === undefined) return page;
    throw new RequestError(
      "badRequest",
      "Pages of 1fichier.com need source_key, an API key of an account there; nothing was begun.",
    );
  }
  throw new RequestError("badRequest", "A public page looks like https://HOST/dir/ID; nothing was begun.");
}
