import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { createClient, isFloodLockError, isNetworkError, type Wait } from "@consigne/sdk";
import { cut, emptyFolder, emptyListing, json, KEY, page, setUp } from "./_call-setup.ts";

describe("a call", () => {
  it("is a POST with JSON without nulls, and the key in its header", async () => {
    await using setup = await setUp([json(200, emptyListing)]);
    await setup.client.call("fileLs", { folder_id: 7, sharing_user: null } as never);
    const [call] = setup.calls();
    assert.deepEqual(call?.json, { folder_id: 7 });
    assert.equal(call?.headers["content-type"], "application/json");
    assert.equal(call?.headers.authorization, `Bearer ${KEY}`);
    assert.equal(call?.path, "/v1/file/ls.cgi");
  });

  it("accepts text for numbers and numbers for text", async () => {
    const item = {
      url: "https://1fichier.com/?abcdefghij0123456789",
      filename: "a",
      size: "12345",
      pass: "1",
      acl: "0",
    };
    await using setup = await setUp([json(200, { items: [item] })]);
    const [file] = await setup.client.files.list(0);
    assert.deepEqual([file?.sizeBytes, file?.hasPassword, file?.isRestricted], [12_345, true, false]);
  });

  it("is refused if the body says KO despite status 200, with number and request id", async () => {
    await using setup = await setUp([
      json(200, { message: "Resource not found #469", status: "KO" }, { "x-request-id": "r-1" }),
    ]);
    await assert.rejects(setup.client.files.info("https://1fichier.com/?abcdefghij0123456789"), {
      name: "NotFoundError",
      number: 469,
      messageText: "Resource not found",
      requestId: "r-1",
      endpoint: "file.info",
    });
  });

  it("is retried after a disconnect, an HTML page with 502 and a 503 with a delay", async () => {
    const retries: number[] = [];
    const waits: Wait[] = [];
    await using setup = await setUp(
      [
        cut,
        page(502),
        json(503, { message: "Busy #593", status: "KO" }, { "retry-after": "7" }),
        json(200, emptyFolder),
      ],
      { hooks: { onRetry: ({ delayMs }) => retries.push(delayMs), onWait: (wait) => waits.push(wait) } },
    );
    await setup.client.folders.get(0);
    assert.equal(setup.calls().length, 4);
    assert.equal(retries.length, 3);
    assert.ok(retries[0]! >= 250 && retries[0]! <= 500 && retries[1]! >= 500 && retries[1]! <= 1000);
    assert.equal(retries[2], 7000);
    assert.deepEqual(
      waits.filter(({ reason }) => reason === "retry-after").map(({ ms }) => ms),
      [7000],
    );
  });

  it("waits for a date in the server's answer by the server's clock", async () => {
    const now = Date.UTC(2026, 0, 31, 9);
    const headers = { date: new Date(now).toUTCString(), "retry-after": new Date(now + 7000).toUTCString() };
    const waits: Wait[] = [];
    await using setup = await setUp(
      [json(503, { message: "Busy #593", status: "KO" }, headers), json(200, emptyFolder)],
      {
        hooks: { onWait: (wait) => waits.push(wait) },
      },
    );
    await setup.client.folders.get(0);
    assert.deepEqual(
      waits.filter(({ reason }) => reason === "retry-after").map(({ ms }) => ms),
      [7000],
    );
  });

  it("is retried if a listing lacks its list, and fails in the end instead of returning an empty folder", async () => {
    await using passing = await setUp([json(200, {}), json(200, { status: "OK" }), json(200, emptyFolder)]);
    assert.deepEqual((await passing.client.folders.get(0)).folders, []);
    assert.equal(passing.calls().length, 3);
    await using lasting = await setUp([json(200, { message: "x" })], { retries: 1 });
    const expected = { name: "ServerError", code: "server", status: 200, messageText: /incomplete: no list/ };
    await assert.rejects(lasting.client.folders.get(0), expected);
    await assert.rejects(lasting.client.files.list(0, { isFresh: true }), expected);
    assert.equal(lasting.calls().length, 4);
  });

  it("gives up after the retries, with the last error", async () => {
    await using setup = await setUp([page(500)], { retries: 2 });
    await assert.rejects(setup.client.folders.get(0), { name: "ServerError", status: 500, number: undefined });
    assert.equal(setup.calls().length, 3);
  });

  it("that is unsafe to repeat is made once if its outcome is unknown", async () => {
    await using setup = await setUp([cut, json(200, { status: "OK", copied: 1, urls: [] })]);
    await assert.rejects(setup.client.files.copy(["https://1fichier.com/?abcdefghij0123456789"]), isNetworkError);
    assert.equal(setup.calls().length, 1);
  });

  it("that is unsafe to repeat is made again if the server did nothing", async () => {
    await using setup = await setUp([
      json(503, { message: "Busy #593", status: "KO" }),
      json(200, { status: "OK", folder_id: 9, name: "x" }),
    ]);
    assert.equal((await setup.client.folders.create("x")).id, 9);
  });

  it("that removes something succeeds if the retry finds nothing left", async () => {
    const gone = json(404, { message: "Resource not found #469", status: "KO" });
    await using setup = await setUp([cut, gone, gone]);
    assert.equal(await setup.client.files.remove(["https://1fichier.com/?abcdefghij0123456789"]), 1);
    await assert.rejects(setup.client.files.remove(["https://1fichier.com/?abcdefghij0123456789"]), {
      name: "NotFoundError",
      isAfterUnclearAttempt: false,
    });
  });

  it("that gets no answer says so without the key, and that nothing was sent", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, "close");
    const client = createClient({ url: `http://127.0.0.1:${port}`, apiKey: KEY, retries: 0, pacing: "off" });
    await assert.rejects(client.files.list(), (error: unknown) => {
      assert.ok(isNetworkError(error) && error.isUnsent);
      assert.match(
        error.message,
        new RegExp(`^Cannot reach 127\\.0\\.0\\.1:${port}: connection refused\\. Is the server running`),
      );
      return true;
    });
  });

  it("that this machine forbids is not retried", async () => {
    // Port 1 is one of the ports that fetch blocks.
    let repetitions = 0;
    const hooks = { onRetry: () => void (repetitions += 1) };
    const client = createClient({ url: "http://127.0.0.1:1", apiKey: KEY, pacing: "off", hooks });
    await assert.rejects(client.files.list(), { name: "NetworkError", isBlocked: true, isUnsent: true });
    assert.equal(repetitions, 0);
  });

  it("ends with its signal's reason during the request, and while it waits", async () => {
    const control = new AbortController();
    await using setup = await setUp([() => control.abort(new Error("enough"))]);
    await assert.rejects(setup.client.folders.get(0, { signal: control.signal }), /enough/);
    await assert.rejects(setup.client.folders.get(0, { signal: control.signal }), /enough/);
    assert.equal(setup.calls().length, 1);
  });

  it("times out if the server is silent", async () => {
    await using setup = await setUp([() => undefined], { retries: 0 });
    await assert.rejects(setup.client.folders.get(0, { timeoutMs: 30 }), { name: "TimeoutError", timeoutMs: 30 });
  });

  it("leaks no secret into a log line, whatever happens", async () => {
    const lines: string[] = [];
    const note = (line: string, details?: object) => lines.push(`${line} ${JSON.stringify(details)}`);
    await using setup = await setUp(
      [cut, page(500), json(403, { message: "Flood detected: IP Locked #374", status: "KO" })],
      {
        logger: { debug: note, warn: note },
        retries: 3,
        pacing: "off",
      },
    );
    const url = "https://1fichier.com/?abcdefghij0123456789";
    const error = await setup.client.files.info(url, { password: "secret of the link" }).catch((each: unknown) => each);
    assert.ok(isFloodLockError(error));
    assert.ok(lines.length >= 3);
    for (const text of [...lines, String(error), JSON.stringify(error)]) {
      assert.doesNotMatch(text, /SecretKey|secret of the link/);
    }
  });

  it("follows no redirect with the key", async () => {
    await using setup = await setUp([
      (_call, response) => {
        response.writeHead(302, { location: "/v1/elsewhere.cgi" });
        response.end();
      },
    ]);
    await assert.rejects(setup.client.folders.get(0), { status: 302 });
    assert.equal(setup.calls().length, 1);
  });
});

