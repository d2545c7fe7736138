import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { cleanVariables, consigne, lacks, startRecordingServer, temporaryFolder } from "./_fixtures.ts";

const python = "/usr/bin/python3";

async function runAgainst(t: TestContext, program: readonly string[], extra: Record<string, string> = {}) {
  const server = await startRecordingServer(t);
  const variables = await cleanVariables(t, { CONSIGNE_URL: `${server.url}/v1`, ...extra });
  const result = await consigne(["run", "--", ...program], variables);
  return { server, result };
}

for (const [version, flag] of [
  ["1.1", "--http1.1"],
  ["2", "--http2"],
] as const) {
  test(`curl reaches the server over HTTP/${version} with path, body and key unchanged`, async (t) => {
    if (lacks(t, "curl", "--version")) return;
    const forged = [
      "-H",
      "Consigne-Face: evil.example",
      "-H",
      "X-Forwarded-For: 192.0.2.9",
      "-H",
      "Authorization: Bearer k",
    ];
    const json = ["-H", "Content-Type: application/json", "-d", '{"folder_id":0}'];
    const url = "https://api.1fichier.com/v1/folder//ls.cgi?a=%2F&b=%20";
    const curl = ["curl", "-sS", flag, "-w", "%{http_version}", ...forged, ...json, url];
    const { server, result } = await runAgainst(t, curl);
    assert.deepEqual([result.code, result.stdout, result.stderr], [0, `{"status":"OK"}\n${version}`, ""]);
    assert.equal(server.requests.length, 1);
    const [request] = server.requests;
    assert.equal(`${request?.method} ${request?.path}`, "POST /v1/folder//ls.cgi?a=%2F&b=%20");
    assert.equal(request?.body, '{"folder_id":0}');
    assert.equal(request?.headers["consigne-face"], "api.1fichier.com");
    assert.equal(request?.headers["x-forwarded-for"], undefined);
    assert.equal(request?.headers.authorization, "Bearer k");
    assert.equal(request?.headers["content-length"], "15");
    assert.equal(request?.headers.host, `127.0.0.1:${server.port}`);
    assert.equal(request?.headers["proxy-authorization"], undefined);
    assert.equal(request?.headers["x-forwarded-for"], undefined);
  });
}

test("curl reaches every kind of host: plain HTTP, a node, another brand, and deep subdomains", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const urls = [
    "http://1fichier.com/?a",
    "https://a-12.1fichier.com/p1",
    "https://www.dl4free.com/",
    "https://a.b.pjointe.com/",
  ];
  const { server, result } = await runAgainst(t, ["curl", "-sSf", ...urls]);
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(
    server.requests.map((request) => [request.headers["consigne-face"], request.path]),
    [
      ["1fichier.com", "/?a"],
      ["a-12.1fichier.com", "/p1"],
      ["www.dl4free.com", "/"],
      ["a.b.pjointe.com", "/"],
    ],
  );
});

test("a NO_PROXY that exempts everything does not bypass the proxy", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const { server, result } = await runAgainst(t, ["curl", "-sS", "https://1fichier.com/"], { NO_PROXY: "*,.com" });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(server.requests.length, 1);
});

test("Python's requests and urllib reach the server", async (t) => {
  if (lacks(t, python, "-c", "import requests")) return;
  const script = [
    "import requests, urllib.request",
    "print(requests.post('https://api.1fichier.com/v1/x.cgi', json={'a': 1}).json()['status'])",
    "print(requests.get('http://1fichier.com/r').status_code)",
    "print(urllib.request.urlopen('https://1fichier.com/u').status)",
  ].join("\n");
  const { server, result } = await runAgainst(t, [python, "-c", script]);
  assert.deepEqual([result.stderr, result.stdout], ["", "OK\n200\n200\n"]);
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ["/v1/x.cgi", "/r", "/u"],
  );
});

test("Node's fetch and https reach the server", async (t) => {
  const script = `
    const answer = await fetch("https://1fichier.com/fetch");
    console.log((await answer.json()).status);
    const { get } = await import("node:https");
    get("https://1fichier.com/https", (response) => { console.log(response.statusCode); response.resume(); });`;
  const { server, result } = await runAgainst(t, [process.execPath, "--input-type=module", "-e", script]);
  assert.deepEqual([result.stderr, result.stdout], ["", "OK\n200\n"]);
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ["/fetch", "/https"],
  );
});

