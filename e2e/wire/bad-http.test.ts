import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, afterEach, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed, sendRaw, statusesIn } from "./_after-effects.ts";
import { assertRefusal, makeFolder, uploadOne } from "./_wire.ts";

const KO =
  /\r\nContent-Type: application\/json; charset=utf-8\r\n[^]*\r\n\r\n\{"message":"[^"]+ #\d{1,3}","status":"KO"\}$/i;

suite("malformed HTTP", () => {
  let server: TestServer;
  let owner: ApiClient;
  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());
  afterEach(() => assertUnharmed(server));

  const start = (path = "/v1/file/ls.cgi") =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.apiKey}\r\nContent-Type: application/json\r\n`;
  const smuggled = () => `POST /v1/folder/mkdir.cgi HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.apiKey}\r\n`;

  suite("a body with two lengths", () => {
    const pairs: Record<string, (inner: string) => string> = {
      "a length and chunks": (inner) => `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
      "chunks and a length": (inner) =>
        `Transfer-Encoding: chunked\r\nContent-Length: ${inner.length}\r\n\r\n0\r\n\r\n${inner}`,
      "two lengths": (inner) => `Content-Length: 2\r\nContent-Length: ${inner.length + 2}\r\n\r\n{}${inner}`,
      "a list of lengths": (inner) => `Content-Length: 2, ${inner.length + 2}\r\n\r\n{}${inner}`,
      "chunks by another name": (inner) => `Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
      "chunks after identity": (inner) => `Transfer-Encoding: identity, chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
      "a blank before the colon": (inner) => `Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
      "a folded header": (inner) => `X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
      "a bare line feed": (inner) => `X: a\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
      "a signed length": (inner) => `Content-Length: +2\r\n\r\n{}${inner}`,
      "a chunk of a strange size": (inner) => `Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n${inner}`,
    };
    for (const [index, [what, body]] of Object.entries(pairs).entries()) {
      test(`closes the connection on ${what} and runs no second request`, async () => {
        const name = `smuggled ${index}`;
        const json = JSON.stringify({ name });
        const inner = `${smuggled()}Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`;
        const answer = await sendRaw(server, [start() + body(inner)]);
        const statuses = statusesIn(answer);
        assert.ok(statuses.every((status) => status === 400) && statuses.length === 1, answer);
        assert.match(answer, KO);
        const { sub_folders } = (await owner.ok("folder/ls")) as { sub_folders: { name: string }[] };
        assert.ok(!sub_folders.some((folder) => folder.name === name), "the second request ran");
      });
    }
  });

  suite("an unexpected body that never ends", () => {
    for (const head of ["POST /end.pl?xid=none", "GET /v1/upload/get_upload_server.cgi", "POST /nothing/here"]) {
      test(`gets an answer, then the connection closes: ${head}`, async () => {
        const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
        socket.on("error", () => undefined);
        socket.write(`${head} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\nx`);
        let answer = "";
        socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
        await once(socket, "close");
        assert.match(answer, /^HTTP\/1\.1 \d{3} /);
      });
    }
  });

  suite("broken requests", () => {
    const broken: Record<string, string> = {
      "no request line": "\x16\x03\x01\x02garbage\r\n\r\n",
      "a method nobody knows": "BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
      "a version nobody knows": "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
      "a header with a NUL": "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
      "a length that is not a number": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
      "a negative length": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "an endless header": `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(100_000)}\r\n\r\n`,
      "ten thousand headers": `GET / HTTP/1.1\r\nHost: x\r\n${"X: 1\r\n".repeat(10_000)}\r\n`,
      "an endless address": `GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    };
    for (const [what, text] of Object.entries(broken)) {
      test(`answers ${what} with one refusal and closes`, async () => {
        const answer = await sendRaw(server, [Buffer.from(text, "latin1")]);
        const [status = 0, ...more] = statusesIn(answer);
        assert.ok(status >= 400 && status < 500 && more.length === 0, answer.slice(0, 200));
        assert.match(answer, KO);
      });
    }

    test("a request without a host is refused", async () => {
      const answer = await sendRaw(server, ["GET /healthz HTTP/1.1\r\n\r\n"]);
      assert.deepEqual(statusesIn(answer), [400]);
      assert.match(answer, KO);
    });

    test("a request with two hosts, equal or not, is refused", async () => {
      for (const second of ["Host: x", "host: y", "HOST: 1fichier.com"]) {
        for (const version of ["1.1", "1.0"]) {
          const text = `GET /healthz HTTP/${version}\r\nHost: x\r\nX: 1\r\n${second}\r\nConnection: close\r\n\r\n`;
          const answer = await sendRaw(server, [text]);
          assert.deepEqual(statusesIn(answer), [400], second);
          assert.match(answer, KO);
        }
      }
    });

    test("a client that sends its whole body before reading still sees the refusal", async () => {
      const body = Buffer.alloc(12 * 1024 * 1024, "x");
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
      const failed: Error[] = [];
      socket.on("error", (error) => failed.push(error));
      let answer = "";
      socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
      const sent = new Promise<void>((resolve) => {
        socket.write(`${start("/v1/file/rm.cgi")}Content-Length: ${body.length}\r\n\r\n`);
        socket.write(body, () => resolve());
        socket.on("close", () => resolve());
      });
      await sent;
      assert.deepEqual(failed, []);
      while (!KO.test(answer)) await once(socket, "data");
      assert.deepEqual(statusesIn(answer), [413]);
      socket.destroy();
    });

    test("a client that reads while it sends sees the refusal, however much it sends", async () => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
      let answer = "";
      socket.on("error", () => undefined).on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
      const size = 1024 * 1024 * 1024;
      socket.write(`${start("/v1/file/rm.cgi")}Content-Length: ${size}\r\n\r\n`);
      const chunk = Buffer.alloc(1024 * 1024, "x");
      const send = (): void => void (socket.destroyed || socket.write(chunk, send));
      send();
      // Not with `once`, which would treat the reset after sending as a failure.
      await new Promise((closed) => socket.on("close", closed));
      assert.deepEqual(statusesIn(answer), [413]);
      assert.match(answer, KO);
    });

    test("an error is never written into a response that has begun", async () => {
      const url = await uploadOne(owner, "large.bin", new Uint8Array(16 * 1024 * 1024));
      const { url: direct } = await owner.ok("download/get_token", { url });
      const { hostname, port, pathname } = new URL(String(direct));
      const socket = connect(Number(port), hostname);
      const received: Buffer[] = [];
      socket.on("error", () => undefined).write(`GET ${pathname} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const [first] = (await once(socket, "data")) as [Buffer];
      received.push(first);
      socket.write("\0\0garbage\r\n\r\n");
      socket.on("data", (chunk: Buffer) => received.push(chunk));
      await once(socket, "close");
      const all = Buffer.concat(received);
      assert.equal(all.indexOf('"status":"KO"'), -1);
      assert.equal(statusesIn(all.toString("latin1")).length, 1);
    });

    test("upgrades, CONNECT and clients that hang up at once do no harm", async () => {
      const odd = [
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
        "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "POST /v1/file/ls.cgi HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}",
        "",
      ];
      for (const text of odd) {
        const answer = await sendRaw(server, [text], { patienceMs: 500, endsAfterwards: true });
        for (const status of statusesIn(answer)) assert.ok(status < 500, answer);
      }
    });

    test("a body shorter than announced is answered when the client leaves, and a call waiting for one is, too", async () => {
      const answer = await sendRaw(server, [`${start()}Content-Length: 100\r\n\r\n{}`], {
        patienceMs: 1000,
        endsAfterwards: true,
      });
      for (const status of statusesIn(answer)) assert.ok(status >= 400 && status < 500);
    });
  });

  test("sixteen thousand slashes and dots are refused quickly and without a path", async () => {
    for (const path of ["/".repeat(8000), "/..".repeat(4000), "/%2e%2e".repeat(2000), `/dir/${"..%2f".repeat(100)}x`]) {
      const answer = await sendRaw(server, [`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`]);
      const [status = 0] = statusesIn(answer);
      assert.ok(status >= 400 && status < 500, `${path.slice(0, 20)}: ${answer.slice(0, 300)}`);
    }
  });

  test("clients that send nothing, or a byte at a time, do not keep the server from serving others", async () => {
    const { hostname, port } = new URL(server.url);
    const idle = Array.from({ length: 50 }, () => connect(Number(port), hostname).on("error", () => undefined));
    await Promise.all(idle.map((socket) => once(socket, "connect")));
    for (const socket of idle) socket.write(`${start()}Content-Length: 10\r\n\r\n{`);
    for (const [index, name] of ["one", "two"].entries()) {
      await makeFolder(owner, `while others wait ${index} ${name}`);
      for (const socket of idle) socket.write(" ");
    }
    assertRefusal(await owner.call("folder/rm", { folder_id: 0 }), 400);
    for (const socket of idle) socket.destroy();
  });
});
