import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { endpoints } from "@consigne/contract";
import { type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { until } from "../_until.ts";
import { HostileSource } from "./_hostile-source.ts";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, makeFolder, type Person, readOnlyScopes } from "./_wire.ts";

interface WireItem {
  id: string;
  state: string;
  message?: string;
  link?: string;
  filename?: string;
  received?: number;
  size?: number;
}

describe("remote uploads", () => {
  let server: TestServer;
  let source: HostileSource;
  let owner: Person;

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" } });
    source = await HostileSource.open();
    owner = await addPerson(server, "remote@example.org");
  });
  after(async () => {
    await source[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const request = async (client: ApiClient, body: object): Promise<number> => {
    const answer = assertAnswer(endpoints.remoteRequest, await client.call("remote/request", body));
    return Number(answer["id"]);
  };

  /** Waits until all of its items have ended. */
  async function ended(client: ApiClient, id: number): Promise<WireItem[]> {
    return until(`the end of request ${id}`, async () => {
      const shown = assertAnswer(endpoints.remoteShow, await client.call("/x/v1/remote/show", { id }));
      const { items, ended_at: endedAt } = shown["request"] as { items: WireItem[]; ended_at?: string };
      return endedAt === undefined ? undefined : items;
    });
  }

  const fetched = async (client: ApiClient, ...urls: string[]) => ended(client, await request(client, { urls }));

  async function bytesOf(person: Person, item: WireItem | undefined): Promise<string> {
    const token = await person.client.call("download/get_token", { url: item?.link });
    assert.equal(token.status, 200, token.text);
    return (await fetch(String(token.json?.["url"]))).text();
  }

  test("answer as clients expect, and store the files", async () => {
    const url = source.file("/isos/a%20b.iso", Buffer.from("hello"));
    const folder = await makeFolder(owner.client, "isos");
    const headers = { "X-Token": "topsecret" };
    const answer = await owner.client.call("remote/request", {
      urls: [url, `${source.url}/gone`],
      folder_id: folder,
      headers,
    });
    const asked = assertAnswer(endpoints.remoteRequest, answer);
    assert.deepEqual([asked["urls"], asked["headers"]], [[url, `${source.url}/gone`], headers]);
    const id = Number(asked["id"]);
    const [done, gone] = await ended(owner.client, id);
    assert.deepEqual([done?.state, done?.filename, gone?.state], ["done", "a b.iso", "failed"]);
    assert.equal(await bytesOf(owner, done), "hello");
    const info = assertAnswer(endpoints.remoteInfo, await owner.client.call("remote/info", { id: String(id) }));
    assert.deepEqual(info["links"], asked["urls"]);
    const result = info["result"] as { status: string; download_link?: string; message?: string }[];
    assert.deepEqual(
      result.map(({ status }) => status),
      ["OK", "KO"],
    );
    assert.equal(result[0]?.download_link, done?.link);
    assert.match(result[1]?.message ?? "", /404/);
    const listed = assertAnswer(endpoints.remoteLs, await owner.client.call("remote/ls"));
    const [first] = listed["data"] as { id: number; execution_date: string }[];
    assert.deepEqual([first?.id, first?.execution_date === ""], [id, false]);
    const inFolder = await owner.client.call("file/ls", { folder_id: folder });
    assert.equal(inFolder.json?.["count"], 1);
    assert.equal(source.requestsOf("/isos/a%20b.iso")[0]?.headers["x-token"], "topsecret");
    const everything = await Promise.all([
      owner.client.call("remote/info", { id }),
      owner.client.call("/x/v1/remote/list", {}),
    ]);
    for (const { text } of everything) assert.doesNotMatch(text, /topsecret/);
  });

  test("are accepted at every address in the guide", async () => {
    const url = source.file("/guide.bin", Buffer.from("guide"));
    for (const path of ["/v1/remote/request.cgi", "/v1/remote/remote.cgi", "/remote/remote.cgi", "/"]) {
      const answer = await fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${owner.key}` },
        body: JSON.stringify({ urls: [url], headers: ["X-A: 1", "Cookie: a=b; c=d"] }),
      });
      assert.equal(answer.status, 200, path);
      const body = (await answer.json()) as { id: number; status: string };
      assert.equal(body.status, "OK", path);
      const [item] = await ended(owner.client, body.id);
      assert.equal(item?.state, "done", path);
    }
    assert.equal(source.requestsOf("/guide.bin")[0]?.headers["cookie"], "a=b; c=d");
    const page = await fetch(`${server.url}/`, { headers: { accept: "text/html" } });
    assert.match(page.headers.get("content-type") ?? "", /text\/html/);
    const form = await fetch(`${server.url}/`, { method: "POST", body: new URLSearchParams({ a: "b" }) });
    assert.equal(form.status, 404);
    const stranger = await fetch(`${server.url}/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"urls":["${url}"]}`,
    });
    assert.deepEqual(
      [stranger.status, await stranger.json()],
      [403, { message: "Not authenticated #12", status: "KO" }],
    );
  });

  test("are refused for unusable URLs, other people's folders, and keys without the right", async () => {
    const url = source.file("/x.bin", Buffer.from("x"));
    const other = await addPerson(server, "remote-other@example.org");
    const foreign = await makeFolder(other.client, "theirs");
    const refuse = async (client: ApiClient, body: object, number: number) =>
      assertRefusal(await client.call("remote/request", body), undefined, number);
    await refuse(owner.client, { urls: ["file:///etc/passwd"] }, 550);
    await refuse(owner.client, { urls: [] }, 550);
    await refuse(owner.client, { urls: Array.from({ length: 101 }, () => url) }, 550);
    await refuse(owner.client, { urls: [url], headers: ["nonsense"] }, 550);
    await refuse(owner.client, { urls: [url], folder_id: foreign }, 563);
    const readOnly = await addKey(server, owner.account, { scopes: readOnlyScopes });
    await refuse(readOnly.client, { urls: [url] }, 555);
    const id = await request(owner.client, { urls: [url] });
    assertRefusal(await other.client.call("remote/info", { id }), 404, 469);
    assertRefusal(await other.client.call("/x/v1/remote/cancel", { id }), 404, 469);
  });

  test("fault 7 over the wire: full bodies and wrong ranges in place of the rest", async () => {
    const bytes = Buffer.from("0123456789".repeat(3000));
    const good = source.file("/breaks.bin", bytes, {}, 7000);
    let first = true;
    const lies = source.at("/lies.bin", (_request, response) => {
      const head = { "accept-ranges": "bytes", etag: '"v1"', "content-length": bytes.length };
      response.writeHead(200, head);
      if (!first) return void response.end(bytes);
      first = false;
      response.write(bytes.subarray(0, 5000), () => setTimeout(() => response.destroy(), 50));
    });
    const [one, other] = await fetched(owner.client, good, lies);
    assert.deepEqual([one?.state, other?.state], ["done", "done"]);
    assert.equal(await bytesOf(owner, one), bytes.toString());
    assert.equal(await bytesOf(owner, other), bytes.toString());
    assert.match(source.requestsOf("/breaks.bin").at(-1)?.headers.range ?? "", /^bytes=/);
  });

  test("fault 10 over the wire: a body without a length is stored as received", async () => {
    const endless = source.at("/nolength.bin", (_request, response) => {
      response.write("some ");
      setTimeout(() => response.end("bytes"), 50);
    });
    const [item] = await fetched(owner.client, endless);
    assert.deepEqual([item?.state, item?.received, item?.size], ["done", 10, 10]);
    assert.equal(await bytesOf(owner, item), "some bytes");
  });

  test("fault 11 over the wire: names come from the source, or else from the URL", async () => {
    const named = source.file("/n1", Buffer.from("1"), {
      "content-disposition": `attachment; filename="x.txt"; filename*=UTF-8''%C3%A9.txt`,
    });
    const target = source.file("/cdn/0a1b2c3d", Buffer.from("2"));
    const redirected = source.at(
      "/real-name.bin",
      (_request, response) => void response.writeHead(302, { location: target }).end(),
    );
    const twice = source.file("/a%2520b.bin", Buffer.from("3"));
    const folder = source.file("/folder/", Buffer.from("{}"), { "content-type": "application/json" });
    const items = await fetched(owner.client, named, redirected, twice, folder);
    assert.deepEqual(
      items.map(({ filename }) => filename),
      ["é.txt", "real-name.bin", "a%20b.bin", "127.0.0.1.json"],
    );
  });

  test("are cancelled when stalled, and fetched again on request", async () => {
    const bytes = Buffer.from("later");
    let stalls = true;
    const url = source.at("/stalls.bin", (_request, response) => {
      response.writeHead(200, { "content-length": bytes.length });
      if (stalls) response.write("l");
      else response.end(bytes);
    });
    const id = await request(owner.client, { urls: [url] });
    while (source.requestsOf("/stalls.bin").length === 0) await sleep(20);
    assertAnswer(endpoints.remoteCancel, await owner.client.call("/x/v1/remote/cancel", { id }));
    assert.equal((await ended(owner.client, id))[0]?.state, "cancelled");
    stalls = false;
    assertAnswer(endpoints.remoteRetry, await owner.client.call("/x/v1/remote/retry", { id }));
    const [item] = await ended(owner.client, id);
    assert.equal(item?.state, "done");
    assert.equal(await bytesOf(owner, item), "later");
    assertRefusal(await owner.client.call("/x/v1/remote/retry", { id }), 400, 550);
  });

  test("can be cleared from the list once ended, which keeps their files, but not while running", async () => {
    const bytes = Buffer.from("x");
    const url = source.at("/never.bin", (_request, response) => {
      response.writeHead(200, { "content-length": 2 });
      response.write(bytes);
    });
    const kept = source.file("/kept-after.bin", bytes);
    const id = await request(owner.client, { urls: [url, kept] });
    while (source.requestsOf("/never.bin").length === 0) await sleep(20);
    assertRefusal(await owner.client.call("/x/v1/remote/remove", { id }), 400, 550);
    await owner.client.ok("/x/v1/remote/cancel", { id });
    const [, arrived] = await ended(owner.client, id);
    assertAnswer(endpoints.remoteRemove, await owner.client.call("/x/v1/remote/remove", { id }));
    assertRefusal(await owner.client.call("/x/v1/remote/show", { id }), 404, 469);
    assertRefusal(await owner.client.call("/x/v1/remote/remove", { id }), 404, 469);
    if (arrived?.state === "done") assert.equal(await bytesOf(owner, arrived), "x");
  });

  test("explain failures in French on request, and say that a login is not stored", async () => {
    const id = await request(owner.client, { urls: [`${source.url.replace("//", "//me:secret@")}/gone`] });
    const [english] = await ended(owner.client, id);
    assert.match(english?.message ?? "", /answered 404/);
    const shown = await owner.client.ok("/x/v1/remote/show", { id, language: "fr" });
    const [french] = (shown["request"] as { items: (WireItem & { has_credentials?: number })[] }).items;
    assert.match(french?.message ?? "", /a répondu 404/);
    assert.equal(french?.has_credentials, 1);
    assertRefusal(await owner.client.call("/x/v1/remote/show", { id, language: "de" }), 400, 550);
  });

  test("are listed page by page, newest first", async () => {
    const url = source.file("/page.bin", Buffer.from("p"));
    const ids = [await request(owner.client, { urls: [url] }), await request(owner.client, { urls: [url] })];
    const page = assertAnswer(endpoints.remoteList, await owner.client.call("/x/v1/remote/list", { limit: 1 }));
    assert.deepEqual(
      (page["requests"] as { id: number }[]).map(({ id }) => id),
      [ids[1]],
    );
    const next = await owner.client.ok("/x/v1/remote/list", { limit: 1, before: page["next"] });
    assert.deepEqual(
      (next["requests"] as { id: number }[]).map(({ id }) => id),
      [ids[0]],
    );
  });
});