test("wget reaches the server, with the user's settings", async (t) => {
  if (lacks(t, "wget", "--version")) return;
  const settings = join(await temporaryFolder(t), "wgetrc");
  await writeFile(settings, "header = X-From-Settings: yes\n");
  const wget = ["wget", "-qO-", "https://1fichier.com/wget"];
  const { server, result } = await runAgainst(t, wget, { WGETRC: settings });
  assert.deepEqual([result.stdout, result.stderr], [`{"status":"OK"}\n`, ""]);
  assert.equal(server.requests[0]?.headers["x-from-settings"], "yes");
});

test("aria2 reaches the server", async (t) => {
  if (lacks(t, "aria2c", "--version")) return;
  const folder = await temporaryFolder(t);
  const { result } = await runAgainst(t, ["aria2c", "-q", "-d", folder, "-o", "saved", "https://1fichier.com/aria2"]);
  assert.deepEqual([result.code, result.stdout], [0, ""], result.stderr);
  assert.equal(await readFile(join(folder, "saved"), "utf8"), `{"status":"OK"}\n`);
});

test("PHP's curl reaches the server, and the installation's settings stay", async (t) => {
  if (lacks(t, "php", "-r", "exit(extension_loaded('curl') ? 0 : 1);")) return;
  const script = `
    $call = curl_init("https://1fichier.com/php");
    curl_setopt($call, CURLOPT_RETURNTRANSFER, true);
    echo curl_exec($call), curl_error($call), ini_get("openssl.cafile") === ini_get("curl.cainfo") ? "same" : "other";`;
  const { server, result } = await runAgainst(t, ["php", "-r", script]);
  assert.deepEqual([result.stdout, result.stderr], [`{"status":"OK"}\nsame`, ""]);
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ["/php"],
  );
});

test("Java reaches the server, although it cannot send a proxy password", async (t) => {
  if (process.platform !== "linux" || spawnSync("javac", ["-version"]).status !== 0) {
    return t.skip("needs a JDK, and Linux to tell whose program is calling");
  }
  const source = join(await temporaryFolder(t), "Get.java");
  await writeFile(
    source,
    `public class Get { public static void main(String[] a) throws Exception {
       System.out.print(new String(new java.net.URL("https://1fichier.com/java").openStream().readAllBytes())); } }`,
  );
  const { result } = await runAgainst(t, ["java", source]);
  assert.equal(result.stdout, `{"status":"OK"}\n`, result.stderr);
});

test("rclone lists the root of a fichier remote", async (t) => {
  if (lacks(t, "rclone", "version")) return;
  const config = join(await temporaryFolder(t), "rclone.conf");
  await writeFile(config, "[f]\ntype = fichier\napi_key = key-of-the-test\n");
  const server = await startRecordingServer(t, (request, response) => {
    const folders = {
      status: "OK",
      folder_id: 0,
      name: "",
      sub_folders: [{ id: 5, name: "sub", create_date: "2024-01-01 00:00:00" }],
    };
    const file = {
      url: "https://1fichier.com/?abcdefghij0123456789",
      filename: "a.txt",
      date: "2024-01-01 00:00:00",
      size: 3,
    };
    const isFolders = request.url === "/v1/folder/ls.cgi";
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(
      JSON.stringify(
        isFolders ? folders : { status: "OK", items: [{ ...file, checksum: "00", acl: 0, cdn: 0, pass: 0 }] },
      ),
    );
  });
  const variables = await cleanVariables(t, { CONSIGNE_URL: server.url, RCLONE_CONFIG: config });
  const result = await consigne(["run", "rclone", "lsf", "f:"], variables);
  assert.deepEqual([result.code, result.stdout], [0, "a.txt\nsub/\n"], result.stderr);
  for (const { headers } of server.requests) {
    assert.equal(headers.authorization, "Bearer key-of-the-test");
    assert.equal(headers["consigne-face"], "api.1fichier.com");
  }
});
