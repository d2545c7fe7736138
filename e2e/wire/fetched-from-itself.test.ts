import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ports, SourceError } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";

const PROXY_HEADERS = ["X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "Forwarded"];
const LISTED = "203.0.113.7";

async function start(settings: Record<string, string>): Promise<{ server: TestServer; ports: Ports }> {
  let ports: Ports | undefined;
  const server = await startTestServer({ settings, replacePorts: (embedded) => (ports = embedded) });
  assert.ok(ports);
  return { server, ports };
}

/** What the server itself finds at an address: the text, or why not. */
async function fetched({ sources }: Ports, url: string, names: readonly string[] = []): Promise<string> {
  const headers = names.map((name) => [name, name === "Forwarded" ? `for=${LISTED}` : LISTED] as const);
  try {
    const opened = await sources.open({ url, headers, from: 0, version: undefined }, new AbortController().signal);
    const chunks: Buffer[] = [];
    for await (const chunk of opened.bytes) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
  } catch (error) {
    assert.ok(error instanceof SourceError, String(error));
    return error.failure;
  }
}

test("a server fetches nothing from its own address", async () => {
  const { server, ports } = await start({});
  await using _ = server;
  assert.equal(await fetched(ports, server.url), "address-refused");
});

test("a server allowed to fetch from its own address gets what a stranger gets, even if it trusts proxies there", async () => {
  const { server, ports } = await start({ CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" });
  await using _ = server;
  const owner = new ApiClient(server, server.apiKey);
  const [open, closed] = await owner.upload({ "open.txt": "for all", "closed.txt": "for one address" });
  assert.ok(open && closed);
  await owner.ok("file/chattr", { urls: [closed.download], acl: { ip: [LISTED] } });
  const proxied = await fetch(closed.download, { headers: { "X-Forwarded-For": LISTED } });
  assert.equal(proxied.status, 200, "as a proxy on this machine would ask on behalf of somebody");
  assert.match(await fetched(ports, open.download), /open\.txt/);
  for (const names of [[], PROXY_HEADERS, ...PROXY_HEADERS.map((name) => [name])])
    assert.equal(await fetched(ports, closed.download, names), "refused", names.join());
});

test("the name of a file sent by this server is read back unchanged", async () => {
  const { server, ports } = await start({ CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" });
  await using _ = server;
  const owner = new ApiClient(server, server.apiKey);
  for (const name of ["plain.txt", "two words.txt", "it's; a=b, c.txt", "100%25 é 😀.tar.gz", "名前.mkv"]) {
    const [sent] = await owner.upload({ [name]: "bytes" });
    const { url } = await owner.ok("download/get_token", { url: sent?.download });
    const order = { url: String(url), headers: [], from: 2, version: undefined };
    const opened = await ports.sources.open(order, new AbortController().signal);
    opened.close();
    assert.deepEqual([opened.fileName, opened.sizeBytes], [name, 5]);
  }
});
