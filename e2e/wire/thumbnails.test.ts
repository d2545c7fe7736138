import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { endpoints } from "@consigne/contract";
import { type Ports, scopesOf } from "@consigne/core";
import { createClient } from "@consigne/sdk";
import type { ApiClient, TestServer } from "@consigne/testkit";
import { startWithDownloadOrigin } from "../_download-origin.ts";
import { png } from "../_pictures.ts";
import { Browser } from "./_browser.ts";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const DAY_MS = 24 * 3_600_000;

interface ListedEntry {
  name: string;
  thumbnail?: string;
}

suite("image thumbnails", () => {
  let server: TestServer & { downloadUrl: string };
  let ports: Ports;
  let person: Person;

  before(async () => {
    server = await startWithDownloadOrigin({}, (created) => (ports = created));
    person = await addPerson(server, "person@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const entries = async (folderId: number, client: ApiClient = person.client, asked: 0 | 1 = 1) =>
    (await client.ok("/x/v1/folder/list", { folder_id: folderId, thumbnails: asked }))["entries"] as ListedEntry[];
  const addressOf = async (url: string, client: ApiClient = person.client) => {
    const answer = await client.call("/x/v1/entry/stat", { file_id: idOf(url), thumbnails: 1 });
    return (assertAnswer(endpoints.entryStat, answer)["entry"] as ListedEntry).thumbnail;
  };
  const upload = async (name: string, content: Uint8Array<ArrayBuffer> | string, folderId = 0) => {
    const link = await uploadOne(person.client, name, content, { did: String(folderId) });
    return { link, address: (await addressOf(link)) ?? assert.fail(`${name} has no thumbnail`) };
  };
  const created = async (address: string, pauseMs = 20) => {
    for (const endsAt = Date.now() + 200_000; ;) {
      const answer = await send(address);
      if (answer.status !== 202) return answer;
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.equal(answer.headers.get("retry-after"), "1");
      assert.ok(Date.now() < endsAt, "the thumbnail is not made within three minutes");
      await sleep(pauseMs);
    }
  };
  const unfinished = () =>
    server.services.jobs.list("operator", { kind: "thumbnail", states: ["ready", "running", "delayed", "dead"] });
  /** A picture can appear before its job has ended. A failed job never leaves the list. */
  const allEnded = async () => {
    for (const endsAt = Date.now() + 60_000; ;) {
      const left = await unfinished();
      if (left.length === 0) return;
      assert.ok(Date.now() < endsAt, `after a minute there are still ${JSON.stringify(left)}`);
      await sleep(20);
    }
  };

  test("are offered on request for images that may be downloaded", async () => {
    const folder = await makeFolder(person.client, "told");
    const files = ["a.png", "b.JPG", "c.webp", "d.gif", "e.avif", "f.svg", "g.txt", "h.pdf", "i.tiff"];
    await person.client.upload(Object.fromEntries(files.map((name) => [name, name])), { did: String(folder) });
    const told = (await entries(folder)).filter(({ thumbnail }) => thumbnail !== undefined);
    assert.deepEqual(
      told.map(({ name }) => name),
      ["a.png", "b.JPG", "c.webp", "d.gif", "e.avif"],
    );
    assert.ok(told.every(({ thumbnail = "" }) => thumbnail.startsWith(`${server.downloadUrl}/t`)));
    assert.deepEqual(
      await entries(folder, person.client, 0).then((all) => all.filter((each) => "thumbnail" in each)),
      [],
    );
    const found = await person.client.ok("/x/v1/entry/search", { text: "a.png", thumbnails: 1 });
    assert.ok((found["matches"] as { entry: ListedEntry }[])[0]?.entry.thumbnail);
    const lister = await addKey(server, person.account, { scopes: scopesOf({ files: "read" }) });
    assert.deepEqual(
      (await entries(folder, lister.client)).filter((each) => "thumbnail" in each),
      [],
    );
    const client = createClient({ url: server.url, apiKey: person.key, pacing: "off" });
    const page = await client.entries.page(folder, { withThumbnails: true });
    assert.deepEqual(
      page.entries.map((each) => each.kind === "file" && each.thumbnailUrl),
      (await entries(folder)).map(({ thumbnail }) => thumbnail),
    );
  });

  test("are made on demand, and never change", async () => {
    const { link, address } = await upload("made.png", png(640, 320));
    const answer = await created(address);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "image/webp");
    assert.match(answer.text, /^RIFF[^]{4}WEBP|^RIFF/);
    assert.match(answer.headers.get("cache-control") ?? "", /^private, max-age=\d+$/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.match(answer.headers.get("content-security-policy") ?? "", /sandbox/);
    assert.equal(answer.headers.get("set-cookie"), null);
    const etag = answer.headers.get("etag") ?? "";
    assert.equal((await send(address, { headers: { "if-none-match": etag } })).status, 304);
    const head = await send(address, { method: "HEAD" });
    assert.deepEqual([head.status, head.text], [200, ""]);
    assert.equal(await addressOf(link), address, "a browser can cache it");
    assert.equal((await send(address.replace(server.downloadUrl, server.url))).status, 200);
    await allEnded();
    const { entry } = await person.client.ok("/x/v1/entry/stat", { file_id: idOf(link) });
    assert.equal((entry as { downloads: number }).downloads, 0, "it does not count as a download");
  });

  test("are not made of undecodable files, each tried once", async () => {
    const broken = {
      "cut.png": png(200, 200).slice(0, 80),
      "text.png": "no picture at all",
      "svg.png": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
      "bomb.png": png(1, 1, [1, 2, 3], { width: 60_000, height: 60_000 }),
    };
    for (const [name, content] of Object.entries(broken)) {
      const { address } = await upload(name, content);
      assert.equal((await created(address)).status, 404, name);
      assert.equal((await send(address)).status, 404, name);
    }
    await allEnded();
    assert.equal((await created((await upload("after.png", png(9, 9, [9, 9, 9]))).address)).status, 200);
  });

  test("are made of a hundred images while other calls are answered", async () => {
    const folder = await makeFolder(person.client, "hundred");
    const pictures = Array.from({ length: 100 }, (_, at) => [`${at}.png`, png(64, 64, [at, 100, 200])] as const);
    await person.client.upload(Object.fromEntries(pictures), { did: String(folder) });
    const addresses = (await entries(folder)).map(({ thumbnail = "" }) => thumbnail);
    assert.equal(new Set(addresses).size, 100);
    const link = await uploadOne(person.client, "asked.txt", "asked");
    const all = Promise.all(addresses.map((address) => created(address, 300))).then((answers) =>
      answers.map(({ status }) => status),
    );
    let isDone = false;
    void all.finally(() => (isDone = true));
    let asked = 0;
    for (; !isDone; asked++) {
      assert.equal((await person.client.ok("file/info", { url: link }))["filename"], "asked.txt");
      await sleep(50);
    }
    assert.ok(asked > 0);
    assert.deepEqual(new Set(await all), new Set([200]));
  });

  test("are not served from an altered address, or to another account", async () => {
    const { address } = await upload("own.png", png(30, 30, [1, 1, 1]));
    assert.equal((await created(address)).status, 200);
    const begin = `${server.downloadUrl}/t`.length;
    for (const at of [begin, begin + 30, address.length - 1]) {
      const other = address[at] === "A" ? "B" : "A";
      const altered = `${address.slice(0, at)}${other}${address.slice(at + 1)}`;
      assert.equal((await send(altered)).status, 404, altered);
    }
    assert.equal((await send(`${server.downloadUrl}/t${"a".repeat(60)}`)).status, 404);
    assert.equal((await send(`${server.downloadUrl}/t${"a".repeat(39)}`)).status, 404);
  });

  test("are visible as long as the key may download the file", async () => {
    const key = await addKey(server, person.account);
    const fromHere = await addKey(server, person.account, { allowedAddresses: ["127.0.0.1", "::1"] });
    const { link } = await upload("seen.png", png(30, 30, [2, 2, 2]));
    const byKey = (await addressOf(link, key.client)) ?? "";
    const byOther = (await addressOf(link, fromHere.client)) ?? "";
    assert.equal((await created(byKey)).status, 200);
    const elsewhere = { "x-forwarded-for": "192.0.2.9" };
    assert.equal((await send(byKey, { headers: elsewhere })).status, 200);
    assert.equal((await send(byOther, { headers: elsewhere })).status, 403);
    await server.services.keys.revoke("operator", key.id);
    assert.equal((await send(byKey)).status, 403);
    assert.equal((await send(byOther)).status, 200);
    await server.services.contentBlocks.block("operator", idOf(link), "reasons of our own");
    assert.equal((await send(byOther)).status, 410);
    assert.equal(await addressOf(link), undefined);
  });

  test("are visible as long as the session lasts", async () => {
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    const { link } = await upload("session.png", png(30, 30, [3, 3, 3]));
    const headers = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
    const answer = await send(`${server.url}/x/v1/entry/stat`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ file_id: idOf(link), thumbnails: 1 }),
    });
    const address = (answer.json?.["entry"] as ListedEntry | undefined)?.thumbnail ?? assert.fail(answer.text);
    assert.equal((await created(address)).status, 200);
    const { text } = await browser.open("/logout.pl");
    await browser.post("/logout.pl", { a: "1", b: /name="b" value="(\w+)"/.exec(text)?.[1] ?? assert.fail(text) });
    assert.equal((await send(address)).status, 404);
  });

  test("are visible to people a folder is shared with until the share ends, but never without links", async () => {
    const folder = await makeFolder(person.client, "shared");
    const link = await uploadOne(person.client, "shared.png", png(30, 30, [6, 6, 6]), { did: String(folder) });
    const [reader, blind, stranger] = [
      await addPerson(server, "reader@example.org"),
      await addPerson(server, "blind@example.org"),
      await addPerson(server, "stranger@example.org"),
    ];
    const give = (email: string, rights: object = {}) =>
      person.client.ok("/x/v1/share/grant", { folder_id: folder, email, ...rights });
    await give(reader.email);
    await give(blind.email, { hide_links: 1 });
    const address = (await addressOf(link, reader.client)) ?? assert.fail("a reader gets none");
    assert.deepEqual(
      (await entries(folder, reader.client)).map(({ thumbnail }) => thumbnail),
      [address],
    );
    assert.equal((await created(address)).status, 200);
    for (const more of [{}, { sort: "size" }, { name: "shared" }]) {
      const told = await blind.client.ok("/x/v1/folder/list", { folder_id: folder, thumbnails: 1, ...more });
      assert.ok(!("thumbnail" in ((told["entries"] as object[])[0] ?? assert.fail())));
    }
    assert.equal((await stranger.client.call("/x/v1/folder/list", { folder_id: folder, thumbnails: 1 })).status, 404);
    await give(reader.email, { hide_links: 1 });
    assert.equal((await send(address)).status, 404, "links are hidden from now on");
    await give(reader.email);
    assert.equal((await send(address)).status, 200);
    await person.client.ok("/x/v1/share/revoke", { folder_id: folder, email: reader.email });
    assert.equal((await send(address)).status, 404, "the share has ended");
  });

  test("are removed with the file, and change with its content", async () => {
    const { link, address } = await upload("changing.png", png(30, 30, [4, 4, 4]));
    assert.equal((await created(address)).status, 200);
    const { blobKey = "" } = (await ports.database.files.findById(idOf(link))) ?? {};
    assert.ok((await ports.thumbnails?.store.find(blobKey))?.bytes);
    await person.client.ok("/x/v1/batch/change", { changes: [{ file_id: idOf(link), remove: 1 }] });
    assert.equal((await send(address)).status, 404, "in the trash");
    await person.client.ok("/x/v1/trash/remove", { all: 1 });
    await server.services.bytesRemover.run();
    assert.equal(await ports.thumbnails?.store.find(blobKey), undefined);
  });

  test("have addresses that expire after a while", async () => {
    const { link, address } = await upload("late.png", png(30, 30, [5, 5, 5]));
    assert.equal((await created(address)).status, 200);
    server.clock.advance(DAY_MS - 60_000);
    assert.equal((await send(address)).status, 200, "a day at least");
    server.clock.advance(DAY_MS + 60_000);
    assert.equal((await send(address)).status, 410);
    assert.equal((await send((await addressOf(link)) ?? "")).status, 200);
    server.clock.advance(-2 * DAY_MS);
  });
});

test("disabled thumbnails are neither offered nor made", async () => {
  await using server = await startWithDownloadOrigin({ CONSIGNE_THUMBNAIL_BYTES: "0" });
  const person = await addPerson(server, "person@example.org");
  await uploadOne(person.client, "a.png", png(9, 9));
  const list = await person.client.ok("/x/v1/folder/list", { thumbnails: 1 });
  assert.ok(!("thumbnail" in ((list["entries"] as object[])[0] ?? {})));
  assert.equal((await send(`${server.downloadUrl}/t${"a".repeat(100)}`)).status, 404);
});
