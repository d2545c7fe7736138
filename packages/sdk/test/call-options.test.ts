import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import type { AddressInfo } from "node:net";
import { type Client, createClient, isApiError, isNetworkError, isServerError } from "@consigne/sdk";
import { cut, emptyListing, json, KEY, setUp } from "./_call-setup.ts";

describe("an error of a call", () => {
  it("contains the start of the body as received, without the key and secrets of the request", async () => {
    const password = 'pass "word" & more';
    const echo = {
      message: "No such thing #469",
      status: "KO",
      sent: { pass: password, key: KEY, code: "other-code" },
    };
    await using setup = await setUp([json(404, echo)]);
    const error: unknown = await setup.client.files
      .info("https://1fichier.com/?abcdefghij0123456789", { password })
      .catch((each: unknown) => each);
    assert.ok(isApiError(error), String(error));
    const kept = { ...echo, sent: { pass: "[removed]", key: "[removed]", code: "[removed]" } };
    assert.deepEqual(JSON.parse(error.rawBody ?? ""), kept);
  });

  it("contains up to 4,096 characters of a page that is not JSON", async () => {
    const text = `<h1>Bad gateway</h1>${KEY}${"x".repeat(100_000)}`;
    await using setup = await setUp([
      (_call, response) => void response.writeHead(404, { "content-type": "text/html" }).end(text),
    ]);
    const error: unknown = await setup.client.files.list().catch((each: unknown) => each);
    assert.ok(isServerError(error), String(error));
    assert.match(error.rawBody ?? "", /^<h1>Bad gateway<\/h1>\[removed\]x{4000,}…$/);
    assert.equal(error.rawBody?.length, 4097);
  });
});

describe("the raw response of a call", () => {
  it("is available from withResponse", async () => {
    await using setup = await setUp([cut, json(200, emptyListing, { "x-request-id": "r-7", "x-more": "yes" })]);
    const { answer, response } = await setup.client.call("fileLs", { folder_id: 0 }).withResponse();
    assert.deepEqual(answer.items, []);
    assert.deepEqual(
      [response?.status, response?.requestId, response?.headers.get("x-more"), response?.attempts],
      [200, "r-7", "yes", 2],
    );
  });

  it("is passed to onResponse in every resource, except for answers from memory", async () => {
    const seen: (string | undefined)[] = [];
    const onResponse = ({ requestId }: { requestId: string | undefined }) => seen.push(requestId);
    await using setup = await setUp([json(200, emptyListing, { "x-request-id": "r-8" })]);
    await setup.client.files.list(3, { onResponse });
    await setup.client.files.list(3, { onResponse });
    assert.deepEqual(seen, ["r-8"]);
    const { response } = await setup.client.call("fileLs", { folder_id: 3 }).withResponse();
    assert.equal(response, undefined);
  });
});

describe("retries given for one call", () => {
  it("replace the client's", async () => {
    await using setup = await setUp([json(502, {})], { retries: 1 });
    await assert.rejects(setup.client.files.list(0, { retries: 3 }), { status: 502 });
    assert.equal(setup.calls().length, 4);
    await assert.rejects(setup.client.files.list(0, { retries: 0 }), { status: 502 });
    assert.equal(setup.calls().length, 5);
  });
});

