import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, request as startRequest } from "node:http";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { startTestServer } from "@consigne/testkit";
import { CertificateAuthority } from "../src/certificates/certificate-authority.ts";
import { binPath, cleanVariables, consigne, ended, temporaryFolder } from "./_fixtures.ts";
import { freePort } from "./_free-port.ts";

/** A name that does not resolve: only the proxy knows the way. */
const HOST = "box.invalid";
const CREDENTIALS = `Basic ${Buffer.from("me:pass word").toString("base64")}`;

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function joinBoth(near: Socket, far: Socket): void {
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
  near.pipe(far).pipe(near);
}

/** A server behind a proxy with a password, and the settings that a user needs to get there. */
async function startWorld(t: TestContext, scheme: "http" | "https") {
  const port = await freePort();
  const settings = { CONSIGNE_PUBLIC_URL: `${scheme}://${HOST}`, CONSIGNE_PORT: String(port) };
  const server = await startTestServer({ limits: "off", settings });
  t.after(() => server[Symbol.asyncDispose]());
  const authority = await CertificateAuthority.create([HOST]);
  const { keyPem, certificatePem } = await authority.issueServerCertificate([HOST]);
  const front = createTlsServer({ key: keyPem, cert: certificatePem }, (socket) =>
    joinBoth(socket, connect(port, "127.0.0.1")),
  );
  const frontPort = await listening(t, front);
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${new URL(request.url ?? "").host}`);
    if (request.headers["proxy-authorization"] !== CREDENTIALS) return void response.writeHead(407).end();
    const { pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const onward = startRequest({ port, host: "127.0.0.1", method, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  proxy.on("connect", (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (request.headers["proxy-authorization"] !== CREDENTIALS) {
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    joinBoth(socket, connect(frontPort, "127.0.0.1"));
  });
  const proxyPort = await listening(t, proxy);
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "authority.pem"), authority.certificatePem);
  const variables = await cleanVariables(t, {
    CONSIGNE_URL: `${scheme}://${HOST}`,
    CONSIGNE_API_KEY: server.apiKey,
    NODE_EXTRA_CA_CERTS: join(folder, "authority.pem"),
  });
  const proxyUrl = (password: string) => `http://me:${password}@127.0.0.1:${proxyPort}`;
  return { server, variables, asked, folder, proxyUrl };
}

for (const scheme of ["https", "http"] as const) {
  const name = `${scheme.toUpperCase()}_PROXY`;
  test(`calls, uploads and downloads go through the proxy in ${name}`, async (t) => {
    const { server, variables, asked, folder, proxyUrl } = await startWorld(t, scheme);
    const proxied = { ...variables, [name]: proxyUrl("pass%20word") };
    const bytes = randomBytes(3_000_000);
    const path = join(folder, "a.bin");
    await writeFile(path, bytes);
    for (const args of [
      ["mkdir", ":/in"],
      ["put", path, ":/in/"],
      ["get", ":/in/a.bin", join(folder, "back.bin")],
      ["sync", folder, ":/all"],
      ["doctor"],
    ]) {
      const { code, stdout, stderr } = await consigne(args, proxied);
      assert.equal(code, 0, `${args[0]}: ${stdout}${stderr}`);
    }
    const child = spawn(process.execPath, [binPath, "account", "export", "--email", server.email, "--password-stdin"], {
      env: proxied,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(`${server.password}\n`);
    const exported = await ended(child);
    assert.equal(exported.code, 0, exported.stderr);
    assert.match(exported.stdout, /^\{"kind":"account"/);
    assert.ok((await readFile(join(folder, "back.bin"))).equals(bytes));
    assert.ok(asked.length >= 4);
    const expected = scheme === "https" ? /^CONNECT box\.invalid:443$/ : /^(?:GET|POST) box\.invalid$/;
    for (const line of asked) assert.match(line, expected);
  });
}

test("hosts in NO_PROXY are reached directly, or not at all", async (t) => {
  const { variables, asked, proxyUrl } = await startWorld(t, "https");
  const exempt = { ...variables, HTTPS_PROXY: proxyUrl("pass%20word"), NO_PROXY: `other.example,${HOST}` };
  const { code, stdout } = await consigne(["doctor"], exempt);
  assert.equal(code, 9, stdout);
  assert.match(stdout, /Cannot reach box\.invalid: host name not found/);
  assert.deepEqual(asked, []);
});

for (const scheme of ["https", "http"] as const) {
  test(`an unreachable or unsupported proxy in ${scheme.toUpperCase()}_PROXY is named`, async (t) => {
    const { variables, folder } = await startWorld(t, scheme);
    await writeFile(join(folder, "a.txt"), "a");
    for (const [proxy, words] of [
      ["http://127.0.0.1:9", /Cannot reach the proxy 127\.0\.0\.1:9: connection refused\. Check HTTPS_PROXY/],
      ["socks5://127.0.0.1:9", /other kinds, such as SOCKS, are not supported/],
    ] as const) {
      const proxied = { ...variables, [`${scheme.toUpperCase()}_PROXY`]: proxy };
      for (const args of [["doctor"], ["put", "--retries", "0", join(folder, "a.txt"), ":/"]]) {
        const { code, stdout, stderr } = await consigne(args, proxied);
        assert.equal(code, 9, stderr);
        assert.match(stdout + stderr, words, args[0]);
      }
    }
  });
}

test("a proxy that refuses is named, without its password", async (t) => {
  const { variables, proxyUrl } = await startWorld(t, "https");
  const { code, stdout, stderr } = await consigne(["doctor"], { ...variables, HTTPS_PROXY: proxyUrl("wrong") });
  assert.equal(code, 9, stderr);
  assert.match(stdout, /The proxy 127\.0\.0\.1:\d+ refused box\.invalid:443 with status 407/);
  assert.doesNotMatch(stdout + stderr, /wrong@/);
});
