import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { tmpdir } from "node:os";
import { createLogger, readConfig, readEnvironment, type RunningServer, startServer } from "../src/index.ts";
import { lackingOpenssl, makeCertificate } from "./_certificates.ts";
import { adminEmail, adminKey, environmentOf, knownAdmin } from "./_server-process.ts";

const CONNECTIONS = 8;
const STALL_MS = 500;
/** Handshakes on a busy machine may take long. */
const HEAD_MS = 5000;

suite("a server with its own certificate", { skip: lackingOpenssl() }, () => {
  let folder: string;
  let server: RunningServer;
  let ca: Buffer;
  let start: (data: string, bounds: Parameters<typeof startServer>[0]["bounds"]) => Promise<RunningServer>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-tls-"));
    const { cert, key } = await makeCertificate(folder, "server");
    ca = await readFile(cert);
    start = (data, bounds) => {
      const settings = { ...knownAdmin, CONSIGNE_TLS_CERT: cert, CONSIGNE_TLS_KEY: key };
      const { config, secrets } = readConfig(readEnvironment(environmentOf(join(folder, data), settings)));
      return startServer({ config, secrets, logger: createLogger("silent"), graceMs: 100, bounds });
    };
    server = await start("data", {
      connections: CONNECTIONS,
      headTimeoutMs: HEAD_MS,
      readers: { stallMs: STALL_MS, leastBytesPerSecond: 10_000_000 },
    });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (path: string, { method = "GET", headers = {}, body = "" }: Partial<Asked> = {}) => {
    const sent = request(new URL(path, server.publicUrl), { method, ca, agent: false, headers });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, text: (await answer.toArray()).join("") };
  };
  const call = (path: string, input: object = {}) =>
    ask(`/v1/${path}.cgi`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${adminKey}` },
      body: JSON.stringify(input),
    });
  const put = (name: string, content: string) => {
    const head = `Content-Disposition: form-data; name="file[]"; filename="${name}"`;
    const headers = {
      json: "1",
      authorization: `Bearer ${adminKey}`,
      "content-type": "multipart/form-data; boundary=b",
    };
    return ask("/upload.cgi", { method: "POST", headers, body: `--b\r\n${head}\r\n\r\n${content}\r\n--b--\r\n` });
  };
  const tokenOf = async (name: string): Promise<string> => {
    const { items } = JSON.parse((await call("file/ls", { folder_id: 0 })).text) as {
      items: { filename: string; url: string }[];
    };
    const url = items.find(({ filename }) => filename === name)?.url;
    return (JSON.parse((await call("download/get_token", { url })).text) as { url: string }).url;
  };

  test("accepts uploads and serves downloads, under HTTPS links", async () => {
    assert.match(server.publicUrl, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await put("a.txt", "bytes")).status, 302);
    const token = await tokenOf("a.txt");
    assert.equal(new URL(token).origin, server.publicUrl);
    assert.equal((await ask(token)).text, "bytes");
  });

  test("sends its cookies over HTTPS only", async () => {
    const form = { mail: adminEmail, pass: knownAdmin.CONSIGNE_ADMIN_PASSWORD };
    const { headers } = await ask("/login.pl", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: server.publicUrl },
      body: new URLSearchParams(form).toString(),
    });
    assert.match(String(headers["set-cookie"]), /; Secure/);
  });

  test("cuts off plain HTTP clients, and keeps working", async () => {
    const socket = connectPlain(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket.resume(), "close");
    assert.equal((await call("user/info")).status, 200);
  });

  test("limits request heads as over plain HTTP", async () => {
    const [withoutHost, halfHead] = [await idle(server.port, ca), await idle(server.port, ca)];
    withoutHost.end("GET /healthz HTTP/1.1\r\n\r\n");
    assert.match((await withoutHost.setEncoding("utf8").toArray()).join(""), /The request has no Host header #550/);
    halfHead.write("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    const dribbling = setInterval(() => halfHead.write("a"), 20);
    let answer = "";
    halfHead.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    await closed(halfHead).finally(() => clearInterval(dribbling));
    assert.match(answer, /^HTTP\/1\.1 408 /);
  });

  test("cuts off an unfinished handshake, even if bytes trickle in", async () => {
    const [quiet, dribbling] = [await silent(server.port), await silent(server.port)];
    // An incomplete client hello.
    for (const socket of [quiet, dribbling]) socket.resume().write(Buffer.from([22, 3, 1, 2, 0, 1]));
    const sending = setInterval(() => dribbling.write(Buffer.of(0)), 20);
    await Promise.all([closed(quiet), closed(dribbling)]).finally(() => clearInterval(sending));
    assert.equal((await call("user/info")).status, 200);
  });

  test("stops despite unfinished handshakes", async () => {
    const stopping = await start("stopping", { headTimeoutMs: 240_000 });
    const socket = await silent(stopping.port);
    // Those that came before have been accepted by then.
    (await idle(stopping.port, ca)).destroy();
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      socket.destroy();
    }, 60_000);
    await stopping[Symbol.asyncDispose]();
    clearTimeout(late);
    assert.equal(isLate, false, "the server waited for the handshake");
    await closed(socket.resume());
  });

  test("has room beside waiting connections, before and after their TLS handshake", async () => {
    for (const open of [silent, idle]) {
      const waiting: Socket[] = [];
      for (let count = 0; count < 3 * CONNECTIONS; count++) waiting.push(await open(server.port, ca));
      assert.equal((await call("user/info")).status, 200, open.name);
      for (const socket of waiting.slice(0, CONNECTIONS)) await closed(socket);
      for (const socket of waiting) socket.destroy();
    }
  });

  test("cuts off clients that do not read", async () => {
    await put("large.bin", "x".repeat(32 * 1024 * 1024));
    const { pathname } = new URL(await tokenOf("large.bin"));
    const socket = await idle(server.port, ca);
    socket.pause();
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    // Without reading, a client only notices the end by writing.
    const writing = setInterval(() => socket.write("\r\n"), 100);
    await closed(socket).finally(() => clearInterval(writing));
  });
});

interface Asked {
  method: string;
  headers: Record<string, string>;
  body: string;
}

/** Not with `once`, which rejects for an earlier error. */
function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("was not cut within 60 s")), 60_000);
    socket.on("close", () => {
      clearTimeout(late);
      resolve();
    });
  });
}

async function silent(port: number): Promise<Socket> {
  const socket = connectPlain(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

async function idle(port: number, ca: Buffer): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", ca });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  return socket;
}
