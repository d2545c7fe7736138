import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type Client, createClient, fromBytes, isConflictError } from "@consigne/sdk";
import { type FaultyServer, startFaultyServer } from "@consigne/testkit";

describe("paths", () => {
  let server: FaultyServer;
  let client: Client;
  /** Another program of the same account. */
  let other: Client;
  let count = 0;
  /** Name of a folder in the root that no other test uses. */
  let top: string;
  const newClient = () => createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
  const callsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    server.requests.clear();
    await work();
    return server.requests.list("api").map(({ endpoint }) => endpoint);
  };
  before(async () => {
    server = await startFaultyServer({ storage: "memory" });
  });
  after(async () => server[Symbol.asyncDispose]());
  beforeEach(() => {
    client = newClient();
    other = newClient();
    top = `top ${(count += 1)}`;
  });

  it("are made with their folders, once, and then found without a call", async () => {
    const path = client.at(`/${top}/2026/june`);
    let id = 0;
    const mkdirs = ["folder/mkdir", "folder/mkdir", "folder/mkdir"];
    assert.deepEqual(await callsOf(async () => (id = await path.ensureFolder())), ["folder/ls", ...mkdirs]);
    assert.deepEqual(await callsOf(async () => assert.deepEqual(await path.resolve(), { kind: "folder", id })), []);
    assert.deepEqual(await callsOf(async () => assert.equal(await path.ensureFolder(), id)), ["folder/ls"]);
    assert.equal((await other.folders.get(id)).name, "june");
  });

  it("are resolved with one listing per unknown folder, and none the second time", async () => {
    const id = await other.at(`/${top}/a/b`).ensureFolder();
    const resolve = async () => assert.deepEqual(await client.at(`${top}//a/b/`).resolve(), { kind: "folder", id });
    assert.deepEqual(await callsOf(resolve), ["folder/ls", "folder/ls", "folder/ls"]);
    assert.deepEqual(await callsOf(resolve), []);
    assert.deepEqual(await client.at("/").resolve(), { kind: "folder", id: 0 });
  });

  it("can be uploaded to, found, described and removed", async () => {
    const folder = client.at(`/${top}/new`);
    const [sent] = await folder.upload([fromBytes("twelve bytes", { name: "a.txt" })]);
    const file = folder.child("a.txt");
    assert.equal(file.path, `/${top}/new/a.txt`);
    const found = await file.resolve();
    assert.ok(found.kind === "file");
    assert.deepEqual([found.file.url, found.file.sizeBytes], [sent?.url, 12]);
    assert.equal((await file.stat()).kind, "file");
    assert.deepEqual(
      (await folder.list()).files.map(({ name }) => name),
      ["a.txt"],
    );
    const status = await folder.stat();
    assert.ok(status.kind === "folder" && status.folder.fileCount === 1);
    await assert.rejects(folder.remove(), isConflictError);
    await file.remove();
    await assert.rejects(file.resolve(), { name: "NotFoundError", missingSegment: "a.txt" });
    await folder.remove();
    await assert.rejects(folder.resolve(), { name: "NotFoundError", missingSegment: "new" });
  });

  it("are reported by their first missing part", async () => {
    await client.at(`/${top}`).ensureFolder();
    const path = client.at(`/${top}/gone/deeper/deepest`);
    for (const ask of [() => path.resolve(), () => path.list(), () => path.stat(), () => path.remove()]) {
      await assert.rejects(ask(), { name: "NotFoundError", status: 404, missingSegment: "gone" });
    }
    await assert.rejects(client.at("/no such top/x").resolve(), { missingSegment: "no such top" });
  });

  it("continue if somebody else makes the same folder at the same time", async () => {
    const clients = [client, other, newClient(), newClient()];
    const ids = await Promise.all(clients.map(async (each) => each.at(`/${top}/same/deep`).ensureFolder()));
    assert.equal(new Set(ids).size, 1);
    await client.at(`/${top}`).list();
    const created = await other.folders.create("late", { parentId: await other.at(`/${top}`).ensureFolder() });
    assert.equal(await client.at(`/${top}/late`).ensureFolder(), created.id);
  });

  it("are byte for byte", async () => {
    const composed = "\u00E9";
    const decomposed = "e\u0301";
    const ids = [
      await client.at(`/${top}/${composed}`).ensureFolder(),
      await client.at(`/${top}/${decomposed}`).ensureFolder(),
      await client.at(`/${top}/a  b`).ensureFolder(),
      await client.at(`/${top}/a b`).ensureFolder(),
      await client.at(`/${top}/A b`).ensureFolder(),
      await client.at(`/${top}/...`).ensureFolder(),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(await other.at(`/${top}/${decomposed}`).resolve(), { kind: "folder", id: ids[1] });
    await assert.rejects(client.at(`/${top}/a b `).resolve(), { missingSegment: "a b " });
    for (const path of ["/a/../b", "..", "/./a"]) assert.throws(() => client.at(path), TypeError);
    for (const name of ["", ".", "..", "a/b"]) assert.throws(() => client.at("/").child(name), TypeError);
    await assert.rejects(client.at("/").remove(), TypeError);
  });

  it("are found by any spelling of their names, and made once each", async () => {
    const [local, written] = [` it's "$5" `, "␠it＇s ＂＄5＂␠"];
    const id = await client.at(`/${top}/${local}`).ensureFolder();
    const [sent] = await client.at(`/${top}/${local}`).upload([fromBytes("x", { name: `a\\b'c.txt` })]);
    assert.equal(sent?.name, "a＼b＇c.txt");
    assert.equal((await other.folders.get(id)).name, written);
    for (const each of [client, other, newClient()]) {
      for (const folder of [local, written]) {
        assert.equal(await each.at(`/${top}/${folder}`).ensureFolder(), id);
        for (const file of [`a\\b'c.txt`, "a＼b＇c.txt", "a＼b'c.txt"]) {
          const found = await each.at(`/${top}/${folder}/${file}`).stat();
          assert.ok(found.kind === "file" && found.file.url === sent.url, file);
        }
      }
    }
    // A name that matches exactly takes precedence.
    const raw = await client.folders.create(local, { parentId: await client.at(`/${top}`).ensureFolder() });
    assert.deepEqual(await newClient().at(`/${top}/${local}`).resolve(), { kind: "folder", id: raw.id });
    assert.deepEqual(await newClient().at(`/${top}/${written}`).resolve(), { kind: "folder", id });
  });

  it("are found in the other Unicode composition if unambiguous, and made as given", async () => {
    const [composed, decomposed] = ["\u00fcber", "u\u0308ber"];
    const id = await client.at(`/${top}/${composed}`).ensureFolder();
    await client.at(`/${top}/${composed}`).upload([fromBytes("x", { name: `${composed}.txt` })]);
    const given = newClient().at(`/${top}/${decomposed}`);
    assert.deepEqual(await given.resolve(), { kind: "folder", id });
    assert.equal((await given.list()).files.length, 1);
    assert.equal((await given.child(`${decomposed}.txt`).resolve()).kind, "file");
    assert.notEqual(await newClient().at(`/${top}/${decomposed}`).ensureFolder(), id);
  });

  it("follow the client's own moves and removals", async () => {
    const id = await client.at(`/${top}/from/inner`).ensureFolder();
    const to = await client.at(`/${top}/to`).ensureFolder();
    const from = await client.at(`/${top}/from`).ensureFolder();
    await client.folders.move(from, { toFolderId: to, name: "moved" });
    const resolve = async () =>
      assert.deepEqual(await client.at(`/${top}/to/moved/inner`).resolve(), { kind: "folder", id });
    assert.deepEqual(await callsOf(resolve), []);
    await assert.rejects(client.at(`/${top}/from`).resolve(), { missingSegment: "from" });
    await client.folders.remove(id);
    await assert.rejects(client.at(`/${top}/to/moved/inner`).resolve(), { missingSegment: "inner" });
  });

  it("are looked up again if a known folder is gone or was renamed", async () => {
    const path = client.at(`/${top}/a/b`);
    const before = await path.ensureFolder();
    await other.folders.remove(before);
    await other.folders.remove(await other.at(`/${top}/a`).ensureFolder());
    const again = await other.at(`/${top}/a/b`).ensureFolder();
    assert.equal((await path.list()).id, again);
    await other.folders.move(again, { name: "renamed" });
    await assert.rejects(path.list(), { name: "NotFoundError", missingSegment: "b" });
    const replaced = await other.at(`/${top}/a/b`).ensureFolder();
    assert.equal((await path.list()).id, replaced);
    await other.folders.remove(replaced);
    await assert.rejects(path.remove(), { name: "NotFoundError", missingSegment: "b" });
    const kept = await path.ensureFolder();
    await other.folders.move(kept, { name: "kept" });
    await assert.rejects(path.remove(), { missingSegment: "b" });
    assert.equal((await other.folders.get(kept)).name, "kept");
  });

  it("do not follow a folder that another program renamed", async () => {
    const a = await client.at(`/${top}/a`).ensureFolder();
    await other.folders.move(a, { name: "z" });
    await assert.rejects(client.at(`/${top}/a/new`).resolve(), { missingSegment: "a" });
    const again = await other.at(`/${top}/a/a`).ensureFolder();
    await client.at(`/${top}/a/a`).list();
    await other.folders.move(again, { name: "y" });
    const id = await client.at(`/${top}/a/a/a`).ensureFolder();
    assert.equal((await other.folders.get(again)).folders.length, 0);
    assert.equal((await other.folders.get(a)).folders.length, 0);
    assert.deepEqual(await other.at(`/${top}/a/a/a`).resolve(), { kind: "folder", id });
    assert.deepEqual(await client.at(`/${top}/a/a/a`).resolve(), { kind: "folder", id });
  });

  it("never lead to the root because a known folder is gone", async () => {
    const path = client.at(`/${top}/box`);
    await other.folders.remove(await path.ensureFolder());
    const [sent] = await path.upload(fromBytes("x", { name: "x" }));
    const info = await client.files.info(sent!.url);
    assert.equal(info.folderPath, `${top}/box`);
  });

  it("can be walked downwards", async () => {
    const folder = client.at(`/${top}`);
    await folder.child("a").child("deep").ensureFolder();
    await folder.child("b").upload(fromBytes("x", { name: "x.txt" }));
    const seen: string[] = [];
    for await (const { path, files } of folder.walk()) {
      seen.push([path.join("/"), ...(files ?? []).map(({ name }) => name)].join(" "));
    }
    assert.deepEqual(seen, ["", "a", "a/deep", "b x.txt"]);
  });
});
