import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { test } from "node:test";
import { cleanVariables, consigne, finish, lacks, startRecordingServer, startSession } from "./_fixtures.ts";

const mebibyte = 1 << 20;
const bigBytes = 256 * mebibyte;

function sendBig(response: ServerResponse): void {
  const block = Buffer.alloc(mebibyte);
  let left = bigBytes;
  const write = () => {
    while (left > 0) {
      left -= block.length;
      if (!response.write(block)) return void response.once("drain", write);
    }
    response.end();
  };
  response.setHeader("Content-Length", bigBytes);
  write();
}

for (const flag of ["--http1.1", "--http2"]) {
  test(`256 MiB stream up and down with curl ${flag} in bounded memory`, async (t) => {
    if (process.platform !== "linux") return t.skip("reads /proc");
    if (lacks(t, "curl", "--version")) return;
    const server = await startRecordingServer(t, (request, response) => {
      if (request.method === "GET") sendBig(response);
      else response.end("stored");
    });
    const peak = "sed -n 's/^VmHWM:[^0-9]*//p' /proc/$PPID/status";
    const script = [
      peak,
      `head -c ${bigBytes} /dev/zero | curl -sS ${flag} -H Expect: -T - https://up2.1fichier.com/upload.cgi && echo`,
      `curl -sS ${flag} -o /dev/null -w '%{size_download}\\n' https://a-1.1fichier.com/big`,
      peak,
    ];
    const variables = await cleanVariables(t, { CONSIGNE_URL: server.url });
    const { stdout, stderr } = await consigne(["run", "--", "sh", "-c", script.join("\n")], variables);
    const [before = "", stored, size, after = ""] = stdout.trim().split("\n");
    assert.deepEqual([stored, size, stderr], ["stored", String(bigBytes), ""]);
    assert.equal(server.requests[0]?.bodyBytes, bigBytes);
    const grownKib = Number.parseInt(after, 10) - Number.parseInt(before, 10);
    assert.ok(grownKib < 160 * 1024, `memory grew by ${grownKib} KiB`);
  });
}

test("a 302, its relative Location, repeated cookies and the length of a HEAD answer are forwarded unchanged", async (t) => {
  const server = await startRecordingServer(t, (request, response) => {
    if (request.method === "HEAD") return void response.writeHead(200, { "Content-Length": "12345" }).end();
    response.writeHead(302, "Moved On", {
      Location: "/end.pl?xid=abc",
      "Set-Cookie": ["A=1", "B=2"],
      Connection: "X-Hop",
      "X-Hop": "gone",
      "X-End": "stays",
      "Content-Length": "0",
    });
    response.end();
  });
  const { variables } = await startSession(t, server.url);
  if (lacks(t, "curl", "--version")) return;
  for (const flag of ["--http1.1", "--http2"]) {
    const url = "https://1fichier.com/upload.cgi";
    const { stdout } = await finish("curl", ["-sS", flag, "--suppress-connect-headers", "-i", url], variables);
    assert.match(stdout, flag === "--http2" ? /^HTTP\/2 302 \r\n/ : /^HTTP\/1\.1 302 Moved On\r\n/);
    assert.match(stdout, /^location: \/end\.pl\?xid=abc\r$/im);
    assert.match(stdout, /^set-cookie: A=1\r\nset-cookie: B=2\r$/im);
    assert.match(stdout, /^x-end: stays\r$/im);
    assert.doesNotMatch(stdout, /x-hop/i);
    const head = await finish("curl", ["-sS", flag, "--suppress-connect-headers", "-I", url], variables);
    assert.match(head.stdout, /^content-length: 12345\r$/im);
    assert.equal(head.code, 0, head.stderr);
  }
});

test("an answer that repeats a single-valued field still reaches an HTTP/2 client", async (t) => {
  const server = await startRecordingServer(t, (_request, response) => {
    response
      .writeHead(200, ["X-Content-Type-Options", "nosniff", "x-content-type-options", "nosniff"])
      .end("stays alive");
  });
  const { variables } = await startSession(t, server.url);
  if (lacks(t, "curl", "--version")) return;
  const args = ["-sS", "--http2", "--suppress-connect-headers", "-i", "https://a-1.1fichier.com/p1"];
  for (const attempt of [1, 2]) {
    const { code, stdout, stderr } = await finish("curl", args, variables);
    assert.equal(code, 0, `attempt ${attempt}: ${stderr}`);
    assert.match(stdout, /^x-content-type-options: nosniff\r$/im);
    assert.match(stdout, /stays alive$/);
  }
});

