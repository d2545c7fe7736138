import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";

interface HeldAnswer {
  response: ServerResponse;
  headers: Record<string, number | string | string[] | undefined>;
  text: string;
}

let held: HeldAnswer[] = [];

/**
 * Answers with 200 once the requests that came in together with this one are worked out too, which is before anything
 * else is waited for. An answer sent by itself wakes its reader on another core, and with many callers at once that
 * costs as much as the rest of the sending: read one by one, sent in one go.
 */
export function answerWithOthers(reply: FastifyReply, contentType: string, text: string): void {
  reply.hijack();
  const headers = { ...reply.getHeaders(), "content-type": contentType, "content-length": Buffer.byteLength(text) };
  if (held.push({ response: reply.raw, headers, text }) === 1) setImmediate(sendHeld);
}

function sendHeld(): void {
  const answers = held;
  held = [];
  for (const { response, headers, text } of answers) response.writeHead(200, headers).end(text);
}
