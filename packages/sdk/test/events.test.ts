import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { type AccountEvent, createClient } from "@consigne/sdk";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { readEvents } from "../src/resources/events.ts";
import { EventText } from "../src/resources/event-text.ts";
import { keySource } from "../src/calls/key-source.ts";
import { readServerAddress } from "../src/calls/server-address.ts";
import { systemClock } from "../src/pacing/clock.ts";
import { sendJson, startAnsweringServer } from "./_answering-server.ts";

const stream = { "content-type": "text/event-stream" };
const event = (id: number, name: string, data = "{}") => `id: ${id}\nevent: ${name}\ndata: ${data}\n\n`;
const next = async (events: AsyncGenerator<AccountEvent>) => (await events.next()).value as AccountEvent;

describe("an account's events", () => {
  it("arrive from a real server, also after a restart", async () => {
    await using server = await startTestServer({ storage: "memory" });
    const client = createClient({ url: server.url, apiKey: server.apiKey });
    const leaving = new AbortController();
    const events = client.events({ signal: leaving.signal });
    assert.equal((await next(events)).kind, "ready");
    const { id: folderId } = await client.folders.create("one");
    const { id, ...told } = await next(events);
    assert.deepEqual(told, { kind: "folder", folderId: 0 });
    await server.restart();
    await new ApiClient(server, server.apiKey).upload({ "a.txt": "hello" }, { did: String(folderId) });
    assert.deepEqual(
      [(await next(events)).kind, await next(events)],
      ["ready", { id: String(Number(id) + 1), kind: "folder", folderId }],
    );
    leaving.abort(new Error("of the test"));
    await assert.rejects(events.next(), /of the test/);
  });

  it("resume after the last one if the connection breaks, the server is busy or falls silent", async () => {
    const answers = [
      [event(5, "ready"), event(7, "folder", '{"folder_id":3}')],
      "busy",
      [event(7, "ready")],
      "silent",
      [event(9, "reset")],
    ];
    await using server = await startAnsweringServer((_call, response) => {
      const answer = answers.shift();
      if (answer === "busy")
        return sendJson(response, 503, { message: "Busy #590", status: "KO" }, { "retry-after": "0" });
      response.writeHead(200, stream);
      if (answer === "silent") return void response.write(":\n\n");
      for (const text of answer ?? []) response.write(text);
      if (answers.length > 0) setTimeout(() => response.destroy(), 20);
    });
    const leaving = new AbortController();
    const parts = {
      address: readServerAddress(server.url),
      keys: keySource("key"),
      fetch,
      timeoutMs: 1000,
      clock: systemClock,
    };
    const events = readEvents({ ...parts, silenceMs: 2000 }, { after: "4", signal: leaving.signal });
    const told: string[] = [];
    for (let at = 0; at < 4; at++) {
      const { id, kind } = await next(events);
      told.push(`${kind} ${id}`);
    }
    assert.deepEqual(told, ["ready 5", "folder 7", "ready 7", "reset 9"]);
    assert.deepEqual(
      server.calls.map(({ path }) => path.slice(path.indexOf("after="))),
      ["after=4", "after=7", "after=7", "after=7", "after=7"],
    );
    assert.equal(server.calls[0]?.headers.authorization, "Bearer key");
    leaving.abort();
    await assert.rejects(events.next(), { name: "AbortError" });
  });

  it("end with a permanent refusal, and close the connection when nobody reads on", async () => {
    await using refusing = await startAnsweringServer((_call, response) =>
      sendJson(response, 403, { message: "No such user #93", status: "KO" }),
    );
    await assert.rejects(createClient({ url: refusing.url, apiKey: "key" }).events().next(), {
      name: "NotAuthenticatedError",
    });
    await assert.rejects(createClient({ apiKey: "key" }).events().next(), { name: "NotSupportedError" });

    let closed: Promise<unknown> | undefined;
    await using endless = await startAnsweringServer((_call, response) => {
      closed = once(response, "close");
      response.writeHead(200, stream);
      response.write(event(1, "ready"));
    });
    for await (const { kind } of createClient({ url: endless.url, apiKey: "key" }).events()) {
      assert.equal(kind, "ready");
      break;
    }
    await closed;
  });

  it("are parsed from pieces of any size, with anything in between", () => {
    const text = `retry: 2000\n\n:\n\n${event(1, "folder", '{"folder_id":0}')}${event(2, "later")}${event(3, "remote", '{"id":12}')}${event(
      4,
      "import",
      "no json",
    )}${event(5, "import", '{"id":1}')}${event(6, "share", '{"folder_id":7}')}${event(7, "of a later version")}`;
    for (const size of [1, 7, text.length]) {
      const events = new EventText();
      const told = [];
      for (let at = 0; at < text.length; at += size) told.push(...events.take(text.slice(at, at + size)));
      assert.deepEqual(told, [
        { id: "1", kind: "folder", folderId: 0 },
        { id: "3", kind: "remoteUpload", requestId: 12 },
        { id: "5", kind: "import", importId: 1 },
        { id: "6", kind: "share", folderId: 7 },
      ]);
    }
    assert.throws(() => new EventText().take("x".repeat(100_000)), RangeError);
  });
});
