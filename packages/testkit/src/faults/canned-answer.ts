import type { ServerResponse } from "node:http";
import type { CannedAnswer } from "./fault.ts";

/** Sends it; resolves when it was handed to the connection. */
export async function sendCanned(response: ServerResponse, answer: CannedAnswer): Promise<number> {
  const { bytes, contentType } = bodyOf(answer.body);
  response.writeHead(answer.status ?? 200, {
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    "content-length": bytes.byteLength,
    ...answer.headers,
  });
  const handedOn = Promise.withResolvers<void>();
  // Closed before its end: the client has gone away, as it may.
  response.once("close", handedOn.resolve);
  response.end(bytes, handedOn.resolve);
  await handedOn.promise;
  return bytes.byteLength;
}

function bodyOf(body: CannedAnswer["body"]): { bytes: Uint8Array; contentType?: string } {
  if (body === undefined) return { bytes: new Uint8Array() };
  if (typeof body === "string") return { bytes: Buffer.from(body), contentType: "text/plain; charset=utf-8" };
  if (body instanceof Uint8Array) return { bytes: body, contentType: "application/octet-stream" };
  return { bytes: Buffer.from(JSON.stringify(body)), contentType: "application/json; charset=utf-8" };
}
