import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { MOST_FILES_OF_A_BATCH } from "@consigne/contract";
import { MOST_BATCH_FILES, type Ports, scopesOf } from "@consigne/core";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { type BatchLine, beginBatch, framed, linesOf, postBatch, putBatch, type SentFile } from "./_batches.ts";
import { watchedPorts } from "./_watched-ports.ts";
import { addKey, addPerson, assertRefusal, HELLO_WHIRLPOOL, makeFolder, type Person, uploadOne } from "./_wire.ts";

interface ListedFile {
  filename: string;
  url: string;
  size: number;
  checksum: string;
}

suite("batches of files", () => {
  let server: TestServer;
  let person: Person;
  let other: Person;
  let ports: Ports;
  let onCommit: (() => Promise<void>) | undefined;

  before(async () => {
    server = await startTestServer({
      settings: { CONSIGNE_MIN_FREE_BYTES: "1" },
      replacePorts: (embedded) => watchedPorts((ports = embedded), { onCommit: () => onCommit?.() }),
    });
    person = await addPerson(server, "person@example.org");
    other = await addPerson(server, "other@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const filesIn = async (folder: number, by = person): Promise<ListedFile[]> => {
    const { items } = await by.client.ok("file/ls", { folder_id: folder });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is checked where the call is tested
    return items as ListedFile[];
  };
  const namesIn = async (folder: number, by = person) =>
    (await filesIn(folder, by)).map(({ filename }) => filename).toSorted();
  const foldersIn = async (folder: number, by = person) => {
    const { sub_folders: found } = await by.client.ok("folder/ls", { folder_id: folder });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise
    return found as { name: string; id: number }[];
  };
  const bytesOf = async (url: string): Promise<Buffer> => {
    const { pathname } = new URL(String((await person.client.ok("download/get_token", { url }))["url"]));
    return Buffer.from(await (await fetch(new URL(pathname, server.url))).arrayBuffer());
  };
  const blobKeys = async () => {
    await server.services.bytesRemover.settle();
    const keys: string[] = [];
    for await (const { key } of ports.blobs.list()) keys.push(key);
    return keys.toSorted();
  };
  const outcomesOf = (lines: readonly BatchLine[]) => lines.map(({ outcome }) => outcome);

  test("arrive with their folders, each made once, and return links and checksums", async () => {
    const top = await makeFolder(person.client, "trees");
    const files = [
      { path: "a.txt", bytes: "hello" },
      { path: "x/y/b.bin", bytes: randomBytes(300_000) },
      { path: "x/c.bin", bytes: randomBytes(70_000), says: { content_type: "image/x-test" } },
      { path: "x/y/empty", bytes: "" },
      { path: "ü ñ/日本.txt", bytes: "text" },
    ];
    const answer = await putBatch(server, person.key, files, { folder_id: top });
    assert.deepEqual(answer.last, { status: "OK", files: files.length });
    assert.deepEqual(
      outcomesOf(answer.files),
      files.map(() => "stored"),
    );
    for (const [at, line] of answer.files.entries()) {
      assert.equal(line.file, at);
      assert.deepEqual(await bytesOf(line.url ?? ""), Buffer.from(files[at]?.bytes ?? "none"));
      const info = await person.client.ok("file/info", { url: line.url });
      assert.deepEqual([line.filename, line.checksum], [info["filename"], info["checksum"]]);
      assert.equal(`${String(info["path"])}/${String(info["filename"])}`, `trees/${files[at]?.path}`);
    }
    assert.equal(answer.files[0]?.checksum, HELLO_WHIRLPOOL);
    assert.equal((await person.client.ok("file/info", { url: answer.files[2]?.url }))["content-type"], "image/x-test");
    assert.deepEqual((await foldersIn(top)).map(({ name }) => name).toSorted(), ["x", "ü ñ"].toSorted());
  });

  test("may each start in a different folder", async () => {
    const top = await makeFolder(person.client, "bases");
    const second = await makeFolder(person.client, "second", top);
    const foreign = await makeFolder(other.client, "foreign");
    const theirs = { path: "d", bytes: "d", says: { folder_id: foreign } };
    const files = [
      { path: "a", bytes: "a", says: { folder_id: second } },
      { path: "in/b", bytes: "b", says: { folder_id: second } },
      { path: "second/in/c", bytes: "c" },
      theirs,
      { path: "e", bytes: "e", says: { folder_id: 999_999_999 } },
    ];
    const { files: lines } = await putBatch(server, person.key, files, { folder_id: top });
    const answers = lines.map(({ outcome, error }) => error?.status ?? outcome);
    assert.deepEqual(answers, ["stored", "stored", "stored", 404, 404]);
    assert.equal(lines[0]?.folder_id, second);
    assert.equal(lines[1]?.folder_id, lines[2]?.folder_id);
    assert.deepEqual([await namesIn(second), await namesIn(lines[1]?.folder_id ?? -1)], [["a"], ["b", "c"]]);
    await other.client.ok("/x/v1/share/grant", { folder_id: foreign, email: person.email, rw: 1 });
    const mixed = await putBatch(server, person.key, [theirs], { folder_id: top });
    assert.equal(mixed.files[0]?.error?.status, 403);
    assert.deepEqual(await namesIn(foreign, other), []);
  });

  test("can be offered by checksum alone, which stores nothing", async () => {
    const top = await makeFolder(person.client, "asked");
    const foreign = await makeFolder(other.client, "not to be asked");
    const url = await uploadOne(person.client, "a.txt", "hello", { did: String(top) });
    const asked = (says: object) =>
      Buffer.from(`${JSON.stringify({ size: 5, whirlpool: HELLO_WHIRLPOOL, ...says })}\n`);
    const body = Buffer.concat([
      asked({ path: "asked/a.txt" }),
      framed({ path: "b.txt", bytes: "b" }),
      asked({ path: "a.txt", folder_id: top }),
      asked({ path: "asked/a.txt", size: 6 }),
      asked({ path: "asked/new/a.txt" }),
      asked({ path: "a.txt", whirlpool: HELLO_WHIRLPOOL.replace("0", "1"), folder_id: top }),
      asked({ path: "a.txt", folder_id: foreign }),
      asked({ path: "..", folder_id: top }),
    ]);
    const lines = linesOf((await postBatch(server, person.key, body)).text);
    assert.deepEqual(lines.pop(), { status: "OK", files: 8 });
    const byNumber = lines.toSorted((a, b) => (a.file ?? 0) - (b.file ?? 0));
    assert.deepEqual(
      byNumber.map(({ outcome, error }) => error?.status ?? outcome),
      ["exists", "stored", "exists", "absent", "absent", "absent", 404, 400],
    );
    assert.deepEqual([byNumber[0]?.url, byNumber[2]?.url], [url, url]);
    assert.deepEqual(await foldersIn(top), []);
  });

  test("running at once share a folder and store each file once", async () => {
    const top = await makeFolder(person.client, "together");
    const batch = (number: number): SentFile[] =>
      Array.from({ length: 30 }, (_, at) => ({ path: `deep/er/${at % 3}/${number}-${at}`, bytes: `${number} ${at}` }));
    const answers = await Promise.all(
      [0, 1, 2, 3].map((number) => putBatch(server, person.key, batch(number), { folder_id: top })),
    );
    for (const { files } of answers) assert.deepEqual(new Set(outcomesOf(files)), new Set(["stored"]));
    const [deep, ...otherDeep] = await foldersIn(top);
    const [er, ...otherEr] = await foldersIn(deep?.id ?? -1);
    assert.deepEqual([deep?.name, er?.name, otherDeep, otherEr], ["deep", "er", [], []]);
    const leaves = await foldersIn(er?.id ?? -1);
    assert.deepEqual(leaves.map(({ name }) => name).toSorted(), ["0", "1", "2"]);
    const names = (await Promise.all(leaves.map(({ id }) => namesIn(id)))).flat();
    assert.equal(names.length, 120);
  });

  test("can be repeated without storing anything twice", async () => {
    const top = await makeFolder(person.client, "again");
    const files = Array.from({ length: 25 }, (_, at) => ({ path: `${at % 4}/f${at}`, bytes: `content ${at}` }));
    const first = await putBatch(server, person.key, files, { folder_id: top });
    const second = await putBatch(server, person.key, files, { folder_id: top });
    assert.deepEqual(new Set(outcomesOf(second.files)), new Set(["exists"]));
    assert.deepEqual(
      second.files.map(({ url }) => url),
      first.files.map(({ url }) => url),
    );
    const twice = { path: "twice", bytes: "the same" };
    const within = await putBatch(server, person.key, [twice, twice, { ...twice, bytes: "other" }], { folder_id: top });
    assert.deepEqual(outcomesOf(within.files), ["stored", "exists", "stored"]);
    assert.deepEqual(await namesIn(top), ["twice", "twice"]);
  });

  test("handle a taken name as requested: add, number, replace, skip or refuse", async () => {
    const top = await makeFolder(person.client, "taken");
    const url = await uploadOne(person.client, "a.txt", "before", { did: String(top) });
    const wish = async (way: string, bytes: string) => {
      const files = [{ path: "a.txt", bytes }];
      return (await putBatch(server, person.key, files, { folder_id: top, on_conflict: way })).files[0] ?? {};
    };
    assert.deepEqual(await wish("skip", "skipped"), { file: 0, outcome: "skipped" });
    const failed = await wish("fail", "failed");
    assert.deepEqual([failed.outcome, failed.error?.status], ["failed", 409]);
    assert.equal((await wish("keep_both", "both")).filename, "a (2).txt");
    const replaced = await wish("replace", "after");
    assert.deepEqual([replaced.outcome, replaced.url], ["replaced", url]);
    assert.equal((await bytesOf(url)).toString(), "after");
    const versions = await person.client.ok("/x/v1/version/list", { file_id: replaced.file_id });
    assert.equal((versions["versions"] as unknown[]).length, 1);
    const added = await wish("add", "added");
    assert.equal(added.outcome, "stored");
    assert.deepEqual(await namesIn(top), ["a (2).txt", "a.txt", "a.txt"]);
    const again = await wish("replace", "again");
    assert.deepEqual([again.outcome, again.url], ["replaced", added.url], "the newest of several");
    assert.equal((await bytesOf(url)).toString(), "after");
    const many = ["1", "2", "3"].map((bytes) => ({ path: "b.txt", bytes }));
    const both = await putBatch(server, person.key, many, { folder_id: top, on_conflict: "keep_both" });
    assert.deepEqual(
      both.files.map(({ filename }) => filename),
      ["b.txt", "b (2).txt", "b (3).txt"],
    );
    const over = await putBatch(server, person.key, many, { folder_id: top, on_conflict: "replace" });
    assert.deepEqual(outcomesOf(over.files), ["exists", "replaced", "replaced"]);
    assert.equal(new Set(over.files.map((line) => line.url)).size, 1);
  });

  test("skip a refused file and store the others", async () => {
    const top = await makeFolder(person.client, "some");
    const before = await blobKeys();
    const files: SentFile[] = [
      { path: "good", bytes: "good" },
      { path: "", bytes: "no name" },
      { path: "../up", bytes: "up" },
      { path: "/abs", bytes: "abs" },
      { path: "a//b", bytes: "gap" },
      { path: ".", bytes: "dot" },
      { path: "\ud800", bytes: "half" },
      { path: "n".repeat(1025), bytes: "long" },
      { path: `${"d/".repeat(101)}f`, bytes: "deep" },
      { path: "wrong", bytes: "wrong", says: { sha256: "0".repeat(64) } },
      { path: "large", bytes: randomBytes(200_000), says: { sha256: "0".repeat(64) } },
      { path: "last", bytes: randomBytes(100_000) },
    ];
    const { files: lines, last } = await putBatch(server, person.key, files, { folder_id: top });
    assert.deepEqual(last, { status: "OK", files: files.length });
    assert.deepEqual(
      outcomesOf(lines),
      files.map(({ path }) => (["good", "last"].includes(path) ? "stored" : "failed")),
    );
    const statuses = lines.flatMap(({ outcome, error }) => (outcome === "failed" ? [error?.status] : []));
    assert.deepEqual(statuses, [400, 400, 400, 400, 400, 400, 400, 409, 400, 400]);
    assert.deepEqual(await namesIn(top), ["good", "last"]);
    assert.deepEqual(await foldersIn(top), []);
    assert.equal((await blobKeys()).length, before.length + 2);
  });

  test("end at a malformed body and keep only what was acknowledged", async () => {
    const top = await makeFolder(person.client, "malformed");
    const before = await blobKeys();
    const good = framed({ path: "good", bytes: "good" });
    const bodies = [
      Buffer.from("no json\n"),
      Buffer.from("[1]\n"),
      Buffer.from("null\n"),
      Buffer.from(`${"[".repeat(60_000)}\n`),
      Buffer.from("{}"),
      Buffer.from('{"path":"a","size":-1,"sha256":"00"}\n'),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]),
      Buffer.alloc(70_000, "a"),
      framed({ path: "a", bytes: "a", says: { size: 1.5 } }),
      framed({ path: "a", bytes: "a", says: { size: "1" } }),
      framed({ path: "a", bytes: "a", says: { size: 2 } }),
      framed({ path: "a", bytes: "a", says: { sha256: "A".repeat(64) } }),
      framed({ path: "a", bytes: "a", says: { path: 5 } }),
      framed({ path: "a", bytes: "a", says: { content_type: "" } }),
      framed({ path: "a", bytes: "a", says: { folder_id: "0" } }),
    ];
    for (const body of bodies) {
      const answer = await postBatch(server, person.key, Buffer.concat([good, body]), { folder_id: top });
      assertRefusal(answer, 400);
    }
    assert.deepEqual(await namesIn(top), []);
    assert.deepEqual(await blobKeys(), before);
    assert.equal((await putBatch(server, person.key, [], { folder_id: top })).last.files, 0);
    const queries: Record<string, string | number>[] = [
      { folder_id: "x" },
      { folder_id: -1 },
      { on_conflict: "__proto__" },
      { domain: "" },
    ];
    for (const query of queries) {
      assertRefusal(await postBatch(server, person.key, good, query), 400);
    }
  });

  test("require write access to the folder, within the key's fence", async () => {
    const top = await makeFolder(person.client, "mine");
    const file = [{ path: "f", bytes: "f" }];
    assertRefusal(await postBatch(server, other.key, file, { folder_id: top }), 404, 563);
    assertRefusal(await postBatch(server, "wrong", file, {}), 403);
    const reading = await addKey(server, person.account, { scopes: scopesOf({ files: "write", uploads: "read" }) });
    assertRefusal(await postBatch(server, reading.text, file, {}), 403);
    const fenced = await addKey(server, person.account, { fenceFolderId: top });
    assertRefusal(await postBatch(server, fenced.text, file, { folder_id: person.account.rootFolderId }), 404, 563);
    const within = await putBatch(server, fenced.text, [{ path: "in/f", bytes: "f" }, ...file], {});
    assert.deepEqual(
      within.files.map(({ folder_id: id }) => id === 0),
      [false, true],
    );
    assert.deepEqual(await namesIn(top), ["f"]);
    const uploader = await addKey(server, person.account, { scopes: scopesOf({ uploads: "write" }) });
    const mixed = [
      { path: "new/g", bytes: "g" },
      { path: "g", bytes: "g" },
      { path: "in/g", bytes: "g" },
    ];
    const { files } = await putBatch(server, uploader.text, mixed, { folder_id: top });
    assert.deepEqual(outcomesOf(files), ["failed", "stored", "stored"]);
    assert.equal(files[0]?.error?.status, 403);
    const replacing = await putBatch(server, uploader.text, [{ path: "g", bytes: "new" }], {
      folder_id: top,
      on_conflict: "replace",
    });
    assert.equal(replacing.files[0]?.error?.status, 403);
  });

  test("fill a folder shared for writing, within the owner's quota", async () => {
    const owner = await addPerson(server, "sharing@example.org");
    const folder = await makeFolder(owner.client, "shared");
    const give = (rights: object) =>
      owner.client.ok("/x/v1/share/grant", { folder_id: folder, email: person.email, ...rights });
    const files = [{ path: "sub/a", bytes: "a".repeat(100) }];
    await give({ rw: 0 });
    assertRefusal(await postBatch(server, person.key, files, { folder_id: folder }), 403, 631);
    await give({ rw: 1 });
    assert.deepEqual(outcomesOf((await putBatch(server, person.key, files, { folder_id: folder })).files), ["stored"]);
    const changed = [{ path: "sub/a", bytes: "other" }];
    const fields = { folder_id: folder, on_conflict: "replace" };
    const [replaced] = (await putBatch(server, person.key, changed, fields)).files;
    assert.deepEqual([replaced?.outcome, replaced?.error?.status], ["failed", 403]);
    assert.equal(Number((await owner.client.ok("user/info"))["cold_storage"]), 100);
    const account = await server.services.accounts.getByEmail("operator", owner.email);
    await server.services.accounts.setQuota("operator", account, 150);
    const more = [
      { path: "b", bytes: "b".repeat(51) },
      { path: "c", bytes: "c".repeat(50) },
    ];
    const { files: lines } = await putBatch(server, person.key, more, { folder_id: folder });
    assert.deepEqual(
      lines.map(({ outcome, error }) => error?.status ?? outcome),
      [409, "stored"],
    );
    assert.deepEqual(await namesIn(folder, owner), ["c"]);
  });

  test("acknowledge files as they become durable, while the sender is silent", async () => {
    const top = await makeFolder(person.client, "slow");
    const batch = beginBatch(server, person.key, { folder_id: top });
    await batch.write(framed({ path: "one", bytes: "one" }));
    await batch.untilLines(1);
    assert.deepEqual([batch.status(), batch.lines[0]?.outcome], [200, "stored"]);
    assert.deepEqual(await namesIn(top), ["one"]);
    await batch.write(framed({ path: "two", bytes: "two" }).subarray(0, 40));
    batch.sent.destroy();
    await assert.rejects(batch.ended);
  });

  test("stop when the key is revoked, and store nothing after that", async () => {
    const top = await makeFolder(person.client, "revoked");
    const key = await addKey(server, person.account);
    const batch = beginBatch(server, key.text, { folder_id: top });
    await batch.write(framed({ path: "before", bytes: "before" }));
    await batch.untilLines(1);
    await server.services.keys.revoke("operator", key.id);
    await batch.write(framed({ path: "after", bytes: "after" }));
    batch.sent.end();
    await batch.ended;
    const [first, last, ...more] = batch.lines;
    assert.deepEqual([first?.outcome, last?.status, last?.error?.status, more], ["stored", "KO", 403, []]);
    assert.deepEqual(await namesIn(top), ["before"]);
  });

  test("make folders a few hundred at a time, so that other writers get their turn", async () => {
    const counts: number[] = [0];
    onCommit = async () => void counts.push(await ports.database.accounts.countEntries(person.account.id));
    const top = await makeFolder(person.client, "deep");
    const way = Array.from({ length: 90 }, () => "d").join("/");
    const files = [1, 2, 3, 4, 5, 6].map((at) => ({ path: `${at}/${way}/f`, bytes: `${at}` }));
    const { files: lines } = await putBatch(server, person.key, files, { folder_id: top });
    onCommit = undefined;
    assert.deepEqual(new Set(outcomesOf(lines)), new Set(["stored"]));
    const created = counts.slice(2).map((count, at) => count - (counts[at + 1] ?? 0));
    assert.equal(
      created.reduce((sum, count) => sum + count, 0),
      6 * 92,
    );
    assert.ok(Math.max(...created) < 300, created.join(" "));
  });

  test("end after the maximum number of files, and store none beyond it", async () => {
    assert.equal(MOST_BATCH_FILES, MOST_FILES_OF_A_BATCH);
    const top = await makeFolder(person.client, "many");
    const bad = framed({ path: "", bytes: "" });
    const body = Buffer.concat([
      ...Array.from({ length: MOST_BATCH_FILES }, () => bad),
      framed({ path: "a", bytes: "a" }),
    ]);
    const answer = await postBatch(server, person.key, body, { folder_id: top });
    const lines = linesOf(answer.text);
    const last = lines.pop();
    assert.deepEqual([last?.status, last?.error?.status], ["KO", 400]);
    assert.deepEqual(new Set(outcomesOf(lines)), new Set(["failed"]));
    assert.equal(lines.length, MOST_BATCH_FILES);
    assert.deepEqual(await namesIn(top), []);
  });
});
