import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { BlobStoreError, type Ports } from "@consigne/core";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import {
  begin,
  beginPart,
  byLeaves,
  complete,
  contentOf,
  digestOf,
  leavesDigestOf,
  MIB,
  PART_BYTES,
  partOf,
  put,
  putAll,
} from "./_parts.ts";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, makeFolder, type Person, readOnlyScopes, uploadOne } from "./_wire.ts";

const DAY_MS = 24 * 3_600_000;

suite("uploads in parts", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let person: Person;
  let other: Person;
  let ports: Ports;

  before(async () => {
    server = await startTestServer({
      clock,
      settings: { CONSIGNE_MIN_FREE_BYTES: "1" },
      replacePorts: (embedded) => (ports = embedded),
    });
    person = await addPerson(server, "person@example.org");
    other = await addPerson(server, "other@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const call = (name: string, body: object, by = person) => by.client.call(`/x/v1/uploads/${name}`, body);
  const partsOf = async (id: string) => {
    const answer = assertAnswer(endpoints.uploadsParts, await call("parts", { id }));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the contract
    return (answer["parts"] as { part: number }[]).map(({ part }) => part);
  };
  const bytesOf = async (url: string): Promise<Buffer> => {
    const { pathname } = new URL(String((await person.client.ok("download/get_token", { url }))["url"]));
    return Buffer.from(await (await fetch(new URL(pathname, server.url))).arrayBuffer());
  };
  const transfers = async () => {
    let count = 0;
    for await (const _ of ports.blobs.listParted()) count += 1;
    return count;
  };
  const send = (id: string, number: number, bytes: Buffer, headers: Record<string, string> = {}, key = person.key) =>
    put(server, key, { id, number, bytes, headers });

  test("go into folders shared for writing, within the owner's quota, until the share ends", async () => {
    const owner = await addPerson(server, "sharing@example.org");
    const folder = await makeFolder(owner.client, "shared");
    const give = (rights: object) =>
      owner.client.ok("/x/v1/share/grant", { folder_id: folder, email: person.email, ...rights });
    const asked = (size: number) => ({ filename: "big.bin", size, folder_id: folder });
    const content = contentOf(2, 777);
    await give({ rw: 0 });
    assertRefusal(await call("create", asked(content.length)), 403, 631);
    await give({ rw: 1 });
    const account = await server.services.accounts.getByEmail("operator", owner.email);
    await server.services.accounts.setQuota("operator", account, content.length + 10);
    assertRefusal(await call("create", asked(content.length + 11)), 409, 590);
    const begun = async () => {
      const created = assertAnswer(endpoints.uploadsCreate, await call("create", asked(content.length)));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the contract
      const { id } = created["upload"] as { id: string };
      await putAll(server, person.key, id, content);
      return id;
    };
    const first = await begun();
    const second = await begun();
    const done = assertAnswer(endpoints.uploadsComplete, await call("complete", { id: first }));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the contract
    const { url } = done["file"] as { url: string };
    assert.deepEqual(await bytesOf(url), content);
    assert.equal(Number((await owner.client.ok("user/info"))["cold_storage"]), content.length);
    assertRefusal(await call("complete", { id: second }), 409, 590);
    await give({ rw: 0 });
    assertRefusal(await call("complete", { id: second }), 404, 563);
    assertRefusal(await call("create", asked(1)), 403, 631);
    await owner.client.ok("/x/v1/share/revoke", { folder_id: folder, email: person.email });
    assertRefusal(await call("create", asked(1)), 404, 563);
    assertRefusal(await call("complete", { id: second }), 404, 563);
    assertAnswer(endpoints.uploadsAbort, await call("abort", { id: second }));
  });

  test("make the file from parts in any order, also when uploaded by path", async () => {
    const folder = await makeFolder(person.client, "films");
    const content = contentOf(2, 12_345);
    const fields = { filename: "a.mkv", size: content.length, path: "/films", content_type: "video/x-test" };
    const created = assertAnswer(endpoints.uploadsCreate, await call("create", fields));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the contract
    const upload = created["upload"] as { id: string; parts: number; part_size: number; folder_id: number };
    assert.deepEqual([upload.parts, upload.part_size, upload.folder_id], [3, PART_BYTES, folder]);
    assertRefusal(await call("complete", { id: upload.id }), 409, 571);
    await putAll(server, person.key, upload.id, content);
    assert.deepEqual(await partsOf(upload.id), [1, 2, 3]);
    assert.deepEqual((await person.client.ok("file/ls", { folder_id: folder }))["items"], []);
    const done = assertAnswer(endpoints.uploadsComplete, await call("complete", { id: upload.id }));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the contract
    const file = done["file"] as { url: string };
    const info = await person.client.ok("file/info", { url: file.url });
    assert.deepEqual([info["filename"], info["size"], info["path"]], ["a.mkv", content.length, "films"]);
    assert.equal(info["content-type"], "video/x-test");
    assert.deepEqual(await bytesOf(file.url), content);
    const again = await uploadOne(person.client, "b.mkv", new Uint8Array(content));
    assert.equal((await person.client.ok("file/info", { url: again }))["checksum"], info["checksum"]);
  });

  test("return the same result for a repeated or simultaneous completion, and make no second file", async () => {
    const folder = await makeFolder(person.client, "once");
    const content = randomBytes(1000);
    const { id } = await begin(person.client, content.length, { folder_id: folder });
    await putAll(server, person.key, id, content);
    const answers = await Promise.all([1, 2, 3].map(() => call("complete", { id })));
    answers.push(await call("complete", { id }));
    const files = answers.map((answer) => assertAnswer(endpoints.uploadsComplete, answer)["file"]);
    for (const file of files) assert.deepEqual(file, files[0]);
    const { items } = await person.client.ok("file/ls", { folder_id: folder });
    assert.equal((items as unknown[]).length, 1);
    assertRefusal(await call("abort", { id }), 404, 570);
    assert.equal((await send(id, 1, content)).status, 200);
    clock.advance(DAY_MS + 1);
    assertRefusal(await call("complete", { id }), 404, 570);
    assert.deepEqual(await bytesOf((files[0] as { url: string }).url), content);
  });

  test("never store a part twice or overwrite it with other bytes", async () => {
    const content = contentOf(1, 500);
    const { id } = await begin(person.client, content.length);
    await putAll(server, person.key, id, content);
    assert.equal((await send(id, 1, partOf(content, 1))).status, 200);
    assertRefusal(await send(id, 2, randomBytes(500)), 409, 585);
    assert.deepEqual(await bytesOf((await complete(person.client, id)).url), content);
  });

  test("reject bytes that do not match the digest, and accept the part when sent again", async () => {
    const content = randomBytes(700);
    const { id } = await begin(person.client, content.length);
    assertRefusal(await send(id, 1, randomBytes(700), { "content-digest": digestOf(content) }), 400, 586);
    assert.deepEqual(await partsOf(id), []);
    await putAll(server, person.key, id, content);
    assert.deepEqual(await bytesOf((await complete(person.client, id)).url), content);
  });

  test("verify and keep a part sent with leaf digests like one with its own digest", async () => {
    const content = contentOf(1, 5 * MIB + 3);
    const { id } = await begin(person.client, content.length);
    const [first, second] = [partOf(content, 1), partOf(content, 2)];
    for (const wrong of [
      byLeaves(second),
      { "leaves-digest": leavesDigestOf(second) },
      { ...byLeaves(first), "content-digest": digestOf(second) },
    ]) {
      assertRefusal(await send(id, 1, first, wrong), 400, 586);
    }
    assert.deepEqual(await partsOf(id), []);
    assert.equal((await send(id, 1, first, byLeaves(first))).status, 200);
    assert.equal((await send(id, 2, second, { "leaves-digest": leavesDigestOf(second) })).status, 200);
    const hexOf = (digest: string) => Buffer.from(digest.slice("sha-256=:".length, -1), "base64").toString("hex");
    assert.deepEqual(assertAnswer(endpoints.uploadsParts, await call("parts", { id }))["parts"], [
      { part: 1, sha256: "", leaves_sha256: hexOf(leavesDigestOf(first)) },
      { part: 2, sha256: hexOf(digestOf(second)), leaves_sha256: hexOf(leavesDigestOf(second)) },
    ]);
    for (const number of [1, 2]) {
      const part = partOf(content, number);
      assert.equal((await send(id, number, part, byLeaves(part))).status, 200);
      assertRefusal(await send(id, number, randomBytes(part.length), byLeaves(randomBytes(part.length))), 409, 585);
    }
    const unnamed = await send(id, 1, first);
    assertRefusal(unnamed, 409, 585);
    assert.match(unnamed.text, /with a Leaves-Digest and is kept/);
    const { url } = await complete(person.client, id);
    assert.deepEqual(await bytesOf(url), content);
    const { leaves: told } = await person.client.ok("/x/v1/manifest/get", { url });
    const leaves = [0, 4, 8, 12].map((at) => hexOf(digestOf(content.subarray(at * MIB, (at + 4) * MIB))));
    assert.equal(Buffer.from(String(told), "base64").toString("hex"), leaves.join(""));
  });

  test("keep the earlier parts when the disk is full, and say so", async () => {
    const content = contentOf(2, 9);
    const { id } = await begin(person.client, content.length);
    assert.equal((await send(id, 1, partOf(content, 1))).status, 200);
    const { openPart, room } = ports.blobs;
    const full = {
      openPart: () => Promise.reject(new BlobStoreError("full", "a fault of the test")),
      room: async () => ({ freeBytes: 0, totalBytes: 1, freeFiles: undefined, totalFiles: undefined }),
    };
    for (const name of ["openPart", "room"] as const) {
      Object.assign(ports.blobs, { [name]: full[name] });
      try {
        const { status, text } = await send(id, 2, partOf(content, 2));
        assert.equal(status, 507, text);
        assert.match(text, /out of space; what had arrived of this upload is kept/);
      } finally {
        Object.assign(ports.blobs, { openPart, room });
      }
    }
    assert.deepEqual(await partsOf(id), [1]);
    assertAnswer(endpoints.uploadsAbort, await call("abort", { id }));
  });

  test("refuse useless digests, and find a usable one among others", async () => {
    const content = randomBytes(100);
    const { id } = await begin(person.client, content.length);
    const md5 = `md5=:${createHash("md5").update(content).digest("base64")}:`;
    for (const digest of [
      "",
      "sha-256",
      "sha-256=abc",
      md5,
      digestOf(content).replace("=:", "="),
      "sha-256=::",
      "x".repeat(9000),
    ]) {
      assertRefusal(await send(id, 1, content, { "content-digest": digest }), 400, 550);
      assertRefusal(await send(id, 1, content, { "content-digest": "", "leaves-digest": digest }), 400, 550);
    }
    assert.equal((await send(id, 1, content, { "content-digest": `${md5}, ${digestOf(content)}` })).status, 200);
  });

  test("refuse parts with another number or size", async () => {
    const content = contentOf(1, 10);
    const { id } = await begin(person.client, content.length);
    for (const number of [0, 3, 10_001, 999_999_999]) assertRefusal(await send(id, number, randomBytes(10)), 400, 550);
    for (const bytes of [partOf(content, 1).subarray(1), randomBytes(PART_BYTES + 1), Buffer.alloc(0)]) {
      assertRefusal(await send(id, 1, bytes), 400, 550);
    }
    for (const size of [9, 11]) assertRefusal(await send(id, 2, randomBytes(size)), 400, 550);
    assert.deepEqual(await partsOf(id), []);
  });

  test("refuse plans that no store would accept", async () => {
    for (const [size, part_size] of [
      [1, 4 * MIB],
      [1, 8 * MIB + 1],
      [1, 10 * MIB],
      [1, 1028 * MIB],
      [10_001 * PART_BYTES, PART_BYTES],
      [0, PART_BYTES],
      [-1, PART_BYTES],
      [1.5, PART_BYTES],
    ]) {
      assertRefusal(await call("create", { filename: "a", size, part_size }), 400, 550);
    }
    for (const filename of ["", ".", "a/b", "é".repeat(600)])
      assertRefusal(await call("create", { filename, size: 1 }), 400);
    assertRefusal(await call("create", { filename: "a", size: 1, folder_id: 1, path: "/" }), 400, 550);
    assertRefusal(await call("create", { filename: "a", size: 1, pass: "short" }), 400, 550);
  });

  test("do not exist for other accounts, nor if never created", async () => {
    const content = randomBytes(50);
    const { id } = await begin(person.client, content.length);
    for (const foreign of [id, "0".repeat(16), "a".repeat(16), "x"]) {
      for (const name of ["parts", "complete", "abort"])
        assertRefusal(await call(name, { id: foreign }, other), 404, 570);
      assertRefusal(await send(foreign, 1, content, {}, other.key), 404, 570);
    }
    const list = assertAnswer(endpoints.uploadsList, await call("list", {}, other));
    assert.deepEqual(list["uploads"], []);
    const nobody = await put(server, "z".repeat(32), { id, number: 1, bytes: content });
    assertRefusal(nobody, 403, 93);
    const reader = await addKey(server, person.account, { scopes: readOnlyScopes });
    assertRefusal(await send(id, 1, content, {}, reader.text), 403, 555);
    assert.deepEqual(await partsOf(id), []);
  });

  test("can only be continued below a fenced key's folder", async () => {
    const [inside, outside] = [await makeFolder(person.client, "inside"), await makeFolder(person.client, "outside")];
    const fenced = await addKey(server, person.account, { fenceFolderId: inside });
    const [mine, theirs] = [
      await begin(person.client, 10, { folder_id: inside }),
      await begin(person.client, 10, { folder_id: outside }),
    ];
    const bytes = randomBytes(10);
    assert.equal((await send(mine.id, 1, bytes, {}, fenced.text)).status, 200);
    assertRefusal(await send(theirs.id, 1, bytes, {}, fenced.text), 404, 570);
    for (const name of ["parts", "complete", "abort"])
      assertRefusal(await fenced.client.call(`/x/v1/uploads/${name}`, { id: theirs.id }), 404, 570);
    assertRefusal(
      await fenced.client.call("/x/v1/uploads/create", { filename: "a", size: 1, folder_id: outside }),
      404,
      563,
    );
    const { uploads } = await fenced.client.ok("/x/v1/uploads/list");
    assert.deepEqual(
      (uploads as { id: string; folder_id: number }[]).map(({ id, folder_id }) => [id, folder_id]),
      [[mine.id, 0]],
    );
    await complete(fenced.client, mine.id);
  });

  test("stop a part when its key is revoked midway", async () => {
    const content = contentOf(1, 0);
    const { id } = await begin(person.client, content.length);
    const key = await addKey(server, person.account);
    const part = beginPart(server, key.text, { id, number: 1, length: content.length, digest: digestOf(content) });
    await part.write(content.subarray(0, MIB));
    await server.services.keys.revoke("operator", key.id);
    await part.write(content.subarray(MIB));
    const { status, text } = await part.answer;
    assert.equal(status, 403, text);
    part.sent.destroy();
    assert.deepEqual(await partsOf(id), []);
  });

  test("do not let two requests write one part, except when the first has left", async () => {
    const content = contentOf(1, 0);
    const { id } = await begin(person.client, content.length);
    const first = beginPart(server, person.key, { id, number: 1, length: content.length, digest: digestOf(content) });
    await first.write(randomBytes(2 * MIB));
    let second = await send(id, 1, content);
    while (second.status === 200) assert.fail("the first had not begun");
    assertRefusal(second, 409, 571);
    first.sent.destroy();
    do second = await send(id, 1, content);
    while (second.status === 409);
    assert.equal(second.status, 200, second.text);
    assert.deepEqual(await bytesOf((await complete(person.client, id)).url), content);
  });

  test("disappear with their bytes when aborted, even while a part is arriving", async () => {
    const content = contentOf(1, 5);
    const { id } = await begin(person.client, content.length);
    assert.equal((await send(id, 2, partOf(content, 2))).status, 200);
    const part = beginPart(server, person.key, {
      id,
      number: 1,
      length: PART_BYTES,
      digest: digestOf(partOf(content, 1)),
    });
    await part.write(content.subarray(0, MIB));
    await person.client.ok("/x/v1/uploads/abort", { id });
    await part.write(content.subarray(MIB, PART_BYTES));
    assert.equal((await part.answer).status, 404);
    for (const name of ["parts", "complete", "abort"]) assertRefusal(await call(name, { id }), 404, 570);
  });

  test("report an upload aborted during its completion as gone", async () => {
    const content = contentOf(1, 5);
    const { id } = await begin(person.client, content.length);
    await putAll(server, person.key, id, content);
    const completeParts = ports.blobs.completeParts.bind(ports.blobs);
    ports.blobs.completeParts = async (...input) => {
      await person.client.ok("/x/v1/uploads/abort", { id });
      return completeParts(...input);
    };
    try {
      assertRefusal(await call("complete", { id }), 404, 570);
    } finally {
      ports.blobs.completeParts = completeParts;
    }
  });

  test("last a week from the last part, and then disappear with their bytes", async () => {
    const content = contentOf(1, 5);
    const { id } = await begin(person.client, content.length);
    clock.advance(DAY_MS - 1);
    assert.equal((await send(id, 2, partOf(content, 2))).status, 200);
    clock.advance(6 * DAY_MS);
    assert.deepEqual(await partsOf(id), [2]);
    assert.ok((await transfers()) > 0);
    clock.advance(DAY_MS + 1);
    assertRefusal(await call("parts", { id }), 404, 570);
    assertRefusal(await send(id, 1, partOf(content, 1)), 404, 570);
    // The server may have begun to remove them itself.
    await server.services.collector.collect();
    assert.equal(await transfers(), 0);
  });

  test("last a day if no part arrives, and free their space afterwards", async () => {
    const { id } = await begin(person.client, 10);
    clock.advance(DAY_MS);
    assertRefusal(await call("parts", { id }), 404, 570);
    await server.services.collector.collect();
    const { uploads } = await person.client.ok("/x/v1/uploads/list", {});
    assert.ok(!(uploads as { id: string }[]).some((upload) => upload.id === id));
  });

  test("survive a cleanup that runs while they are created, whatever the clocks say", async () => {
    const { beginParts, listParted } = ports.blobs;
    // This server's clock is months behind that of the disk, so age protects nothing here.
    const { promise: listed, resolve: tellListed } = Promise.withResolvers<void>();
    let sweeping: Promise<unknown> | undefined;
    ports.blobs.listParted = async function* listAndTell() {
      yield* listParted.call(ports.blobs);
      tellListed();
    };
    ports.blobs.beginParts = async (plan) => {
      const blob = await beginParts.call(ports.blobs, plan);
      sweeping = server.services.collector.sweepStaged();
      await listed;
      return blob;
    };
    try {
      const { id } = await begin(person.client, 10);
      await sweeping;
      assert.equal((await send(id, 1, randomBytes(10))).status, 200);
      await complete(person.client, id);
    } finally {
      Object.assign(ports.blobs, { beginParts, listParted });
    }
  });

  test("lose nothing if the clock is set back, or forward for a while", async () => {
    const content = contentOf(1, 5);
    const { id } = await begin(person.client, content.length);
    assert.equal((await send(id, 2, partOf(content, 2))).status, 200);
    clock.advance(-2 * DAY_MS);
    await server.services.collector.collect();
    assert.deepEqual(await partsOf(id), [2]);
    clock.advance(5 * DAY_MS);
    await server.services.collector.collect();
    clock.advance(-3 * DAY_MS);
    assert.equal((await send(id, 1, partOf(content, 1))).status, 200);
    assert.deepEqual(await bytesOf((await complete(person.client, id)).url), content);
  });

  test("report if the folder is gone, and put nothing elsewhere", async () => {
    const folder = await makeFolder(person.client, "gone soon");
    const { id } = await begin(person.client, 10, { folder_id: folder });
    const bytes = randomBytes(10);
    assert.equal((await send(id, 1, bytes)).status, 200);
    await person.client.ok("folder/rm", { folder_id: folder });
    assertRefusal(await call("complete", { id }), 404, 563);
    await person.client.ok("/x/v1/uploads/abort", { id });
  });

  test("set the requested password on the link", async () => {
    const { id } = await begin(person.client, 10, { pass: "open sesame" });
    assert.equal((await send(id, 1, randomBytes(10))).status, 200);
    const { url } = await complete(person.client, id);
    assertRefusal(await other.client.call("download/get_token", { url }), 403, 403);
    await other.client.ok("download/get_token", { url, pass: "open sesame" });
  });

  test("stay within the quota together", async () => {
    const limited = await addPerson(server, "limited@example.org");
    await server.services.accounts.setQuota("operator", limited.account, 3 * PART_BYTES);
    const first = await begin(limited.client, 2 * PART_BYTES);
    assertRefusal(await call("create", { filename: "b", size: 2 * PART_BYTES }, limited), 409, 590);
    const small = await begin(limited.client, PART_BYTES);
    const form = limited.client.upload({ "c.bin": "hello" }, {});
    await assert.rejects(form, /quota/);
    await limited.client.ok("/x/v1/uploads/abort", { id: small.id });
    const content = contentOf(2, 0);
    await putAll(server, limited.key, first.id, content);
    await complete(limited.client, first.id);
    assertRefusal(await call("create", { filename: "b", size: PART_BYTES + 1 }, limited), 409, 590);
    const last = await begin(limited.client, PART_BYTES);
    const lastContent = contentOf(1, 0);
    await putAll(server, limited.key, last.id, lastContent);
    await server.services.accounts.setQuota("operator", limited.account, PART_BYTES);
    assertRefusal(await call("complete", { id: last.id }, limited), 409, 590);
    await server.services.accounts.setQuota("operator", limited.account, 3 * PART_BYTES);
    await complete(limited.client, last.id);
  });

  test("leave the trash alone if everything fits", async () => {
    const frugal = await addPerson(server, "frugal@example.org");
    const size = 1000;
    await server.services.accounts.setQuota("operator", frugal.account, 2 * size);
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${at}.txt`, "a"]));
    const links = await frugal.client.upload(files);
    await frugal.client.ok("file/rm", { files: links.map(({ download }) => ({ url: download })) });
    const { id } = await begin(frugal.client, size);
    assert.equal((await send(id, 1, randomBytes(size), {}, frugal.key)).status, 200);
    await complete(frugal.client, id);
    const { total } = assertAnswer(endpoints.trashList, await frugal.client.call("/x/v1/trash/list", { limit: 1 }));
    assert.deepEqual(total, { items: 300, size: 300 });
  });

  test("do not clear the trash for bytes that are only announced", async () => {
    const patient = await addPerson(server, "patient@example.org");
    await server.services.accounts.setQuota("operator", patient.account, 1000);
    const [removed] = await patient.client.upload({ "a.bin": "a".repeat(400) });
    await patient.client.ok("file/rm", { files: [{ url: removed?.download }] });
    const { id } = await begin(patient.client, 700);
    await patient.client.upload({ "b.bin": "b".repeat(100) });
    const items = async () =>
      assertAnswer(endpoints.trashList, await patient.client.call("/x/v1/trash/list", { limit: 1 }))["total"];
    assert.deepEqual(await items(), { items: 1, size: 400 });
    await assert.rejects(patient.client.upload({ "c.bin": "c".repeat(300) }));
    assert.equal((await send(id, 1, randomBytes(700), {}, patient.key)).status, 200);
    await complete(patient.client, id);
    assert.deepEqual(await items(), { items: 0, size: 0 });
  });

  test("are limited per account while unfinished, and listed page by page", async () => {
    const many = await addPerson(server, "many@example.org");
    for (let count = 0; count < 500; count++) await begin(many.client, 1);
    assertRefusal(await call("create", { filename: "b", size: 1 }, many), 409, 587);
    const seen = new Set<string>();
    for (let cursor: unknown; ;) {
      const answer = assertAnswer(
        endpoints.uploadsList,
        await call("list", cursor === undefined ? {} : { cursor }, many),
      );
      for (const { id } of answer["uploads"] as { id: string }[]) seen.add(id);
      cursor = answer["next"];
      if (cursor === undefined) break;
    }
    assert.equal(seen.size, 500);
    const [one] = seen;
    await many.client.ok("/x/v1/uploads/abort", { id: one });
    await begin(many.client, 1);
  });

  test("block content that the operator has blocked", async () => {
    const content = randomBytes(3000);
    const url = await uploadOne(other.client, "blocked.bin", new Uint8Array(content));
    await server.services.contentBlocks.block("operator", url.slice(url.indexOf("?") + 1), "");
    const { id } = await begin(person.client, content.length);
    await putAll(server, person.key, id, content);
    const file = await complete(person.client, id);
    assertRefusal(await person.client.call("download/get_token", { url: file.url }), 410, 595);
  });
});