describe("a flood lock", () => {
  const flood = json(403, { message: "Flood detected: IP Locked #374", status: "KO" });
  const folder = json(200, { status: "OK", folder_id: 0, name: "root", files: 0, size: 0, sub_folders: [] });

  it("is waited out once by all calls and clients, 30 s and then 60, with no call during the lock", async () => {
    const waits: Wait[] = [];
    await using setup = await setUp([flood, flood, folder], { hooks: { onWait: (wait) => waits.push(wait) } });
    // The hooks are options, so the second client reports nothing.
    const other = createClient({ url: setup.server.url, apiKey: KEY, pacing: { clock: setup.clock, isShared: false } });
    const startMs = setup.clock.now();
    await setup.client.about();
    const sentAtMs: number[] = [];
    const watching = createClient({
      url: setup.server.url,
      apiKey: KEY,
      pacing: { clock: setup.clock, isShared: false },
      hooks: { beforeCall: () => sentAtMs.push(setup.clock.now() - startMs), onWait: (wait) => waits.push(wait) },
    });
    await Promise.all([watching.folders.get(0), watching.folders.get(0), other.folders.get(0)]);
    assert.ok(setup.clock.now() - startMs >= 90_000);
    assert.equal(setup.calls().length, 5);
    const locks = waits.filter(({ reason }) => reason === "flood-lock");
    assert.ok(locks.length >= 2 && locks.every(({ ms }) => ms <= 60_000));
    for (const sent of sentAtMs) assert.ok(sent < 1000 || sent >= 30_000, String(sent));
  });

  it("is thrown at once, with its end, if it exceeds the caller's maximum wait", async () => {
    await using setup = await setUp([
      json(403, { message: "Flood detected: User Locked #218", status: "KO" }, { "retry-after": "300" }),
      folder,
    ]);
    const pacing = { clock: setup.clock, isShared: false, maxWaitMs: 60_000 };
    const hurried = createClient({ url: setup.server.url, apiKey: KEY, pacing });
    const startMs = setup.clock.now();
    const expected = { name: "FloodLockError", kind: "account", code: "flood-lock" };
    await assert.rejects(hurried.folders.get(0), { ...expected, retryAfterMs: 300_250 });
    // The limit is known by now, so nothing is sent.
    await assert.rejects(hurried.folders.get(0), expected);
    assert.equal(setup.calls().length, 1);
    assert.equal(setup.clock.now(), startMs);
    // The same lane, with more patience.
    await setup.client.folders.get(0);
    assert.ok(setup.clock.now() - startMs >= 300_000);
  });
});

describe("the listing intervals of an unknown server", () => {
  const listing = json(200, emptyListing);

  it("are bridged from memory, waited for after a change of one's own, and on request", async () => {
    await using setup = await setUp([listing]);
    const { clock, client, calls } = setup;
    const startMs = clock.now();
    await Promise.all([client.files.list(7), client.files.list(7), client.files.list(7)]);
    assert.equal(calls().length, 1);
    await client.files.move(["https://1fichier.com/?abcdefghij0123456789"], { toFolderId: 7 });
    assert.ok(clock.now() - startMs < 2000);
    await client.files.list(7);
    assert.ok(clock.now() - startMs >= 30_000);
    const againMs = clock.now();
    await client.files.list(7, { isFresh: true });
    assert.ok(clock.now() - againMs >= 30_000);
    assert.equal(calls().length, 4);
  });

  it("refuse a listing that would exceed the maximum wait", async () => {
    await using setup = await setUp([listing]);
    await setup.client.files.listAll();
    await assert.rejects(setup.client.files.listAll({ isFresh: true }), { name: "FloodLockError" });
    assert.equal(setup.calls().length, 1);
  });
});
