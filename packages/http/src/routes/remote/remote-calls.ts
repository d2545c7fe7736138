import { endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import { refuseAccountLinks } from "../../wire/account-links.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";
import { remoteInfo, sentencesIn, wireRequest } from "../../wire/wire-remote-uploads.ts";

type Services = Pick<EdgeServices, "remoteUploads">;
/** As an object, or as PHP programs send them: a list of lines. */
type GivenHeaders = Record<string, string> | string[];

const MOST_LISTED = 100;

/** `/v1/remote/*` as on 1fichier.com. */
export function addRemoteCalls(json: JsonEndpoints, { remoteUploads }: Services): void {
  json.add({
    endpoint: endpoints.remoteRequest,
    handle: async ({ actor, input, times }) => {
      refuseAccountLinks(input.urls);
      const { request, items } = await remoteUploads.order(actor, {
        urls: input.urls,
        folder: folderReference(input.folder_id),
        headers: headersOf(input.headers),
      });
      return {
        status: "OK" as const,
        id: request.id,
        date: times.toWire(request.requestedAt),
        urls: items.map(({ item }) => item.url),
        ...(input.headers === undefined ? {} : { headers: input.headers }),
      };
    },
  });
  json.add({
    endpoint: endpoints.remoteLs,
    handle: async ({ actor, times, reader }) => {
      const requests = await remoteUploads.list(actor, reader());
      return {
        status: "OK" as const,
        data: requests.map(({ id, requestedAt, endedAt }) => ({
          id,
          request_date: times.toWire(requestedAt),
          execution_date: endedAt === undefined ? "" : times.toWire(endedAt),
        })),
      };
    },
  });
  json.add({
    endpoint: endpoints.remoteInfo,
    handle: async ({ actor, caller, input, times }) =>
      remoteInfo(caller.face, times, await remoteUploads.get(actor, input.id)),
  });
}

/** `/x/v1/remote/*`: with progress, cancelling and retrying. */
export function addRemoteExtension(json: JsonEndpoints, { remoteUploads }: Services): void {
  json.add({
    endpoint: endpoints.remoteList,
    handle: async ({ actor, caller, input }) => {
      const { before, limit = MOST_LISTED } = input;
      const { uploads, next } = await remoteUploads.listDetails(actor, { before, limit });
      return {
        status: "OK" as const,
        requests: uploads.map((details) => wireRequest(caller.face, actor, details, sentencesIn(input.language))),
        ...(next === undefined ? {} : { next }),
      };
    },
  });
  json.add({
    endpoint: endpoints.remoteShow,
    handle: async ({ actor, caller, input }) => ({
      status: "OK" as const,
      request: wireRequest(caller.face, actor, await remoteUploads.get(actor, input.id), sentencesIn(input.language)),
    }),
  });
  json.add({
    endpoint: endpoints.remoteCancel,
    handle: async ({ actor, caller, input }) => ({
      status: "OK" as const,
      request: wireRequest(
        caller.face,
        actor,
        await remoteUploads.cancel(actor, input.id, input.item),
        sentencesIn(input.language),
      ),
    }),
  });
  json.add({
    endpoint: endpoints.remoteRetry,
    handle: async ({ actor, caller, input }) => {
      const again = { itemId: input.item, headers: headersOf(input.headers) };
      return {
        status: "OK" as const,
        request: wireRequest(
          caller.face,
          actor,
          await remoteUploads.retry(actor, input.id, again),
          sentencesIn(input.language),
        ),
      };
    },
  });
  json.add({
    endpoint: endpoints.remoteRemove,
    handle: async ({ actor, input }) => {
      await remoteUploads.remove(actor, input.id);
      return { status: "OK" as const };
    },
  });
}

function headersOf(given: GivenHeaders = []): (readonly [name: string, value: string])[] {
  if (!Array.isArray(given)) return Object.entries(given);
  return given.map((line) => {
    const colon = line.indexOf(":");
    if (colon === -1) throw new RequestError("badRequest", "A header in a list must look like Name: value.");
    return [line.slice(0, colon), line.slice(colon + 1)] as const;
  });
}
