import { type ClientOptions, createClient } from "@consigne/sdk";
import { JumpingClock } from "../src/pacing/_jumping-clock.ts";
import { type Answerer, sendJson, startAnsweringServer } from "./_answering-server.ts";

export const KEY = "SecretKeyOfSomebody_0123456789-A";
export const emptyListing = { status: "OK", count: 0, items: [] };
export const emptyFolder = { status: "OK", folder_id: 0, name: "", files: 0, size: 0, sub_folders: [] };

/** A client whose waits take no time, and a server that answers each call with the next answer. */
export async function setUp(answers: readonly Answerer[], options: ClientOptions = {}) {
  let next = 0;
  const server = await startAnsweringServer((call, response) => {
    if (call.path === "/x/v1/about") {
      sendJson(response, 404, { message: "No such address #1", status: "KO" });
      return;
    }
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    answer?.(call, response);
  });
  const clock = new JumpingClock();
  const client = createClient({ url: server.url, apiKey: KEY, pacing: { clock, isShared: false }, ...options });
  const calls = () => server.calls.filter(({ path }) => path !== "/x/v1/about");
  return { server, client, clock, calls, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answerer =>
  (_call, response) =>
    sendJson(response, status, body, headers);
export const cut: Answerer = (_call, response) => response.destroy();
export const page =
  (status: number): Answerer =>
  (_call, response) => {
    response.writeHead(status, { "content-type": "text/html" });
    response.end('<p style="color:#123456">Please wait</p>');
  };
