import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertRefusal, idOf, send, uploadOne } from "./_wire.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

suite("removal links", () => {
  let server: TestServer;
  let guest: ApiClient;

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    guest = new ApiClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  /** A guest's file and the path that removes it. */
  async function guestsFile(name = "a <b>.txt"): Promise<{ link: string; path: string }> {
    const upload = new FormData();
    upload.append("file[]", new Blob(["hello"]), name);
    const answer = await guest.request("/upload.cgi", { method: "POST", body: upload });
    const report = await guest.request(String(answer.headers.get("location")));
    const { links } = report.json as { links: { download: string; remove: string }[] };
    const [file] = links;
    return { link: file?.download ?? "", path: new URL(file?.remove ?? "").pathname };
  }
  const at = (path: string, options?: Parameters<typeof send>[1]) => send(`${server.url}${path}`, options);
  const posted = (path: string, body: string, headers: Record<string, string> = {}) =>
    at(path, { method: "POST", headers: { ...form, ...headers }, body });
  const statusOf = async (link: string) => (await send(link)).status;

  test("ask first when opened, and remove only through their form", async () => {
    const { link, path } = await guestsFile();
    for (const method of ["GET", "HEAD"]) assert.equal((await at(path, { method })).status, 200);
    const question = await at(path);
    assert.match(question.text, /a &lt;b&gt;\.txt/);
    assert.doesNotMatch(question.text, /not found/i);
    assert.match(question.text, new RegExp(`<form method="post" action="${server.url}${path}">`));
    assert.match(question.text, /<input type="hidden" name="force" value="1">/);
    assert.equal((await posted(path, "force=0")).status, 200);
    assert.equal(await statusOf(link), 200, "nobody has removed it yet");
    const done = await posted(path, "force=1");
    assert.equal(done.status, 200);
    assert.match(done.text, /file has been/);
    assert.equal(await statusOf(link), 404);
    assert.match((await at(path)).text, /File not found/);
    assert.equal((await posted(path, "force=1")).status, 404);
  });

  test("work the way plowshare follows them: behind /en, with a multipart form", async () => {
    const { link, path } = await guestsFile();
    assert.doesNotMatch((await at(`/en${path}`)).text, /File not found/);
    const multipart = new FormData();
    multipart.append("force", "1");
    const { text } = await guest.request(`/en${path}`, { method: "POST", body: multipart });
    assert.match(text, /file has been/);
    assert.equal(await statusOf(link), 404);
  });

  test("remove nothing with a wrong code, and reveal no more than for a missing file", async () => {
    const { link, path } = await guestsFile("secret name.txt");
    const other = await guestsFile();
    const owners = await uploadOne(new ApiClient(server, server.apiKey), "owners.txt");
    const wrong = [
      `/remove/${idOf(link)}/AAAAAAAA`,
      `/remove/${idOf(link)}/${other.path.split("/").at(-1)}`,
      `${path}x`,
      `/remove/${idOf(owners)}/-`,
      "/remove/abcdefghij0123456789/AAAAAAAA",
    ];
    const pages = new Set<string>();
    for (const each of wrong) {
      for (const answer of [await at(each), await posted(each, "force=1")]) {
        assert.equal(answer.status, 404, each);
        assert.match(answer.text, /File not found/);
        pages.add(answer.text.replaceAll(each, "PATH"));
      }
    }
    assert.equal(pages.size, 1);
    assert.equal(await statusOf(link), 200);
    assert.equal(await statusOf(owners), 200);
    assertRefusal(await at(wrong[0] ?? "", { headers: { accept: "application/json" } }), 404, 469);
  });

  test("remove nothing for another site's page", async () => {
    const { link, path } = await guestsFile();
    const answer = await posted(path, "force=1", { origin: "https://elsewhere.example" });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("location"), `${server.url}${path}`);
    assert.equal(await statusOf(link), 200);
  });

  test("of files long gone lock out nobody who cleans up with them", async () => {
    server.limits.use("friendly");
    try {
      for (let gone = 0; gone < 120; gone++) {
        const { status } = await posted(`/remove/abcdefghij${String(gone).padStart(10, "0")}/AAAAAAAA`, "force=1");
        assert.equal(status, 404);
      }
      assert.deepEqual(await server.limits.locks(), []);
    } finally {
      server.limits.use("off");
    }
  });

  test("lock out callers who guess codes", async () => {
    const { path } = await guestsFile();
    server.limits.use("authentic");
    try {
      for (let tries = 0; tries < 500; tries++) {
        const { status } = await at(`/remove/abcdefghij0123456789/${tries}AAAAAAA`);
        if (status === 403) break;
      }
      assert.equal((await at(path)).status, 403);
    } finally {
      server.limits.use("off");
    }
  });
});
