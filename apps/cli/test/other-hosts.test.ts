import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect as connectTcp } from "node:net";
import type { Server } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { CertificateAuthority } from "../src/certificates/certificate-authority.ts";
import { finish, lacks, startRecordingServer, startSession, temporaryFolder } from "./_fixtures.ts";

async function portOf(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function localhostCertificate() {
  const authority = await CertificateAuthority.create(["localhost"]);
  const { keyPem, certificatePem } = await authority.issueServerCertificate(["localhost"]);
  return { key: keyPem, cert: certificatePem, ca: authority.certificatePem };
}

test("another host's TLS certificate is passed through", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const consigneServer = await startRecordingServer(t);
  const { key, cert, ca } = await localhostCertificate();
  const other = createHttpsServer({ key, cert }, (_request, response) => response.end("the other host"));
  const port = await portOf(t, other);
  const caFile = join(await temporaryFolder(t), "other-ca.pem");
  await writeFile(caFile, ca);
  const { variables } = await startSession(t, consigneServer.url);
  const args = ["-sS", "--noproxy", "", "--cacert", caFile, `https://localhost:${port}/`];
  const { stdout, stderr } = await finish("curl", args, variables);
  assert.deepEqual([stdout, stderr], ["the other host", ""]);
  assert.equal(consigneServer.requests.length, 0);
});

test("authorities that the user trusted before are still trusted", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const { key, cert, ca } = await localhostCertificate();
  const port = await portOf(
    t,
    createHttpsServer({ key, cert }, (_request, response) => response.end("trusted")),
  );
  const caFile = join(await temporaryFolder(t), "own-ca.pem");
  await writeFile(caFile, ca);
  const { variables } = await startSession(t, "http://127.0.0.1:9", { variables: { CURL_CA_BUNDLE: caFile } });
  const { stdout } = await finish("curl", ["-sS", `https://localhost:${port}/`], variables);
  assert.equal(stdout, "trusted");
});

test("plain HTTP to another host is forwarded, without our header", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const headers: IncomingMessage["headers"][] = [];
  const other = createServer((request, response) => {
    headers.push(request.headers);
    response.end("plain");
  });
  const port = await portOf(t, other);
  const { variables } = await startSession(t, "http://127.0.0.1:9");
  const { stdout } = await finish("curl", ["-sS", "--noproxy", "", `http://127.0.0.1:${port}/x`], variables);
  assert.equal(stdout, "plain");
  assert.deepEqual([headers[0]?.["consigne-face"], headers[0]?.["proxy-authorization"]], [undefined, undefined]);
  assert.equal(headers[0]?.host, `127.0.0.1:${port}`);
});

test("other hosts are reached through the user's proxy, but not the intercepted ones", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const { key, cert } = await localhostCertificate();
  const other = createHttpsServer({ key, cert }, (_request, response) => response.end("behind the proxy"));
  const otherPort = await portOf(t, other);
  const asked: string[] = [];
  const usersProxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
    response.end("plain by proxy");
  });
  usersProxy.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
    const far = connectTcp(otherPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(far).pipe(socket);
    });
    socket.on("error", () => far.destroy());
    far.on("error", () => socket.destroy());
  });
  const proxyUrl = `http://me:pass%20word@127.0.0.1:${await portOf(t, usersProxy)}`;
  const consigneServer = await startRecordingServer(t);
  const { variables } = await startSession(t, consigneServer.url, {
    variables: { HTTPS_PROXY: proxyUrl, http_proxy: proxyUrl, NO_PROXY: "exempt.invalid" },
  });
  const get = async (url: string) => (await finish("curl", ["-sSk", url], variables)).stdout;
  assert.equal(await get("https://somewhere.invalid/"), "behind the proxy");
  assert.equal(await get("http://somewhere.invalid/plain"), "plain by proxy");
  assert.equal(await get("https://1fichier.com/"), `{"status":"OK"}\n`);
  const credentials = `Basic ${Buffer.from("me:pass word").toString("base64")}`;
  assert.deepEqual(asked, [
    `CONNECT somewhere.invalid:443 ${credentials}`,
    `GET http://somewhere.invalid/plain ${credentials}`,
  ]);
  assert.match(variables.NO_PROXY ?? "", /^exempt\.invalid,/);
});

