import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { nameProxy, proxyOf, startRequest } from "./node-start.ts";

const MOST_REDIRECTS = 10;
const BODILESS = new Set([204, 205, 304]);

/** The global `fetch`, except where the user's proxy has to be used: Node's own uses one only with a flag. */
export async function fetchWithNode(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  if (proxyOf(url) === undefined) return globalThis.fetch(input, init);
  const request = new Request(input, init);
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  return follow({ request, url, method: request.method, body }, MOST_REDIRECTS);
}

interface Step {
  request: Request;
  url: URL;
  method: string;
  body: Buffer | undefined;
}

async function follow(step: Step, redirectsLeft: number): Promise<Response> {
  const { request, url } = step;
  const answer = await send(step);
  const status = answer.statusCode ?? 0;
  const { location } = answer.headers;
  if (status < 300 || status > 399 || location === undefined || request.redirect === "manual")
    return responseOf(answer);
  answer.destroy();
  if (request.redirect === "error" || redirectsLeft === 0) throw new TypeError("fetch failed");
  const next = new URL(location, url);
  if (next.origin !== url.origin) request.headers.delete("authorization");
  const becomesGet = status === 303 || ((status === 301 || status === 302) && step.method === "POST");
  if (becomesGet) request.headers.delete("content-type");
  const changes = becomesGet ? { method: "GET", body: undefined } : {};
  return follow({ ...step, ...changes, url: next }, redirectsLeft - 1);
}

function send({ request, url, method, body }: Step): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = Object.fromEntries(request.headers);
    if (body !== undefined) headers["content-length"] = String(body.byteLength);
    const outgoing = startRequest(url, { method, headers, signal: request.signal });
    outgoing.once("response", resolve);
    outgoing.on("error", (error) => {
      if (request.signal.aborted) reject(request.signal.reason as Error);
      else reject(new TypeError("fetch failed", { cause: nameProxy(error, url) }));
    });
    outgoing.end(body);
  });
}

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const isBodiless = BODILESS.has(status) || answer.method === "HEAD";
  if (isBodiless) answer.resume();
  const body = isBodiless ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status, statusText: answer.statusMessage ?? "", headers });
}
