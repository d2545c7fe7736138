import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import type { Ports } from "@consigne/core";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { contentOf, MIB, PART_BYTES, put } from "./_parts.ts";
import { checksumOf, chunkHead, metadataOf, tellOfAdvances, Tus } from "./_tus.ts";
import { addKey, addPerson, assertRefusal, makeFolder, type Person, readOnlyScopes, send, uploadOne } from "./_wire.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

suite("uploads by tus", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let person: Person;
  let other: Person;
  let ports: Ports;
  let tus: Tus;
  /** Called once received bytes were recorded. */
  let whenAdvanced: (() => void) | undefined;

  before(async () => {
    server = await startTestServer({
      clock,
      settings: { CONSIGNE_MIN_FREE_BYTES: "1", CONSIGNE_MAX_FILE_BYTES: String(200 * MIB) },
      replacePorts: (embedded) => (ports = tellOfAdvances(embedded, () => whenAdvanced?.())),
    });
    person = await addPerson(server, "person@example.org");
    other = await addPerson(server, "other@example.org");
    tus = new Tus(server, person.key);
  });
  after(() => server[Symbol.asyncDispose]());

  const bytesOf = async (url: string): Promise<Buffer> => {
    const { pathname } = new URL(String((await person.client.ok("download/get_token", { url }))["url"]));
    return Buffer.from(await (await fetch(new URL(pathname, server.url))).arrayBuffer());
  };
  const idOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);
  const linkOf = async (url: string) => String((await tus.ask(url, "HEAD")).headers.get("consigne-link"));
  const openUploads = async (by = person) => (await by.client.ok("/x/v1/uploads/list"))["uploads"] as { id: string }[];

  test("describe the protocol, also to pages of other sites", async () => {
    const id = idOf(await tus.begin(1));
    for (const path of ["/x/v1/tus", `/x/v1/tus/${id}`]) {
      const { status, headers } = await send(`${server.url}${path}`, { method: "OPTIONS" });
      assert.equal(status, 204);
      assert.equal(headers.get("tus-version"), "1.0.0");
      assert.equal(headers.get("tus-extension"), "creation,creation-with-upload,expiration,checksum,termination");
      assert.equal(headers.get("tus-checksum-algorithm"), "sha1,sha256");
      assert.equal(headers.get("tus-max-size"), String(200 * MIB));
    }
    const { extensions } = await person.client
      .ok("/x/v1/about", {})
      .catch(async () => (await send(`${server.url}/x/v1/about`)).json ?? {});
    assert.ok((extensions as string[]).includes("tus"));
  });

  test("make the file from requests of any length, listed only once complete", async () => {
    const folder = await makeFolder(person.client, "films");
    const content = contentOf(2, 4321);
    const metadata = { filename: "é ü.mkv", filetype: "video/x-test", path: "/films", anything: "else" };
    const url = await tus.begin(content.length, { metadata });
    assert.equal(url, `${server.url}/x/v1/tus/${idOf(url)}`);
    const link = await linkOf(url);
    let at = 0;
    for (const size of [1, 5 * MIB, 3 * MIB - 1, 0, MIB, 7 * MIB + 4320]) {
      const { headers } = await tus.patched(url, at, content.subarray(at, at + size));
      at += size;
      assert.equal(headers.get("consigne-link"), link);
      const state = await tus.ask(url, "HEAD");
      assert.equal(state.headers.get("upload-offset"), String(at));
      assert.equal(state.headers.get("upload-length"), String(content.length));
      assert.equal(state.headers.get("upload-metadata"), metadataOf(metadata));
      assert.equal(state.headers.get("cache-control"), "no-store");
      assert.ok(new Date(String(state.headers.get("upload-expires"))) > clock.now());
      assert.deepEqual((await person.client.ok("file/ls", { folder_id: folder }))["items"], []);
    }
    const { headers: last } = await tus.patched(url, at, content.subarray(at));
    assert.match(link, /\?[a-z0-9]{20}$/);
    assert.equal(last.get("consigne-link"), link);
    assert.equal(await linkOf(url), link);
    const info = await person.client.ok("file/info", { url: link });
    assert.deepEqual(
      [info["filename"], info["size"], info["path"], info["content-type"]],
      ["é ü.mkv", content.length, "films", "video/x-test"],
    );
    assert.deepEqual(await bytesOf(link), content);
    const again = await uploadOne(person.client, "b.mkv", new Uint8Array(content));
    assert.equal((await person.client.ok("file/info", { url: again }))["checksum"], info["checksum"]);
    assert.equal(await tus.offset(url), content.length);
    assertRefusal(await tus.ask(url, "DELETE"), 404, 570);
    assertRefusal(await tus.patch(url, content.length, randomBytes(1)), 400, 550);
    clock.advance(DAY_MS + 1);
    assert.equal((await tus.ask(url, "HEAD")).status, 404);
    assert.deepEqual(await bytesOf(link), content);
  });

  test("are verified by the manifest, however they were split", async () => {
    const content = contentOf(1, 5 * MIB);
    const url = await tus.begin(content.length);
    for (let at = 0; at < content.length; at += 3 * MIB) {
      await tus.patched(url, at, content.subarray(at, at + 3 * MIB));
    }
    const whole = await tus.begin(content.length);
    await tus.patched(whole, 0, content);
    const leaves = async (link: string) =>
      (await person.client.ok("/x/v1/manifest/get", { url: link }))["sha256"] as string[];
    assert.deepEqual(await leaves(await linkOf(url)), await leaves(await linkOf(whole)));
  });

  test("can send the first bytes with the creation, or the whole file", async () => {
    const content = randomBytes(1000);
    const begun = await tus.create(content.length, { body: content.subarray(0, 400) });
    assert.equal(begun.status, 201, begun.text);
    assert.equal(begun.headers.get("upload-offset"), "400");
    const url = String(begun.headers.get("location"));
    await tus.patched(url, 400, content.subarray(400));
    assert.deepEqual(await bytesOf(await linkOf(url)), content);
    const whole = await tus.create(content.length, { body: content });
    assert.deepEqual(await bytesOf(String(whole.headers.get("consigne-link"))), content);
    const before = (await openUploads()).length;
    assertRefusal(await tus.create(10, { body: randomBytes(11) }), 400, 550);
    assertRefusal(await tus.create(10, { body: content, headers: checksumOf("sha1", content) }), 400, 550);
    assertRefusal(await tus.create(10, { body: randomBytes(10), headers: checksumOf("sha256", content) }), 460, 586);
    assert.equal((await openUploads()).length, before);
  });

  test("create an empty file at once", async () => {
    const folder = await makeFolder(person.client, "empty");
    const answer = await tus.create(0, { metadata: { filename: "nothing.txt", folder_id: String(folder) } });
    assert.equal(answer.status, 201, answer.text);
    const link = String(answer.headers.get("consigne-link"));
    const info = await person.client.ok("file/info", { url: link });
    assert.deepEqual([info["filename"], info["size"]], ["nothing.txt", 0]);
    assert.equal(await tus.offset(String(answer.headers.get("location"))), 0);
    assert.equal(((await person.client.ok("file/ls", { folder_id: folder }))["items"] as unknown[]).length, 1);
  });

  test("reject bytes with a wrong checksum, even if the request breaks off", async () => {
    const content = contentOf(1, MIB);
    const url = await tus.begin(content.length);
    const first = content.subarray(0, 3 * MIB);
    const wrong = checksumOf("sha256", randomBytes(8));
    assertRefusal(await tus.patch(url, 0, first, wrong), 460, 586);
    assertRefusal(await tus.patch(url, 0, content, checksumOf("sha1", first)), 460, 586);
    assert.equal(await tus.offset(url), 0);
    await tus.patched(url, 0, first, checksumOf("sha1", first));
    const rest = content.subarray(first.length);
    const cut = tus.open(url, first.length, { length: rest.length, headers: checksumOf("sha256", rest) });
    await cut.write(randomBytes(5 * MIB + MIB / 2));
    cut.sent.destroy();
    assert.equal(await tus.offset(url), first.length);
    await tus.patched(url, first.length, rest, checksumOf("sha256", rest));
    assert.deepEqual(await bytesOf(await linkOf(url)), content);
  });

  test("refuse useless checksums", async () => {
    const url = await tus.begin(5);
    const { "upload-checksum": right = "" } = checksumOf("sha256", Buffer.from("hello"));
    for (const text of [
      "",
      "sha256",
      "md5 XUFAKrxLKna5cZ2REBfFkg==",
      "sha256 aGVsbG8=",
      `${right} x`,
      right.slice(0, -1),
      "sha1 %%%",
    ]) {
      assertRefusal(await tus.patch(url, 0, Buffer.from("hello"), { "upload-checksum": text }), 400, 550);
    }
    const endless = tus.open(url, 0, { headers: { "upload-checksum": right } });
    endless.sent.end("hello");
    assert.equal((await endless.answer).status, 400);
    assert.equal(await tus.offset(url), 0);
    await tus.patched(url, 0, Buffer.from("hello"), { "upload-checksum": right });
  });

  test("keep what arrived before a disconnect, and continue from there", async () => {
    const content = contentOf(2, 777);
    const url = await tus.begin(content.length);
    let at = 0;
    for (const size of [5 * MIB, 6 * MIB, 100]) {
      const cut = tus.open(url, at, { length: content.length - at });
      await cut.write(content.subarray(at, at + size));
      cut.sent.destroy();
      const now = await tus.offset(url);
      assert.ok(now >= at && now <= at + size, `${now} of ${at} and ${size}`);
      assert.equal(await tus.offset(url), now);
      at = now;
    }
    const chunked = tus.open(url, at);
    chunked.sent.end(content.subarray(at));
    const { status, offset } = await chunked.answer;
    assert.deepEqual([status, offset], [204, String(content.length)]);
    assert.deepEqual(await bytesOf(await linkOf(url)), content);
  });

  test("end a stalled request when another asks for the offset, and keep its bytes", async () => {
    const content = contentOf(1, 10);
    const url = await tus.begin(content.length);
    const silent = tus.open(url, 0, { length: content.length });
    const { promise: noted, resolve } = Promise.withResolvers<void>();
    whenAdvanced = resolve;
    await silent.write(content.subarray(0, PART_BYTES + 5));
    await noted;
    whenAdvanced = undefined;
    const at = await tus.offset(url);
    assert.ok(at >= PART_BYTES);
    assert.equal((await silent.answer).status, 423);
    await tus.patched(url, at, content.subarray(at));
    assert.deepEqual(await bytesOf(await linkOf(url)), content);
  });

  test("are locked while another process receives their bytes", async () => {
    const url = await tus.begin(10);
    await using lock = await ports.locker.tryAcquire(`part-upload ${idOf(url)} stream`, 60_000);
    assert.ok(lock);
    assertRefusal(await tus.patch(url, 0, randomBytes(10)), 423, 571);
    assert.equal(await tus.offset(url), 0);
  });

  test("refuse a wrong offset, and more bytes than announced", async () => {
    const content = randomBytes(100);
    const url = await tus.begin(content.length);
    await tus.patched(url, 0, content.subarray(0, 50));
    for (const offset of [0, 49, 51, 100, 2 ** 52]) assertRefusal(await tus.patch(url, offset, content), 409, 588);
    assertRefusal(await tus.patch(url, 50, content), 400, 550);
    const chunked = tus.open(url, 50);
    chunked.sent.end(content);
    assert.equal((await chunked.answer).status, 400);
    for (const offset of ["", "-1", "1e1", "0x32", "50.0", "9".repeat(16), "50, 50"]) {
      assertRefusal(await tus.patch(url, 0, content, { "upload-offset": offset }), 400, 550);
    }
    assert.equal(await tus.offset(url), 50);
    await tus.patched(url, 50, content.subarray(50));
    assert.deepEqual(await bytesOf(await linkOf(url)), content);
  });

  test("refuse other versions and other content types", async () => {
    const url = await tus.begin(5);
    for (const version of ["", "0.2.2", "1.0.0, 1.0.0"]) {
      for (const answer of [
        await tus.create(5, { headers: { "tus-resumable": version } }),
        await tus.patch(url, 0, Buffer.from("hello"), { "tus-resumable": version }),
        await tus.ask(url, "DELETE", { "tus-resumable": version }),
      ]) {
        assertRefusal(answer, 412, 589);
        assert.equal(answer.headers.get("tus-version"), "1.0.0");
      }
    }
    for (const type of ["application/octet-stream", "multipart/form-data; boundary=x"]) {
      assertRefusal(await tus.patch(url, 0, Buffer.from("hello"), { "content-type": type }), 415, 597);
      assertRefusal(await tus.create(5, { body: Buffer.from("hello"), headers: { "content-type": type } }), 415, 597);
    }
    assert.equal(await tus.offset(url), 0);
  });

  test("refuse invalid or deferred lengths, and concatenation", async () => {
    for (const length of ["", "-1", "ten", "1.5", "9".repeat(17)]) {
      assertRefusal(await tus.create(0, { headers: { "upload-length": length } }), 400, 550);
    }
    assertRefusal(await tus.create(201 * MIB), 413, 575);
    assertRefusal(await tus.create(1, { headers: { "upload-defer-length": "1" } }), 400, 550);
    for (const concat of ["partial", "final;/x/v1/tus/a /x/v1/tus/b"]) {
      assertRefusal(await tus.create(1, { headers: { "upload-concat": concat } }), 400, 550);
    }
  });

  test("treat names in the metadata as names and nothing else", async () => {
    const told = async (metadata: object) => tus.create(1, { metadata });
    for (const filename of ["", ".", "..", "a/b", "é".repeat(600)]) assertRefusal(await told({ filename }), 400);
    for (const header of [
      "",
      "filename",
      "filename %%%",
      "filename YQ== YQ==",
      "filename YQ==,filename Yg==",
      "filename YQ==,,",
      "filename /w==",
      `filename YQ==,folder_id ${Buffer.from("1e3").toString("base64")}`,
      `filename YQ==,x ${"A".repeat(4096)}`,
      metadataOf({ filename: "a", path: "/", folder_id: "1" }),
    ]) {
      assertRefusal(await tus.create(1, { headers: { "upload-metadata": header } }), 400);
    }
    assertRefusal(await told({ filename: "a", folder_id: "999999" }), 404, 563);
    assertRefusal(await told({ filename: "a", path: "/not there" }), 404, 563);
    const odd = `<script>"'\r\n\u202e.exe`;
    const url = await tus.begin(2, { metadata: { name: odd, type: "null" } });
    const { headers } = await tus.patched(url, 0, Buffer.from("ok"));
    const info = await person.client.ok("file/info", { url: String(headers.get("consigne-link")) });
    const usual = await uploadOne(person.client, odd.replaceAll(/[\r\n"]/g, ""));
    assert.equal(typeof info["filename"], "string");
    assert.doesNotMatch(String(info["filename"]), /[\r\n]/);
    assert.ok(usual);
  });

  test("set the requested password on the link, and never repeat it", async () => {
    const url = await tus.begin(5, { metadata: { filename: "a", pass: "open sesame" } });
    assert.equal((await tus.ask(url, "HEAD")).headers.get("upload-metadata"), metadataOf({ filename: "a" }));
    await tus.patched(url, 0, Buffer.from("hello"));
    const link = await linkOf(url);
    assertRefusal(await other.client.call("download/get_token", { url: link }), 403, 403);
    await other.client.ok("download/get_token", { url: link, pass: "open sesame" });
  });

  test("do not exist for other accounts, if never created, or if made in parts", async () => {
    const url = await tus.begin(5);
    const { upload } = await person.client.ok("/x/v1/uploads/create", { filename: "a", size: 5 });
    const { id: byParts } = upload as { id: string };
    const stranger = new Tus(server, other.key);
    const urls = [byParts, "0".repeat(16), "x", "..%2f"].map((id) => `${server.url}/x/v1/tus/${id}`);
    for (const [client, foreign] of [[stranger, url], ...urls.map((each) => [tus, each])] as [Tus, string][]) {
      assert.equal((await client.ask(foreign, "HEAD")).status, 404, foreign);
      assertRefusal(await client.ask(foreign, "DELETE"), 404, 570);
      assertRefusal(await client.patch(foreign, 0, Buffer.from("hello")), 404, 570);
    }
    const nobody = new Tus(server, "z".repeat(32));
    const reader = new Tus(server, (await addKey(server, person.account, { scopes: readOnlyScopes })).text);
    for (const client of [nobody, reader]) {
      assertRefusal(await client.create(5), 403);
      assertRefusal(await client.patch(url, 0, Buffer.from("hello")), 403);
      assertRefusal(await client.ask(url, "DELETE"), 403);
      assert.equal((await client.ask(url, "HEAD")).status, 403);
    }
    const { authorization: _, ...unknown } = chunkHead("", 0);
    assertRefusal(await send(url, { method: "PATCH", headers: unknown, body: "hello" }), 403, 12);
    assert.equal(await tus.offset(url), 0);
  });

  test("refuse a part sent by the other protocol, and an early completion", async () => {
    const content = randomBytes(20);
    const url = await tus.begin(content.length);
    await tus.patched(url, 0, content.subarray(0, 5));
    assertRefusal(await put(server, person.key, { id: idOf(url), number: 1, bytes: content }), 409, 585);
    assertRefusal(await person.client.call("/x/v1/uploads/complete", { id: idOf(url) }), 409, 571);
    const { upload } = await person.client.ok("/x/v1/uploads/parts", { id: idOf(url) });
    assert.equal((upload as { received_size: number }).received_size, 5);
    await tus.patched(url, 5, content.subarray(5));
    assert.deepEqual(await bytesOf(await linkOf(url)), content);
  });

  test("can only be continued below a fenced key's folder", async () => {
    const [inside, outside] = [await makeFolder(person.client, "inside"), await makeFolder(person.client, "outside")];
    const fenced = new Tus(server, (await addKey(server, person.account, { fenceFolderId: inside })).text);
    const begun = (folder: number) => tus.begin(2, { metadata: { filename: "a", folder_id: String(folder) } });
    const [mine, theirs] = [await begun(inside), await begun(outside)];
    await fenced.patched(mine, 0, Buffer.from("ok"));
    assertRefusal(await fenced.patch(theirs, 0, Buffer.from("ok")), 404, 570);
    assertRefusal(await fenced.create(2, { metadata: { filename: "a", folder_id: String(outside) } }), 404, 563);
    const own = await fenced.begin(2, { metadata: { filename: "fenced" } });
    await fenced.patched(own, 0, Buffer.from("ok"));
    const { items } = await person.client.ok("file/ls", { folder_id: inside });
    assert.deepEqual((items as { filename: string }[]).map(({ filename }) => filename).toSorted(), ["a", "fenced"]);
  });

  test("go into folders shared for writing, until the share ends", async () => {
    const owner = await addPerson(server, "sharing@example.org");
    const folder = await makeFolder(owner.client, "shared");
    const give = (rights: object) =>
      owner.client.ok("/x/v1/share/grant", { folder_id: folder, email: person.email, ...rights });
    const options = { metadata: { filename: "a", folder_id: String(folder) } };
    await give({ rw: 0 });
    assertRefusal(await tus.create(4, options), 403, 631);
    await give({ rw: 1 });
    const [first, second] = [await tus.begin(4, options), await tus.begin(4, options)];
    await tus.patched(first, 0, Buffer.from("done"));
    assert.equal(Number((await owner.client.ok("user/info"))["cold_storage"]), 4);
    await tus.patched(second, 0, Buffer.from("do"));
    await owner.client.ok("/x/v1/share/revoke", { folder_id: folder, email: person.email });
    assertRefusal(await tus.patch(second, 2, Buffer.from("ne")), 404, 563);
    assert.equal((await tus.ask(second, "HEAD")).status, 404);
    assert.equal((await tus.ask(second, "DELETE")).status, 204);
  });

  test("stop when the key is revoked midway, and keep nothing that follows", async () => {
    const content = contentOf(1, 0);
    const url = await tus.begin(content.length);
    const key = await addKey(server, person.account);
    const sending = new Tus(server, key.text).open(url, 0, { length: content.length });
    await sending.write(content.subarray(0, MIB));
    await server.services.keys.revoke("operator", key.id);
    await sending.write(content.subarray(MIB));
    assert.equal((await sending.answer).status, 403);
    sending.sent.destroy();
    assert.equal(await tus.offset(url), 0);
  });

  test("keep all bytes if the file cannot be created, and create it once that is possible", async () => {
    const limited = await addPerson(server, "limited@example.org");
    const client = new Tus(server, limited.key);
    await server.services.accounts.setQuota("operator", limited.account, 1000);
    assertRefusal(await client.create(1001), 413, 590);
    const content = randomBytes(1000);
    const url = await client.begin(1000);
    assertRefusal(await client.create(1), 413, 590);
    await server.services.accounts.setQuota("operator", limited.account, 500);
    assertRefusal(await client.patch(url, 0, content), 413, 590);
    assert.equal((await client.ask(url, "HEAD")).status, 413);
    await server.services.accounts.setQuota("operator", limited.account, 1000);
    assert.equal(await client.offset(url), 1000);
    const { items } = await limited.client.ok("file/ls", { folder_id: 0 });
    assert.equal((items as unknown[]).length, 1);
  });

  test("discard the bytes of an unfinished part that changed on disk, which are sent again", async () => {
    const content = contentOf(1, 50);
    const url = await tus.begin(content.length);
    await tus.patched(url, 0, content.subarray(0, 5 * MIB));
    const { openTail } = ports.blobs;
    ports.blobs.openTail = async (...input) => {
      const reader = await openTail.call(ports.blobs, ...input);
      const read = async (buffer: Uint8Array) => {
        const count = await reader.read(buffer);
        buffer[0] = (buffer[0] ?? 0) ^ 1;
        return count;
      };
      return { read, close: () => reader.close() };
    };
    try {
      assertRefusal(await tus.patch(url, 5 * MIB, content.subarray(5 * MIB)), 409, 588);
    } finally {
      ports.blobs.openTail = openTail;
    }
    assert.equal(await tus.offset(url), 0);
    await tus.patched(url, 0, content);
    assert.deepEqual(await bytesOf(await linkOf(url)), content);
  });

  test("are removed with all their bytes, even during a request", async () => {
    const content = contentOf(1, 5);
    const url = await tus.begin(content.length);
    const sending = tus.open(url, 0, { length: content.length });
    const { promise: noted, resolve } = Promise.withResolvers<void>();
    whenAdvanced = resolve;
    await sending.write(content.subarray(0, PART_BYTES));
    await noted;
    whenAdvanced = undefined;
    assert.equal((await tus.ask(url, "DELETE")).status, 204);
    assert.equal((await sending.answer).status, 423);
    for (const answer of [await tus.ask(url, "DELETE"), await tus.patch(url, 0, content)])
      assertRefusal(answer, 404, 570);
    assert.ok(!(await openUploads()).some(({ id }) => id === idOf(url)));
  });

  test("expire after a day without any bytes, or a week after the last ones", async () => {
    const [untouched, begun] = [await tus.begin(10), await tus.begin(10)];
    clock.advance(DAY_MS - HOUR_MS);
    await tus.patched(begun, 0, Buffer.from("hello"));
    clock.advance(HOUR_MS + 1);
    assert.equal((await tus.ask(untouched, "HEAD")).status, 404);
    clock.advance(6 * DAY_MS);
    assert.equal(await tus.offset(begun), 5);
    clock.advance(DAY_MS);
    await server.services.collector.collect();
    assert.equal((await tus.ask(begun, "HEAD")).status, 404);
    let left = 0;
    for await (const _ of ports.blobs.listParted()) left += 1;
    assert.equal(left, 0);
  });

  test("accept the method in a header, for proxies that only allow POST", async () => {
    const url = await tus.begin(5);
    const over = (method: string, more: Parameters<typeof send>[1] = {}) =>
      send(url, {
        method: "POST",
        ...more,
        headers: { ...tus.head, "x-http-method-override": method, ...more.headers },
      });
    const body = {
      body: "hel",
      headers: { "upload-offset": "0", "content-type": "application/offset+octet-stream" },
    };
    assert.equal((await over("PATCH", body)).status, 204);
    assert.equal((await over("HEAD")).headers.get("upload-offset"), "3");
    for (const method of ["PUT", "", "POST"]) assertRefusal(await over(method), 400, 550);
    assert.equal((await over("DELETE")).status, 204);
    assert.equal((await tus.ask(url, "HEAD")).status, 404);
  });

  test("block content that the operator has blocked", async () => {
    const content = randomBytes(3000);
    const blocked = await uploadOne(other.client, "blocked.bin", new Uint8Array(content));
    await server.services.contentBlocks.block("operator", blocked.slice(blocked.indexOf("?") + 1), "");
    const url = await tus.begin(content.length);
    await tus.patched(url, 0, content);
    assertRefusal(await person.client.call("download/get_token", { url: await linkOf(url) }), 410, 595);
  });
});