test("the server may be reached over TLS with its own certificate authority", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const { key, cert, ca } = await localhostCertificate();
  const paths: (string | undefined)[] = [];
  const server = createHttpsServer({ key, cert }, (request, response) => {
    paths.push(request.url);
    response.end("over TLS");
  });
  const url = `https://localhost:${await portOf(t, server)}/prefix/v1/`;
  const serverCaFile = join(await temporaryFolder(t), "server-ca.pem");
  await writeFile(serverCaFile, ca);
  const trusting = await startSession(t, url, { serverCaFile });
  const get = (variables: Record<string, string>) =>
    finish("curl", ["-sS", "https://1fichier.com/v1/x.cgi"], variables);
  assert.equal((await get(trusting.variables)).stdout, "over TLS");
  assert.deepEqual(paths, ["/prefix/v1/x.cgi"]);
  const distrusting = await startSession(t, url);
  assert.match((await get(distrusting.variables)).stdout, /"status":"KO"/);
});

function statusOf(proxyUrl: URL, headers: Record<string, string>): Promise<number | undefined> {
  const { hostname: host, port } = proxyUrl;
  const request = httpRequest({ host, port, method: "CONNECT", path: "1fichier.com:443", headers });
  request.end();
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    const settle = (response: IncomingMessage, socket?: { destroy(): unknown }) => {
      socket?.destroy();
      response.resume();
      resolve(response.statusCode);
    };
    request.once("connect", settle);
    request.once("response", settle);
  });
}

test("the proxy refuses a wrong password, and accepts the right one", async (t) => {
  const { variables } = await startSession(t, "http://127.0.0.1:9");
  const url = new URL(variables.HTTPS_PROXY ?? "");
  const basic = (password: string) => `Basic ${Buffer.from(`consigne:${password}`).toString("base64")}`;
  assert.equal(await statusOf(url, { "Proxy-Authorization": basic("wrong") }), 407);
  assert.equal(await statusOf(url, { "Proxy-Authorization": basic(url.password) }), 200);
});

test("the proxy refuses other users' programs without the password", async (t) => {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || spawnSync("setpriv", ["--version"]).status !== 0) return t.skip("needs root and setpriv");
  if (lacks(t, "curl", "--version")) return;
  const server = await startRecordingServer(t);
  const { variables } = await startSession(t, server.url);
  const { port } = new URL(variables.HTTPS_PROXY ?? "");
  const curl = ["curl", "-sSk", "-o", "/dev/null", "-w", "%{http_connect}", "-x", `http://127.0.0.1:${port}`];
  const asOther = ["--reuid=65534", "--regid=65534", "--clear-groups", ...curl, "https://1fichier.com/"];
  const { PATH = "" } = variables;
  assert.equal((await finish("setpriv", asOther, { PATH })).stdout, "407");
  assert.equal((await finish("curl", [...curl.slice(1), "https://1fichier.com/"], { PATH })).stdout, "200");
});

test("a decrypted connection only serves the intercepted hosts, on the web ports", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const server = await startRecordingServer(t);
  const { variables } = await startSession(t, server.url);
  const curl = (...args: string[]) => finish("curl", ["-sS", "-w", "%{http_code} %{http_connect}", ...args], variables);
  assert.match((await curl("-H", "Host: example.com", "https://1fichier.com/")).stdout, /421 200$/);
  assert.match((await curl("https://1fichier.com:8443/")).stdout, /000 403$/);
  assert.equal(server.requests.length, 0);
});

test("a program that does not trust the authority is reported once", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const notes: string[] = [];
  const { variables } = await startSession(t, "http://127.0.0.1:9", { note: (line) => notes.push(line) });
  const caFile = join(await temporaryFolder(t), "unrelated-ca.pem");
  await writeFile(caFile, (await localhostCertificate()).ca);
  for (const version of ["1.2", "1.3"]) {
    const args = ["-s", "--cacert", caFile, "--tls-max", version, "https://1fichier.com/"];
    assert.notEqual((await finish("curl", args, variables)).code, 0);
  }
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? "", /consigne ca path/);
});

test("without a password, the proxy serves programs that send none", async (t) => {
  const { variables } = await startSession(t, "http://127.0.0.1:9", { withPassword: false });
  const url = new URL(variables.HTTPS_PROXY ?? "");
  assert.deepEqual([url.username, url.password], ["", ""]);
  assert.equal(await statusOf(url, {}), 200);
});