describe("a key given as a function", () => {
  it("is requested before each attempt and may take time", async () => {
    let asked = 0;
    const apiKey = async () => {
      await Promise.resolve();
      return `key-${++asked}`;
    };
    await using setup = await setUp([json(502, {}), json(200, emptyListing)], { apiKey });
    await setup.client.files.list();
    assert.deepEqual(
      setup.calls().map(({ headers }) => headers.authorization),
      ["Bearer key-1", "Bearer key-2"],
    );
  });

  it("ends the call with the error it throws, without an attempt", async () => {
    const failure = new Error("The vault is shut.");
    await using setup = await setUp([json(200, emptyListing)], { apiKey: () => Promise.reject(failure) });
    await assert.rejects(setup.client.files.list(), (error) => error === failure);
    assert.equal(setup.calls().length, 0);
  });

  it("does not hold up an aborted call", async () => {
    await using setup = await setUp([json(200, emptyListing)], { apiKey: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const listed = setup.client.files.list(0, { signal: stop.signal });
    stop.abort(new Error("Enough."));
    await assert.rejects(listed, /Enough\./);
  });

  it("is refused if it is not valid in a header", () => {
    assert.throws(() => createClient({ apiKey: "two\nlines" }), TypeError);
    assert.doesNotThrow(() => createClient({ apiKey: "from-a-file\n" }));
  });
});

describe("a call unknown to this library", () => {
  it("is made by its path, with the same key and errors", async () => {
    await using setup = await setUp([
      json(200, { status: "OK", answer: 42 }),
      json(403, { status: "KO", message: "Not today #999" }, { "x-request-id": "r-9" }),
    ]);
    assert.equal((await setup.client.call("file/new_thing.cgi", { of: null, n: 1 }))["answer"], 42);
    const [call] = setup.calls();
    assert.deepEqual([call?.path, call?.json], ["/v1/file/new_thing.cgi", { n: 1 }]);
    assert.equal(call?.headers.authorization, `Bearer ${KEY}`);
    await assert.rejects(setup.client.call("file/new_thing.cgi", {}), {
      name: "AccessDeniedError",
      endpoint: "file.new_thing",
      number: 999,
      requestId: "r-9",
    });
  });

  it("is retried like known ones if a second attempt changes nothing", async () => {
    await using setup = await setUp([cut, json(502, {}), json(200, { status: "OK" })]);
    await setup.client.call("file/new_thing.cgi", {}, { isRepeatable: true });
    assert.equal(setup.calls().length, 3);
  });

  it("is not retried without permission if it may have been carried out", async () => {
    await using setup = await setUp([cut, json(200, { status: "OK" })]);
    await assert.rejects(setup.client.call("file/new_thing.cgi"), isNetworkError);
    assert.equal(setup.calls().length, 1);
  });

  it("may change anything, so nothing is answered from memory afterwards", async () => {
    await using setup = await setUp([json(200, emptyListing)]);
    await setup.client.files.list(5);
    await setup.client.call("file/new_thing.cgi");
    await setup.client.files.list(5);
    assert.equal(setup.calls().length, 3);
  });

  it("is the known one if its path is known", async () => {
    await using setup = await setUp([json(200, { status: "OK" })], { retries: 0 });
    await assert.rejects(setup.client.call("file/ls.cgi", {}), /incomplete/);
  });

  it("cannot lead anywhere else", async () => {
    await using setup = await setUp([json(200, {})]);
    for (const path of [
      "../../x/y",
      "//elsewhere.example/a",
      "https://elsewhere.example/a",
      "a/../b",
      "a/b?c",
      "a/ b",
    ]) {
      await assert.rejects(setup.client.call(path as "a/b"), TypeError, path);
    }
    await assert.rejects(setup.client.call("fileLost" as "a/b"), /is not the path of a call/);
    assert.equal(setup.calls().length, 0);
  });
});

describe("a kept-alive connection that the server has just closed", () => {
  /** Answers the first request of a connection and closes it on the second. */
  async function startClosingServer(t: { after(run: () => void): void }, answersNone = false) {
    const sockets = new Set<Socket>();
    const requests: string[] = [];
    let cuts = 0;
    const body = JSON.stringify({ ...emptyListing, folder_id: 7 });
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const server = createServer((socket) => {
      sockets.add(socket);
      let served = 0;
      let seen = "";
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        // The body (a JSON object) may arrive separately. Answering before all of it was sent closes the connection.
        seen += bytes.toString("latin1");
        if (!seen.endsWith("}")) return;
        requests.push(/^POST (\S+)/.exec(seen)?.[1] ?? "");
        seen = "";
        served += 1;
        if (served === 1 && (!answersNone || requests.length === 1)) return void socket.write(head + body);
        cuts += 1;
        socket.destroy();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { client: createClient({ url, apiKey: KEY, pacing: "off", retries: 0 }), requests, cuts: () => cuts };
  }

  /** Without times in its answer, so that no other call precedes it. */
  const list = (client: Client) => client.call("file/ls.cgi", { folder_id: 7 }, { isRepeatable: true });

  /** Runs until a call is cut by a closing connection. `fetch` does not always reuse a connection in time. */
  async function untilOneIsCut(cuts: () => number, run: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; cuts() === 0; tries++) {
      if (tries === 100) throw new Error("No connection was used twice.");
      await run();
    }
  }

  it("costs a read-only call one repetition, whatever the retries", async (t) => {
    const { client, requests, cuts } = await startClosingServer(t);
    let listed = 0;
    await untilOneIsCut(cuts, async () => {
      await list(client);
      listed += 1;
    });
    assert.equal(requests.length, listed + 1);
  });

  it("is reported for a call that must not be repeated", async (t) => {
    const { client, requests, cuts } = await startClosingServer(t);
    let created = 0;
    await assert.rejects(
      untilOneIsCut(cuts, async () => {
        await client.folders.create("x");
        created += 1;
      }),
      isNetworkError,
    );
    assert.equal(requests.length, created + 1);
  });

  it("is not assumed again if the repetition is cut off, too", async (t) => {
    const { client, requests } = await startClosingServer(t, true);
    await list(client);
    await assert.rejects(list(client), isNetworkError);
    assert.equal(requests.length, 3);
  });
});

describe("a paged listing", () => {
  const item = (name: string) => ({ url: `https://1fichier.com/?${name}bcdefghij0123456789`, filename: name, size: 1 });

  it("is read one by one, or all at once", async () => {
    await using setup = await setUp([json(200, { items: [item("a"), item("b")] })]);
    const names: string[] = [];
    for await (const { name } of setup.client.files.list()) names.push(name);
    assert.deepEqual(names, ["a", "b"]);
    assert.equal((await setup.client.files.list()).length, 2);
  });

  it("throws the call's errors in the loop", async () => {
    await using setup = await setUp([json(404, { status: "KO", message: "Resource not found #469" })]);
    await assert.rejects(
      async () => {
        for await (const voucher of setup.client.vouchers.list()) assert.fail(voucher.code);
      },
      { name: "NotFoundError" },
    );
  });
});
