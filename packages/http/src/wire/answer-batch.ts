import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";

interface HeldAnswer {
  response: ServerResponse;
  headers: Record<string, number | string | string[] | undefined>;
  text: string;
  encoding: BufferEncoding;
}

let held: HeldAnswer[] = [];

/**
 * Answers with 200 once the requests that came in together with this one are worked out too, which is before anything
 * else is waited for. An answer sent by itself wakes its reader on another core, and with many callers at once that
 * costs as much as the rest of the sending: read one by one, sent in one go.
 */
export function answerWithOthers(reply: FastifyReply, contentType: string, text: string): void {
  reply.hijack();
  const length = Buffer.byteLength(text);
  const headers = { ...reply.getHeaders(), "content-type": contentType, "content-length": length };
  // Plain ASCII is the same bytes either way, and this way Node makes no room for three times as many.
  const encoding = length === text.length ? "latin1" : "utf8";
  if (held.push({ response: reply.raw, headers, text, encoding }) === 1) setImmediate(sendHeld);
}

function sendHeld(): void {
  const answers = held;
  held = [];
  for (const { response, headers, text, encoding } of answers) response.writeHead(200, headers).end(text, encoding);
}