/** A TLS connection to an intercepted host, made by hand through the proxy. */
async function openTunnel(variables: Record<string, string>, host: string, protocol: string): Promise<TLSSocket> {
  const proxy = new URL(variables.HTTPS_PROXY ?? "");
  const credentials = Buffer.from(`${proxy.username}:${proxy.password}`).toString("base64");
  const request = httpRequest({
    host: proxy.hostname,
    port: proxy.port,
    method: "CONNECT",
    path: `${host}:443`,
    headers: { "Proxy-Authorization": `Basic ${credentials}` },
  });
  request.end();
  const [response, socket] = (await once(request, "connect")) as [IncomingMessage, Socket];
  assert.equal(response.statusCode, 200);
  const ca = await readFile(variables.SSL_CERT_FILE ?? "");
  const secured = connectTls({ socket, servername: host, ca, ALPNProtocols: [protocol] });
  await once(secured, "secureConnect");
  return secured;
}

test("an upload cancelled by the client is cancelled at the server", async (t) => {
  const server = await startRecordingServer(t);
  const { variables } = await startSession(t, server.url);
  const socket = await openTunnel(variables, "up2.1fichier.com", "http/1.1");
  const arrival = Promise.withResolvers<Socket>();
  const seen = setInterval(
    () => server.sockets.forEach((each) => each.bytesRead > 100_000 && arrival.resolve(each)),
    5,
  );
  t.after(() => clearInterval(seen));
  socket.write("POST /upload.cgi HTTP/1.1\r\nHost: up2.1fichier.com\r\nContent-Length: 1000000\r\n\r\n");
  socket.write(Buffer.alloc(200_000));
  const far = await arrival.promise;
  const closed = new Promise((resolve) => far.once("close", resolve));
  socket.destroy();
  await closed;
  assert.equal(server.requests.length, 0);
});

test("a download cancelled by the client over HTTP/2 is cancelled at the server", async (t) => {
  const broken = Promise.withResolvers<boolean>();
  const server = await startRecordingServer(t, (_request, response) => {
    response.once("close", () => broken.resolve(response.writableFinished));
    sendBig(response);
  });
  const { variables } = await startSession(t, server.url);
  const socket = await openTunnel(variables, "a-1.1fichier.com", "h2");
  const client = connectHttp2("https://a-1.1fichier.com", { createConnection: () => socket });
  t.after(() => client.destroy());
  const stream = client.request({ ":path": "/p1" });
  await once(stream, "data");
  stream.close();
  assert.equal(await broken.promise, false);
});

test("a download cut off by the server never looks complete to the client", async (t) => {
  const server = await startRecordingServer(t, (_request, response) => {
    response.writeHead(200, { "Content-Length": "1000" });
    response.write("half of it", () => response.destroy());
  });
  const { variables } = await startSession(t, server.url);
  if (lacks(t, "curl", "--version")) return;
  for (const flag of ["--http1.1", "--http2"]) {
    const { code, stdout } = await finish("curl", ["-s", flag, "https://a-1.1fichier.com/p1"], variables);
    assert.equal(stdout, "half of it");
    assert.notEqual(code, 0);
  }
});

test("an early refusal reaches a client that is still sending", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const server = await startRecordingServer(t);
  server.refuseAtOnce = true;
  const { variables } = await startSession(t, server.url);
  for (const flag of ["--http1.1", "--http2"]) {
    const curl = `curl -sS ${flag} -o /dev/null -w '%{http_code}' -H Expect: -T - https://up2.1fichier.com/upload.cgi`;
    const { stdout } = await finish("sh", ["-c", `head -c 30000000 /dev/zero | ${curl}`], variables);
    assert.equal(stdout, "413", flag);
  }
});

test("100 Continue comes from the server, and so does a refusal instead of it", async (t) => {
  const server = await startRecordingServer(t);
  const { variables } = await startSession(t, server.url);
  const ca = await readFile(variables.SSL_CERT_FILE ?? "");
  const upload = async () => {
    const socket = await openTunnel(variables, "up2.1fichier.com", "http/1.1");
    const request = httpsRequest({
      host: "up2.1fichier.com",
      ca,
      createConnection: () => socket,
      method: "POST",
      path: "/upload.cgi",
      headers: { Expect: "100-continue", "Content-Length": "5" },
    });
    const continued = Promise.withResolvers<void>();
    request.once("continue", continued.resolve);
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    request.flushHeaders();
    return { request, continued: continued.promise, answered };
  };
  const welcome = await upload();
  await welcome.continued;
  welcome.request.end("hello");
  const [answer] = await welcome.answered;
  answer.resume();
  assert.deepEqual([answer.statusCode, server.requests[0]?.body], [200, "hello"]);

  server.refuseExpectation = true;
  const refused = await upload();
  const [refusal] = await refused.answered;
  refusal.resume();
  assert.deepEqual([refusal.statusCode, refusal.headers.connection], [413, "close"]);
  refused.request.destroy();
});
