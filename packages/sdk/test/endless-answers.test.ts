import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { type Client, createClient, isServerError } from "@consigne/sdk";
import { type Answerer, sendJson, startAnsweringServer } from "./_answering-server.ts";

const MIB = 1024 * 1024;

/** Sends a list that never ends, as fast as it is read. */
function endless(): { answer: Answerer; sent: () => number; gone: Promise<unknown> } {
  let sentBytes = 0;
  const { promise: gone, resolve } = Promise.withResolvers<unknown>();
  const answer: Answerer = (_call, response) => {
    response.once("close", resolve);
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"items":[{"a":1}');
    const part = ',{"a":1}'.repeat(8192);
    const more = () => {
      while (!response.destroyed) {
        sentBytes += part.length;
        if (!response.write(part)) return void once(response, "drain").then(more);
      }
    };
    more();
  };
  return { answer, sent: () => sentBytes, gone };
}

async function ask(answer: Answerer, run: (client: Client, url: string) => Promise<unknown>): Promise<unknown> {
  await using server = await startAnsweringServer((call, response) => {
    if (call.path === "/x/v1/about") sendJson(response, 404, {});
    else answer(call, response);
  });
  const client = createClient({ url: server.url, apiKey: "key", pacing: "off", maxAnswerBytes: MIB });
  return await run(client, server.url).then(
    (value) => assert.fail(`It became ${JSON.stringify(value).slice(0, 100)}`),
    (error: unknown) => error,
  );
}

describe("an answer longer than maxAnswerBytes", () => {
  const asks: [string, (client: Client, url: string) => Promise<unknown>][] = [
    ["files.list", (client) => client.files.list()],
    ["call", (client) => client.call("userInfo", {})],
    ["shares.publicListing", (client, url) => client.shares.publicListing(`${url}/dir/abcdefgh`)],
  ];
  for (const [name, run] of asks) {
    it(`is left unread and reported: ${name}`, async () => {
      const { answer, sent, gone } = endless();
      const error = await ask(answer, run);
      assert.ok(isServerError(error), String(error));
      assert.match(error.message, /longer than 1048576 bytes; raise maxAnswerBytes/);
      await gone;
      // The buffers of the two sockets come on top.
      assert.ok(sent() < 40 * MIB, `${sent()}`);
    });
  }

  it("is not even started if its length is announced", async () => {
    let sentBytes = 0;
    const error = await ask(
      (_call, response) => {
        response.writeHead(200, { "content-length": String(2 * MIB) });
        response.flushHeaders();
        response.once("close", () => (sentBytes = response.socket?.bytesWritten ?? 0));
      },
      (client) => client.files.list(),
    );
    assert.ok(isServerError(error), String(error));
    assert.ok(sentBytes < MIB);
  });

  it("to the question what a server is counts as none", async () => {
    const { answer, gone } = endless();
    await using server = await startAnsweringServer(answer);
    assert.equal(await createClient({ url: server.url, pacing: "off" }).about(), undefined);
    await gone;
  });
});
