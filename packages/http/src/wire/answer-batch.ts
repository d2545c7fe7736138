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
 * Answers with 200 once the requests that arrived together with this one are processed too, before anything else is
 * waited for. A separately sent answer wakes its reader on another core, and with many concurrent callers that costs as
 * much as the rest of the sending.
 */
export function answerWithOthers(reply: FastifyReply, contentType: string, text: string): void {
  reply.hijack();
  const length = Buffer.byteLength(text);
  const headers = { ...reply.getHeaders(), "content-type": contentType, "content-length": length };
  // For plain ASCII the bytes are identical, and Node does not allocate three times as many.
  const encoding = length === text.length ? "latin1" : "utf8";
  if (held.push({ response: reply.raw, headers, text, encoding }) === 1) setImmediate(sendHeld);
}

function sendHeld(): void {
  const answers = held;
  held = [];
  for (const { response, headers, text, encoding } of answers) response.writeHead(200, headers).end(text, encoding);
}
