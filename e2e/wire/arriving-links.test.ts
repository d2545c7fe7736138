import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { endpoints, parseFileLink } from "@consigne/contract";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { begin as beginUpload, type BegunUpload, complete, contentOf, PART_BYTES, partOf, put } from "./_parts.ts";
import { assertAnswer } from "./_shapes.ts";
import { Tus } from "./_tus.ts";
import { addKey, addPerson, assertRefusal, bearer, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SCANNED = "Please wait until the file has been scanned";
const form = { "content-type": "application/x-www-form-urlencoded" };

interface Promised extends BegunUpload {
  url: string;
}

suite("links to files that are still uploading", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let person: Person;
  let stranger: Person;

  before(async () => {
    server = await startTestServer({ clock });
    person = await addPerson(server, "person@example.org");
    stranger = await addPerson(server, "stranger@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const begin = async (size: number, fields: object = {}, by = person): Promise<Promised> => {
    const upload = (await beginUpload(by.client, size, { link: 1, ...fields })) as Promised;
    assert.match(upload.url, /\?[a-z0-9]{20}$/);
    return upload;
  };
  const sendPart = async (id: string, number: number, content: Buffer, by = person) => {
    const answer = await put(server, by.key, { id, number, bytes: partOf(content, number) });
    assert.equal(answer.status, 200, answer.text);
  };
  const page = (url: string, headers: Record<string, string> = {}) =>
    send(url, { headers: { accept: "text/html", ...headers } });
  const bytesOf = async (url: string, by = person): Promise<Buffer> => {
    const { pathname } = new URL(String((await by.client.ok("download/get_token", { url }))["url"]));
    return Buffer.from(await (await fetch(new URL(pathname, server.url))).arrayBuffer());
  };
  const assertGone = async (url: string) => {
    assert.equal((await page(url)).status, 404);
    for (const by of [person, stranger]) assertRefusal(await by.client.call("download/get_token", { url }), 404, 469);
  };
  const assertArriving = async (url: string) => {
    for (const by of [person, stranger]) assertRefusal(await by.client.call("download/get_token", { url }), 503, 600);
    const shown = await page(url);
    assert.equal(shown.status, 503);
    return shown.text;
  };

  test("show how much has arrived, and lead to the file once it is complete", async () => {
    const folder = await makeFolder(person.client, "films");
    const content = contentOf(2, 1000);
    const upload = await begin(content.length, { folder_id: folder, filename: "a <b>.mkv" });
    await sendPart(upload.id, 2, content);
    const [answer] = (assertAnswer(endpoints.uploadsList, await person.client.call("/x/v1/uploads/list"))["uploads"] ??
      []) as Promised[];
    assert.equal(answer?.url, upload.url);
    for (const by of [person, stranger]) {
      for (const [call, body] of [
        ["download/get_token", { url: upload.url }],
        ["file/info", { url: upload.url }],
        ["file/cp", { urls: [upload.url] }],
        ["/x/v1/manifest/get", { url: upload.url }],
      ] as const) {
        const refusal = await by.client.call(call, body);
        assertRefusal(refusal, 503, 600);
        assert.match(
          String(refusal.json?.["message"]),
          /^Please wait until the file has been scanned: 49 % of it/,
          call,
        );
        assert.ok(Number(refusal.headers.get("retry-after")) >= 10);
        const { received_size, size } = refusal.json ?? {};
        assert.deepEqual([received_size, size], [PART_BYTES, content.length]);
      }
    }
    const shown = await page(upload.url);
    assert.equal(shown.status, 503);
    assert.ok(Number(shown.headers.get("retry-after")) >= 10);
    for (const part of ["a &lt;b&gt;.mkv", "49% of 16.0", SCANNED, '<meta http-equiv="refresh" content="'])
      assert.ok(shown.text.includes(part), part);
    const french = await page(`${upload.url}&lg=fr`);
    assert.match(french.text, /Ce fichier est encore en cours d’envoi\u00a0: 49\u00a0%/);
    for (const [url, method] of [
      [upload.url, "HEAD"],
      [`${upload.url}&dl=1`, "GET"],
      [`${upload.url}&e=1`, "GET"],
    ] as const) {
      const program = await send(url, { method, headers: bearer(person.key) });
      assert.equal(program.status, 503, `${method} ${url}`);
      assert.ok(Number(program.headers.get("retry-after")) >= 10);
      assert.equal(program.headers.get("content-disposition"), null);
    }
    assertRefusal(await page(upload.url, { accept: "application/json" }), 503, 600);
    const checked = await send(`${server.url}/check_links.pl`, {
      method: "POST",
      headers: form,
      body: `links[]=${encodeURIComponent(upload.url)}`,
    });
    assert.equal(checked.text, `${upload.url};a <b>.mkv;${content.length}\n`);

    assert.deepEqual((await person.client.ok("file/ls", { folder_id: folder }))["items"], []);
    for (const [call, body] of [
      ["file/rm", { files: [{ url: upload.url }] }],
      ["file/rename", { urls: [{ url: upload.url, filename: "b" }] }],
      ["/x/v1/link/list", { file_id: idOf(upload.url) }],
    ] as const)
      assert.equal((await person.client.call(call, body)).status, 404, call);

    for (const number of [1, 3]) await sendPart(upload.id, number, content);
    assert.match(await assertArriving(upload.url), /99% of/);
    assert.equal((await complete(person.client, upload.id)).url, upload.url);
    for (const by of [person, stranger]) assert.deepEqual(await bytesOf(upload.url, by), content);
    assert.equal((await page(upload.url)).status, 200);
  });

  test("estimate when the file will be ready, from the speed since the last pause", async () => {
    const content = contentOf(4, 0);
    const { id, url } = await begin(content.length);
    assert.match(await assertArriving(url), /How long that will take cannot be said yet/);
    clock.advance(10 * MINUTE_MS);
    await sendPart(id, 1, content);
    assert.match(await assertArriving(url), /in about 30 minutes/);
    clock.advance(5 * MINUTE_MS);
    assert.match(await assertArriving(url), /in about 25 minutes/);
    clock.advance(16 * MINUTE_MS);
    const paused = await page(url);
    assert.match(paused.text, /Nothing has arrived for a while/);
    assert.equal(paused.headers.get("retry-after"), "300");
    clock.advance(10 * HOUR_MS);
    await sendPart(id, 2, content);
    assert.match(await assertArriving(url), /cannot be said yet/);
    clock.advance(2000);
    await sendPart(id, 3, content);
    assert.match(await assertArriving(url), /in less than a minute/);
    clock.advance(-DAY_MS);
    assert.match(await assertArriving(url), /in less than a minute/);
    clock.advance(DAY_MS);
  });

  test("reveal nothing without the password", async () => {
    const { id, url } = await begin(1000, { filename: "secret-name.bin", pass: "open sesame" });
    const asked = await page(url);
    assert.equal(asked.status, 200);
    assert.ok(!asked.text.includes("secret-name"));
    assert.doesNotMatch(asked.text, /has arrived|being uploaded/);
    assert.match(asked.text, /name="pass"/);
    assertRefusal(await stranger.client.call("download/get_token", { url }), 403, 403);
    const wrong = await stranger.client.call("file/info", { url, pass: "no" });
    assertRefusal(wrong, 403, 403);
    assertRefusal(await stranger.client.call("file/info", { url, pass: "open sesame" }), 503, 600);
    const checked = await send(`${server.url}/check_links.pl`, {
      method: "POST",
      headers: form,
      body: `links[]=${encodeURIComponent(url)}`,
    });
    assert.equal(checked.text, `${url};;;PRIVATE\n`);
    const proved = await send(url, {
      method: "POST",
      headers: { accept: "text/html", ...form },
      body: "pass=open+sesame&adz=0.a1",
    });
    assert.equal(proved.status, 503);
    assert.match(proved.text, /secret-name\.bin/);
    assert.doesNotMatch(proved.text, /http-equiv="refresh"/, "it would ask for the password again");
    assert.match((await page(url, bearer(person.key))).text, /secret-name\.bin/, "its owner needs none");
    const content = randomBytes(1000);
    await sendPart(id, 1, content);
    await complete(person.client, id);
    assertRefusal(await stranger.client.call("download/get_token", { url }), 403, 403);
    assert.equal((await stranger.client.call("download/get_token", { url, pass: "open sesame" })).status, 200);
  });

  test("stop working once the upload is cancelled or has expired", async () => {
    const dropped = await begin(1000);
    await assertArriving(dropped.url);
    await person.client.ok("/x/v1/uploads/abort", { id: dropped.id });
    await assertGone(dropped.url);
    const content = contentOf(1, 1);
    const [empty, begun] = [await begin(content.length), await begin(content.length)];
    await sendPart(begun.id, 1, content);
    clock.advance(DAY_MS + 1);
    await assertGone(empty.url);
    await assertArriving(begun.url);
    clock.advance(6 * DAY_MS);
    await assertGone(begun.url);
  });

  test("stop working while the upload's folder is in the trash, and work again once it is restored", async () => {
    const folder = await makeFolder(person.client, "going");
    const content = randomBytes(1000);
    const { id, url } = await begin(content.length, { folder_id: folder });
    await sendPart(id, 1, content);
    await person.client.ok("folder/rm", { folder_id: folder });
    await assertGone(url);
    assertRefusal(await person.client.call("/x/v1/uploads/complete", { id }), 404, 563);
    const [entry] = (await person.client.ok("/x/v1/trash/list"))["entries"] as { id: number }[];
    await person.client.ok("/x/v1/trash/restore", { ids: [entry?.id] });
    await assertArriving(url);
    assert.equal((await complete(person.client, id)).url, url);
    assert.deepEqual(await bytesOf(url, stranger), content);
  });

  test("stop working in a shared folder once the share has ended", async () => {
    const owner = await addPerson(server, "sharing@example.org");
    const folder = await makeFolder(owner.client, "shared");
    await owner.client.ok("/x/v1/share/grant", { folder_id: folder, email: person.email, rw: 1 });
    const { url } = await begin(1000, { folder_id: folder });
    await assertArriving(url);
    assertRefusal(await owner.client.call("file/info", { url }), 503, 600);
    await owner.client.ok("/x/v1/share/revoke", { folder_id: folder, email: person.email });
    await assertGone(url);
    await owner.client.ok("/x/v1/share/grant", { folder_id: folder, email: person.email, rw: 1 });
    await assertArriving(url);
    await server.services.accounts.setLocked("operator", person.account, true);
    assertRefusal(await stranger.client.call("file/info", { url }), 404, 469);
    await server.services.accounts.setLocked("operator", person.account, false);
    await server.services.accounts.setLocked("operator", owner.account, true);
    assertRefusal(await stranger.client.call("file/info", { url }), 404, 469);
  });

  test("are closed when the account is locked, and when a blocked file has the same size", async () => {
    const locked = await addPerson(server, "locked@example.org");
    const content = randomBytes(4321);
    const { url } = await begin(content.length, {}, locked);
    await server.services.accounts.setLocked("operator", locked.account, true);
    assertRefusal(await stranger.client.call("download/get_token", { url }), 403, 620);
    await server.services.accounts.setLocked("operator", locked.account, false);
    await assertArriving(url);
    const file = parseFileLink(await uploadOne(locked.client, "blocked.bin", new Uint8Array(content)))?.id ?? "";
    await server.services.contentBlocks.block("operator", file, "reasons of our own");
    assertRefusal(await stranger.client.call("download/get_token", { url }), 404, 469);
    assert.equal((await page(url)).status, 404);
    assertRefusal(await locked.client.call("download/get_token", { url }), 410, 595);
  });

  test("are treated as the account's own for an unfenced key, and as a stranger's for other keys", async () => {
    const folder = await makeFolder(person.client, "fence");
    const { url } = await begin(1000, { pass: "open sesame" });
    const fenced = await addKey(server, person.account, { fenceFolderId: folder });
    assertRefusal(await fenced.client.call("file/info", { url }), 403, 403);
    assertRefusal(await person.client.call("file/info", { url }), 503, 600);
  });

  test("still lead to the bytes after these replace another file", async () => {
    const older = await uploadOne(person.client, "replaced.bin", "older");
    const content = randomBytes(2000);
    const { id, url } = await begin(content.length, { filename: "replaced.bin", pass: "open sesame" });
    await sendPart(id, 1, content);
    await complete(person.client, id);
    const replace = async (file: string, by: string) => {
      const files = [{ file_id: idOf(file), replacement_id: idOf(by) }];
      const { results } = await person.client.ok("/x/v1/version/replace", { files });
      return (results as { outcome: string }[]).map(({ outcome }) => outcome);
    };
    assert.deepEqual(await replace(older, url), ["done"]);
    assert.deepEqual(await bytesOf(older, stranger), content);
    assertRefusal(await stranger.client.call("download/get_token", { url }), 403, 403);
    const { url: direct } = await stranger.client.ok("download/get_token", { url, pass: "open sesame" });
    const got = await fetch(new URL(new URL(String(direct)).pathname, server.url));
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), content);
    const links = (await person.client.ok("/x/v1/link/list", { file_id: idOf(older) }))["links"] as { url: string }[];
    assert.deepEqual(
      links.map((link) => link.url),
      [older, url],
    );

    const newer = randomBytes(3000);
    const unpromised = await beginUpload(person.client, newer.length);
    assert.ok(!("url" in unpromised));
    await sendPart(unpromised.id, 1, newer);
    const done = await complete(person.client, unpromised.id);
    assert.deepEqual(await replace(older, done.url), ["done"]);
    await assertGone(done.url);
    assert.deepEqual(await bytesOf(older, stranger), newer);
  });

  test("keep downloads in progress and the download limit after the bytes replace another file", async () => {
    const older = await uploadOne(person.client, "limited.bin", "older");
    const content = randomBytes(2000);
    const { id, url } = await begin(content.length, { filename: "limited.bin" });
    await sendPart(id, 1, content);
    await complete(person.client, id);
    await person.client.ok("/x/v1/link/change", { id: idOf(url), max_downloads: 1 });
    const { url: direct } = await stranger.client.ok("download/get_token", { url });
    const { url: unused } = await stranger.client.ok("download/get_token", { url });
    const fetchAt = (from: number, by = direct) =>
      fetch(new URL(new URL(String(by)).pathname, server.url), { headers: { range: `bytes=${from}-` } });
    assert.equal((await fetchAt(0)).status, 206);

    await person.client.ok("/x/v1/version/replace", { files: [{ file_id: idOf(older), replacement_id: idOf(url) }] });
    const rest = await fetchAt(1500);
    assert.equal(rest.status, 206);
    assert.deepEqual(Buffer.from(await rest.arrayBuffer()), content.subarray(1500));
    assert.notEqual((await fetchAt(0, unused)).status, 206);
    assertRefusal(await stranger.client.call("download/get_token", { url }), 403, 631);
    assert.deepEqual(await bytesOf(older, stranger), content);
  });

  test("are known as soon as a tus upload is created, and never change", async () => {
    const tus = new Tus(server, person.key);
    const content = randomBytes(1000);
    const created = await tus.create(content.length, { body: content.subarray(0, 400) });
    const link = String(created.headers.get("consigne-link"));
    assert.match(await assertArriving(link), /40% of/);
    const url = String(created.headers.get("location"));
    assert.equal((await tus.ask(url, "HEAD")).headers.get("consigne-link"), link);
    assert.equal((await tus.patched(url, 400, content.subarray(400))).headers.get("consigne-link"), link);
    assert.deepEqual(await bytesOf(link, stranger), content);
    const later = await tus.create(10, { metadata: { filename: "a", link: "0" } });
    assert.equal(later.headers.get("consigne-link"), null);
  });
});
