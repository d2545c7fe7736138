import { pageEndpoints } from "@consigne/contract";
import { type AccountEvent, type Actor, type EdgeServices, isAccountActor, isDomainError } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { identifyByHead } from "../../sessions/caller-of-head.ts";
import { RequestError } from "../../wire/error-answer.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { loggablePath, queryParameters } from "../../wire/request-target.ts";
import { sendEvents } from "../../wire/send-events.ts";

type Services = Pick<EdgeServices, "admission" | "events">;

/** `/x/v1/events`: changes in the caller's account, as they happen. */
export function addEvents(
  app: FastifyInstance,
  { admission, events }: Services,
  settings: EdgeSettings,
  logger: EdgeLogger,
): void {
  const stopping = new AbortController();
  // Before the server waits for open requests: these never end by themselves.
  app.addHook("preClose", async () => stopping.abort());
  addPageRoute(app, pageEndpoints.events, async (request, reply) => {
    const actor = await identifyByHead(request, { admission, settings }, "calls");
    await admission.admit(actor, { name: pageEndpoints.events.operation });
    const signal = AbortSignal.any([stopping.signal, callerGone(request)]);
    const recheckMs = settings.downloadRecheckMs;
    const stream = await events.open(actor, { after: numberOf(request), signal, recheckMs });
    return send(request, reply, { stream: wireEvents(stream, actor), logger });
  });
}

/** Browsers that reconnect automatically send the header, in addition to the parameter of their first request. */
function numberOf(request: FastifyRequest): number | undefined {
  const header = request.headers["last-event-id"];
  const text = (typeof header === "string" ? header : undefined) ?? queryParameters(request).get("after");
  if (text === undefined || text === null || text === "") return undefined;
  const number = /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
  if (number === undefined) throw new RequestError("badRequest", "after must be the id of an event.");
  return number;
}

async function* wireEvents(stream: AsyncIterable<AccountEvent[]>, actor: Actor): AsyncGenerator<string> {
  for await (const events of stream) yield events.map((event) => eventText(event, actor)).join("");
}

function eventText(event: AccountEvent, actor: Actor): string {
  return `id: ${event.number}\nevent: ${eventNames[event.topic]}\ndata: ${JSON.stringify(dataOf(event, actor))}\n\n`;
}

/** A client that shows a folder does not care whose it is. */
const eventNames: Record<AccountEvent["topic"], string> = {
  ready: "ready",
  reset: "reset",
  folder: "folder",
  "shared-folder": "folder",
  share: "share",
  remote: "remote",
  import: "import",
  trash: "trash",
};

function dataOf(event: AccountEvent, actor: Actor): object {
  if (!("id" in event)) return {};
  if (event.topic === "remote" || event.topic === "import") return { id: event.id };
  const isRoot = isAccountActor(actor) && event.id === actor.rootFolderId;
  return { folder_id: isRoot ? 0 : event.id };
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { stream, logger }: { stream: AsyncGenerator<string>; logger: EdgeLogger },
): Promise<FastifyReply> {
  reply.hijack();
  const headers: Record<string, number | string | string[] | undefined> = reply.getHeaders();
  // Otherwise nginx would buffer events until it has some kilobytes.
  const own = { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" };
  reply.raw.writeHead(200, { ...headers, ...own });
  try {
    await sendEvents(reply.raw, stream);
  } catch (error) {
    const line = { requestId: request.id, path: loggablePath(request) };
    if (isDomainError(error))
      logger.info({ ...line, code: error.code }, "event stream ended: its caller has lost access");
    else logger.error({ ...line, err: error }, "event stream failed");
  }
  return reply;
}
