import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as startRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, suite, test } from "node:test";
import { ApiClient, fault, type FaultyServer, Gate, startFaultyServer } from "@consigne/testkit";

suite("the fault layer", () => {
  let server: FaultyServer;
  let client: ApiClient;
  before(async () => {
    server = await startFaultyServer();
    client = new ApiClient(server, server.apiKey);
  });
  beforeEach(() => {
    server.faults.clear();
    server.requests.clear();
  });
  after(() => server[Symbol.asyncDispose]());

  const storedNames = async (): Promise<string[]> =>
    ((await client.ok("file/ls"))["items"] as { filename: string }[]).map((item) => item.filename);

  /** Sends the head and an optional body, and collects everything that comes back until the connection ends. */
  async function exchange(target: string, body?: Uint8Array, headers: Record<string, string> = {}) {
    const request = startRequest(new URL(target, server.url), {
      method: body === undefined ? "GET" : "POST",
      agent: false,
      headers: {
        authorization: `Bearer ${server.apiKey}`,
        ...(body === undefined ? {} : { "content-length": String(body.byteLength) }),
        ...headers,
      },
    });
    request.end(body);
    return outcomeOf(request);
  }

  const uploadBody = (name: string, bytes: string) => {
    const head = `Content-Disposition: form-data; name="file[]"; filename="${name}"`;
    const form = `--b\r\n${head}\r\n\r\n${bytes}\r\n--b--\r\n`;
    return { body: Buffer.from(form), headers: { "content-type": "multipart/form-data; boundary=b" } };
  };

  suite("without a rule", () => {
    test("forwards the bytes of a name unchanged", async () => {
      const [link] = await client.upload({ "été 🧳.txt": "named" });
      const answer = await client.download(link?.download ?? "");
      const [, name = ""] = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "") ?? [];
      assert.equal(Buffer.from(name, "latin1").toString(), "été 🧳.txt");
    });

    test("forwards uploads, reports and downloads, with links that lead through it", async () => {
      const [link] = await client.upload({ "plain.txt": "nothing happens" });
      assert.ok(link !== undefined && link.download.startsWith(server.url));
      const answer = await client.download(link.download);
      assert.equal(answer.bytes.toString(), "nothing happens");
      assert.equal(answer.headers.get("content-length"), "15");
    });

    test("forwards the interim answer 100 to a client that waits for it", async () => {
      const { body, headers } = uploadBody("expected.txt", "waits for a go");
      const request = startRequest(new URL("/upload.cgi", server.url), {
        method: "POST",
        headers: {
          ...headers,
          expect: "100-continue",
          "content-length": body.byteLength,
          authorization: `Bearer ${server.apiKey}`,
        },
      });
      request.flushHeaders();
      await once(request, "continue");
      request.end(body);
      assert.equal((await outcomeOf(request)).status, 302);
    });
  });

  suite("cuts a connection", () => {
    test("before the request: the client is reset and the server knows nothing", async () => {
      const rule = server.faults.add("folder/mkdir", fault.cutBeforeRequest());
      await assert.rejects(client.call("folder/mkdir", { folder_id: 0, name: "never made" }));
      await rule.hit;
      const { sub_folders: folders } = await client.ok("folder/ls", { folder_id: 0 });
      assert.deepEqual(folders, []);
    });

    test("in the request: the server gets exactly the given bytes and stores nothing of them", async () => {
      server.faults.add("upload.cgi", fault.cutAfterRequestBytes(150_000));
      const { body, headers } = uploadBody("half.bin", "x".repeat(400_000));
      const outcome = await exchange("/upload.cgi", body, headers);
      assert.equal(outcome.errorCode, "ECONNRESET");
      assert.ok(!(await storedNames()).includes("half.bin"));
      const [seen] = server.requests.list("upload.cgi");
      assert.ok(seen !== undefined && seen.requestBytes >= 150_000, `${seen?.requestBytes} bytes were taken`);
      assert.equal(seen.status, undefined);
      assert.equal(seen.fault, "cut-in-request");
    });

    test("before the answer: the server has the upload, and the client gets nothing", async () => {
      server.faults.add("upload.cgi", fault.cutBeforeAnswer());
      const { body, headers } = uploadBody("stored.txt", "the server has it");
      const outcome = await exchange("/upload.cgi", body, headers);
      assert.equal(outcome.errorCode, "ECONNRESET");
      assert.equal(outcome.status, undefined);
      assert.ok((await storedNames()).includes("stored.txt"));
    });

    test("in the answer: the client gets the head with the full length, and exactly the given bytes", async () => {
      const [link] = await client.upload({ "long.bin": "y".repeat(300_000) });
      const direct = await directOf(link?.download);
      server.faults.add("direct", fault.cutAfterAnswerBytes(100_001));
      const outcome = await exchange(direct);
      assert.equal(outcome.status, 200);
      assert.equal(outcome.headers["content-length"], "300000");
      assert.equal(outcome.bytes.byteLength, 100_001);
      assert.equal(outcome.errorCode, "ECONNRESET");
    });
  });

  suite("answers in place of the server", () => {
    test("without the server seeing the request", async () => {
      server.faults.add("folder/mkdir", fault.serverError(503));
      assert.equal((await client.call("folder/mkdir", { folder_id: 0, name: "unseen" })).status, 503);
      const { sub_folders: folders } = await client.ok("folder/ls", { folder_id: 0 });
      assert.deepEqual(folders, []);
    });

    test("after the server has done its work", async () => {
      server.faults.add("folder/mkdir", fault.serverError(500, "after-handling"));
      assert.equal((await client.call("folder/mkdir", { folder_id: 0, name: "made" })).status, 500);
      const { sub_folders: folders } = await client.ok("folder/ls", { folder_id: 0 });
      assert.equal((folders as unknown[]).length, 1);
      await client.ok("folder/rm", { folder_id: (folders as { id: number }[])[0]?.id });
    });

    test("at once, while the client still sends", async () => {
      server.faults.add("upload.cgi", fault.answer({ status: 403, body: { status: "KO" } }, "at-once"));
      const request = startRequest(new URL("/upload.cgi", server.url), {
        method: "POST",
        headers: { "content-length": 1_000_000 },
      });
      request.write("only the beginning");
      const [answer] = (await once(request, "response")) as [IncomingMessage];
      assert.equal(answer.statusCode, 403);
      request.destroy();
    });

    test("with a report delayed as often as told, and then let through", async () => {
      const rule = server.faults.lateReport(2);
      const answer = await client.request("/upload.cgi", { method: "POST", body: formWith("late.txt", "late") });
      const where = answer.headers.get("location") ?? "";
      const texts = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const report = await client.request(where, { headers: { JSON: "1" } });
        texts.push(report.json === undefined ? report.text.includes("Please wait") : "a report");
      }
      assert.deepEqual(texts, [true, true, "a report"]);
      assert.equal(rule.hits, 2);
    });

    test("with a report without links, a flood lock, or a 429 with a delay", async () => {
      server.faults.add("end.pl", fault.emptyReport());
      server.faults.add("api", fault.floodLock());
      server.faults.add("api", fault.tooManyRequests(7));
      assert.deepEqual((await client.request("/end.pl?xid=whatever1", {})).json, { incoming: 0, links: [] });
      const locked = await client.call("file/ls");
      assert.deepEqual([locked.status, locked.json?.["message"]], [403, "Flood detected: IP Locked #374"]);
      const tooMany = await client.call("file/ls");
      assert.deepEqual([tooMany.status, tooMany.headers.get("retry-after")], [429, "7"]);
    });
  });

  suite("alters an answer", () => {
    let direct: string;
    before(async () => {
      const [link] = await client.upload({ "digits.txt": "0123456789" });
      direct = await directOf(link?.download);
    });

    test("with a flipped byte", async () => {
      server.faults.add("direct", fault.flipByte(3));
      const { bytes } = await exchange(direct);
      assert.deepEqual([...bytes.subarray(2, 5)], [0x32, 0x33 ^ 0xff, 0x34]);
      assert.equal(bytes.byteLength, 10);
    });

    test("cut short but declared complete", async () => {
      server.faults.add("direct", fault.truncate(4));
      const outcome = await exchange(direct);
      assert.equal(outcome.errorCode, undefined);
      assert.equal(outcome.headers["content-length"], "4");
      assert.equal(outcome.bytes.toString(), "0123");
    });

    test("with a length too large, and then the end of the connection", async () => {
      server.faults.add("direct", fault.claimLength(12));
      const outcome = await exchange(direct);
      assert.equal(outcome.headers["content-length"], "12");
      assert.equal(outcome.bytes.toString(), "0123456789");
      assert.equal(outcome.errorCode, "ECONNRESET");
    });

    test("with a length too small", async () => {
      server.faults.add("direct", fault.claimLength(6));
      const wire = await rawAnswer(direct);
      assert.match(wire, /\r\ncontent-length: 6\r\n/i);
      assert.ok(wire.endsWith("\r\n\r\n0123456789"), wire);
    });

    test("byte by byte", async () => {
      server.faults.add("direct", fault.trickle());
      const outcome = await exchange(direct);
      assert.equal(outcome.bytes.toString(), "0123456789");
      assert.ok(outcome.chunkCount > 1, `${outcome.chunkCount} chunk`);
    });

    test("twice on the connection", async () => {
      server.faults.add("direct", fault.repeatAnswer());
      const wire = await rawAnswer(direct);
      assert.equal(wire.split("HTTP/1.1 200").length - 1, 2);
      assert.equal(wire.split("0123456789").length - 1, 2);
    });
  });

  suite("has gates that", () => {
    test("hold a request until the test opens them", async () => {
      const gate = new Gate();
      server.faults.add("folder/mkdir", fault.holdRequest(gate));
      const created = client.call("folder/mkdir", { folder_id: 0, name: "held" });
      await gate.reached;
      assert.deepEqual((await client.ok("folder/ls", { folder_id: 0 }))["sub_folders"], []);
      gate.open();
      assert.equal((await created).status, 200);
      await client.ok("folder/rm", { folder_id: (await created).json?.["folder_id"] });
    });

    test("hold an answer once the work is done", async () => {
      const gate = new Gate();
      server.faults.add("folder/mkdir", fault.holdAnswer(gate));
      const created = client.call("folder/mkdir", { folder_id: 0, name: "held back" });
      await gate.reached;
      assert.equal(((await client.ok("folder/ls", { folder_id: 0 }))["sub_folders"] as unknown[]).length, 1);
      gate.open();
      await client.ok("folder/rm", { folder_id: (await created).json?.["folder_id"] });
    });
  });

  suite("has rules that", () => {
    test("skip a number of requests and act on a number", async () => {
      const rule = server.faults.add("file/ls", fault.serverError(), { skip: 1, times: 2 });
      const statuses = [];
      for (let call = 0; call < 4; call += 1) statuses.push((await client.call("file/ls")).status);
      assert.deepEqual(statuses, [200, 500, 500, 200]);
      assert.equal(rule.hits, 2);
    });

    test("act on what a function selects, until they are removed", async () => {
      const rule = server.faults.add((request) => request.target === "/nowhere-1", fault.serverError(), {
        times: Infinity,
      });
      assert.equal((await client.request("/nowhere-1")).status, 500);
      assert.equal((await client.request("/nowhere-1")).status, 500);
      assert.equal((await client.request("/nowhere-2")).status, 404);
      rule.remove();
      assert.equal((await client.request("/nowhere-1")).status, 404);
    });
  });

  /** Everything received on a separate connection, as raw bytes. */
  async function rawAnswer(target: string): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(`GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
    return text(socket);
  }

  async function directOf(url: string | undefined): Promise<string> {
    const { pathname } = new URL(String((await client.ok("download/get_token", { url }))["url"]));
    return pathname;
  }
});

function formWith(name: string, text: string): FormData {
  const form = new FormData();
  form.append("file[]", new Blob([text]), name);
  return form;
}

interface Outcome {
  status: number | undefined;
  headers: IncomingMessage["headers"];
  bytes: Buffer;
  chunkCount: number;
  /** The code of the connection's error, if there was one. */
  errorCode: string | undefined;
}

async function outcomeOf(request: ClientRequest): Promise<Outcome> {
  const outcome: Outcome = {
    status: undefined,
    headers: {},
    bytes: Buffer.alloc(0),
    chunkCount: 0,
    errorCode: undefined,
  };
  const chunks: Buffer[] = [];
  try {
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    outcome.status = answer.statusCode;
    outcome.headers = answer.headers;
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    outcome.errorCode = (error as NodeJS.ErrnoException).code;
  }
  request.on("error", () => undefined);
  outcome.bytes = Buffer.concat(chunks);
  outcome.chunkCount = chunks.length;
  return outcome;
}
