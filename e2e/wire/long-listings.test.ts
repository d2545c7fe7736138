import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { assertRefusal, makeFolder, send, uploadOne } from "./_wire.ts";

const MANY = 1100;

interface Listed {
  url: string;
  filename: string;
  size: number;
}

suite("listings longer than a page", () => {
  let server: TestServer;
  let owner: ApiClient;
  let folder = 0;
  let urls: string[] = [];

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    folder = await makeFolder(owner, "long & wide");
    urls = [await uploadOne(owner, "a <b>.txt", "content", { did: String(folder) })];
    while (urls.length < MANY) {
      const copied = await owner.ok("file/cp", { urls: urls.slice(0, MANY - urls.length), folder_id: folder });
      urls.push(...(copied["urls"] as { to_url: string }[]).map(({ to_url: url }) => url));
    }
    for (let index = 0; index < 300; index++) await makeFolder(owner, `sub ${index}`, folder);
  });
  after(() => server[Symbol.asyncDispose]());

  const newestFirst = async (body: object) => {
    const answer = await owner.call("file/ls", body);
    const { items, count } = assertAnswer(endpoints.fileLs, answer);
    assert.equal(answer.headers.get("content-length"), null);
    assert.equal(count, MANY);
    return items as Listed[];
  };

  test("contain every file once, newest first, in the same format as short ones", async () => {
    for (const folderId of [folder, -1]) {
      const items = await newestFirst({ folder_id: folderId });
      assert.deepEqual(new Set(items.map(({ url }) => url)), new Set(urls));
      assert.equal(items.at(-1)?.url, urls[0]);
    }
  });

  test("contain the files within the requested times", async () => {
    const since = await newestFirst({ folder_id: folder, sent_after: "2001-01-01 00:00:00" });
    assert.equal(since.length, MANY);
    const { count, items } = await owner.ok("file/ls", { folder_id: folder, sent_before: "2001-01-01 00:00:00" });
    assert.deepEqual([count, items], [0, []]);
  });

  test("are indented on request, with the same content", async () => {
    const plain = await owner.call("folder/ls", { folder_id: folder, files: 1 });
    const { sub_folders: folders, items, files } = assertAnswer(endpoints.folderLs, plain);
    assert.deepEqual([(folders as []).length, (items as []).length, files], [300, MANY, MANY]);
    const pretty = await owner.call("folder/ls", { folder_id: folder, files: 1, pretty: 1 });
    assert.equal(pretty.text, `${JSON.stringify(plain.json, null, 2)}\n`);
  });

  test("list a shared folder in every format", async () => {
    const { url } = await owner.ok("folder/share", { folder_id: folder, share: 1 });
    const guest = new ApiClient(server);
    const { pathname } = new URL(String(url));
    const json = await guest.request(`${pathname}?json=1`);
    assert.equal(json.headers.get("content-type"), "application/json; charset=utf-8");
    const entries = JSON.parse(json.text) as { link: string }[];
    assert.equal(json.text, JSON.stringify(entries));
    assert.deepEqual(new Set(entries.map(({ link }) => link)), new Set(urls));
    const readable = await guest.request(`${pathname}?json=2`);
    assert.equal(readable.text, `${JSON.stringify(entries, null, 2)}\n`);
    const page = await guest.request(pathname);
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(page.text.match(/title="Download">.*>a &lt;b&gt;\.txt<\/a>/g)?.length, MANY);
    assert.match(page.text, /<\/table>\n[^]*<\/body>\n<\/html>\n$/);
    const lines = await guest.request(`${pathname}?e=1`);
    assert.equal(lines.text.trimEnd().split("\n").length, MANY);
  });

  test("reach clients without keep-alive", async () => {
    const body = JSON.stringify({ folder_id: folder });
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${server.apiKey}`,
      connection: "close",
    };
    const answer = await send(`${server.url}/v1/file/ls.cgi`, { method: "POST", headers, body });
    const { items = [] } = answer.json ?? {};
    assert.equal((items as []).length, MANY);
  });

  test("stay within a fenced key's folder", async () => {
    const { services } = server;
    const inner = await makeFolder(owner, "inner", folder);
    const below = await uploadOne(owner, "below.txt", "below", { did: String(inner) });
    const account = await services.accounts.getByEmail("operator", server.email);
    const fenced = await services.keys.create("operator", account, { name: "fenced", fenceFolderId: folder });
    const listed = await new ApiClient(server, fenced.text).ok("file/ls", { folder_id: -1 });
    assert.equal(listed["count"], MANY + 1);
    assert.deepEqual(new Set((listed["items"] as Listed[]).map(({ url }) => url)), new Set([...urls, below]));
  });
});

test("listing a shared folder is counted like a call, also for guests", async () => {
  await using server = await startTestServer({ limits: "authentic", clock: new VirtualClock() });
  const guest = new ApiClient(server);
  const answers = [];
  for (let count = 0; count < 5; count++) answers.push(await guest.request("/dir/Ab3dEf9h?json=1"));
  assert.deepEqual(
    answers.slice(0, 3).map(({ status }) => status),
    [404, 404, 404],
  );
  for (const answer of answers.slice(3)) assertRefusal(answer, 403, 374);
});
