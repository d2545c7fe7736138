import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addPerson, assertRefusal, makeFolder, type Person, uploadOne, WIRE_TIME } from "./_wire.ts";

suite("folder calls", () => {
  let server: TestServer;
  let owner: ApiClient;
  let other: Person;

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    other = await addPerson(server, "other@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const list = async (folderId: number, more: object = {}) =>
    assertAnswer(endpoints.folderLs, await owner.call("folder/ls", { folder_id: folderId, ...more }));
  const childNames = async (folderId: number) =>
    ((await list(folderId))["sub_folders"] as { name: string }[]).map(({ name }) => name);

  test("describes the root without the fields it does not have", async () => {
    for (const body of [{}, { folder_id: 0 }, { folder_id: null }]) {
      const root = assertAnswer(endpoints.folderLs, await owner.call("folder/ls", body));
      assert.equal(root["folder_id"], 0);
      for (const key of ["create_date", "shared", "pass", "items"]) assert.ok(!(key in root), key);
      assert.equal(typeof root["files"], "number");
      assert.equal(typeof root["size"], "number");
      assert.ok(Array.isArray(root["sub_folders"]));
    }
  });

  test("returns sub-folder ids under both keys, a date and a numeric flag", async () => {
    const parent = await makeFolder(owner, "parent");
    const child = await makeFolder(owner, "child", parent);
    const listing = await list(parent);
    assert.equal(listing["folder_id"], parent);
    assert.equal(listing["name"], "parent");
    assert.match(String(listing["create_date"]), WIRE_TIME);
    assert.equal(listing["pass"], 0);
    const [entry] = listing["sub_folders"] as Record<string, unknown>[];
    assert.match(String(entry?.["create_date"]), WIRE_TIME);
    assert.deepEqual(
      { ...entry, create_date: "" },
      { id: child, folder_id: child, name: "child", create_date: "", pass: 0 },
    );
    assert.deepEqual((await list(child))["sub_folders"], []);
  });

  test("counts files and bytes, and lists files only on request", async () => {
    const folder = await makeFolder(owner, "counted");
    await uploadOne(owner, "a", "12345", { did: String(folder) });
    await uploadOne(owner, "b", "123", { did: String(folder) });
    const listing = await list(folder);
    assert.deepEqual([listing["files"], listing["size"], "items" in listing], [2, 8, false]);
    assert.ok(!("items" in (await list(folder, { files: 0 }))));
    const items = (await list(folder, { files: 1 }))["items"] as { filename: string }[];
    assert.deepEqual(items.map(({ filename }) => filename).toSorted(), ["a", "b"]);
  });

  test("makes numbered folders, and refuses a taken name or an unknown parent", async () => {
    const answer = assertAnswer(endpoints.folderMkdir, await owner.call("folder/mkdir", { name: "made" }));
    assert.deepEqual(Object.keys(answer).toSorted(), ["folder_id", "message", "name", "status"]);
    assert.ok(Number.isInteger(answer["folder_id"]) && Number(answer["folder_id"]) > 0);
    const taken = await owner.call("folder/mkdir", { name: "made", folder_id: 0 });
    assertRefusal(taken, 409, 562);
    assert.ok(!("folder_id" in (taken.json ?? {})));
    assertRefusal(await owner.call("folder/mkdir", { name: "lost", folder_id: 999_999 }), 404);
    assertRefusal(await owner.call("folder/mkdir", { name: "root's", sharing_user: other.email }), 404);
    assertAnswer(endpoints.folderMkdir, await owner.call("folder/mkdir", { name: "MADE", sharing_user: "" }));
  });

  test("keeps names byte for byte and refuses unusable ones", async () => {
    const parent = await makeFolder(owner, "names");
    const names = [" spaces ", "é", "e\u0301", "＂＂", "100%", "日本語", "y".repeat(1024)];
    for (const name of names) await makeFolder(owner, name, parent);
    assert.deepEqual((await childNames(parent)).toSorted(), names.toSorted());
    for (const name of ["", ".", "..", "a/b", "y".repeat(1025), "\udc00"]) {
      assertRefusal(await owner.call("folder/mkdir", { name, folder_id: parent }), 400);
    }
  });

  suite("folder/mv", () => {
    test("renames in place without a destination", async () => {
      const parent = await makeFolder(owner, "in place");
      const folder = await makeFolder(owner, "before", parent);
      const answer = assertAnswer(
        endpoints.folderMv,
        await owner.call("folder/mv", { folder_id: folder, rename: "now" }),
      );
      assert.deepEqual(answer, { status: "OK", message: "", old_name: "before", new_name: "now" });
      assert.deepEqual(await childNames(parent), ["now"]);
    });

    test("moves and renames at once, as rclone does", async () => {
      const [from, to] = [await makeFolder(owner, "from"), await makeFolder(owner, "to")];
      const folder = await makeFolder(owner, "x", from);
      const body = { folder_id: folder, destination_folder_id: to, destination_user: "", rename: "y" };
      assert.deepEqual(await owner.ok("folder/mv", body), { status: "OK", message: "", old_name: "x", new_name: "y" });
      assert.deepEqual([await childNames(from), await childNames(to)], [[], ["y"]]);
    });

    test("moves to the root if only destination_user is given, even empty", async () => {
      const folder = await makeFolder(owner, "homeward", await makeFolder(owner, "far"));
      await owner.ok("folder/mv", { folder_id: folder, destination_user: "", rename: "home" });
      assert.ok((await childNames(0)).includes("home"));
      await owner.ok("folder/mv", { folder_id: folder, destination_user: "" });
      await owner.ok("folder/mv", { folder_id: folder, destination_folder_id: 0 });
      assert.ok((await childNames(0)).includes("home"));
    });

    test("does not treat a null destination_user as a destination", async () => {
      const parent = await makeFolder(owner, "null parent");
      const folder = await makeFolder(owner, "stays", parent);
      await owner.ok("folder/mv", { folder_id: folder, destination_user: null, rename: "stayed" });
      assert.deepEqual(await childNames(parent), ["stayed"]);
    });

    test("accepts the current name and parent as new ones", async () => {
      const folder = await makeFolder(owner, "unmoved");
      await owner.ok("folder/mv", { folder_id: folder, destination_folder_id: 0, rename: "unmoved" });
      assert.ok((await childNames(0)).includes("unmoved"));
    });

    test("refuses the root, a cycle, a taken name and unknown folders", async () => {
      const outer = await makeFolder(owner, "outer");
      const inner = await makeFolder(owner, "inner", outer);
      await makeFolder(owner, "taken");
      assertRefusal(await owner.call("folder/mv", { folder_id: 0, rename: "x" }), 400, 565);
      assertRefusal(await owner.call("folder/mv", { folder_id: outer, destination_folder_id: inner }), 409, 564);
      assertRefusal(await owner.call("folder/mv", { folder_id: outer, destination_folder_id: outer }), 409, 564);
      assertRefusal(await owner.call("folder/mv", { folder_id: outer, rename: "taken" }), 409, 562);
      assertRefusal(await owner.call("folder/mv", { folder_id: 999_999, rename: "x" }), 404);
      assertRefusal(await owner.call("folder/mv", { folder_id: outer, destination_folder_id: 999_999 }), 404);
      assertRefusal(await owner.call("folder/mv", { folder_id: outer, destination_user: other.email }), 404);
      assert.deepEqual(await childNames(outer), ["inner"]);
    });
  });

  test("removes an empty folder, but not the root or a folder with contents", async () => {
    const folder = await makeFolder(owner, "doomed");
    const inner = await makeFolder(owner, "inner", folder);
    assertRefusal(await owner.call("folder/rm", { folder_id: folder }), 409, 561);
    const url = await uploadOne(owner, "f", "f", { did: String(inner) });
    assertRefusal(await owner.call("folder/rm", { folder_id: inner }), 409, 561);
    await owner.ok("file/rm", { files: [{ url }] });
    assertAnswer(endpoints.folderRm, await owner.call("folder/rm", { folder_id: inner }));
    assertAnswer(endpoints.folderRm, await owner.call("folder/rm", { folder_id: String(folder) }));
    assertRefusal(await owner.call("folder/rm", { folder_id: folder }), 404);
    assertRefusal(await owner.call("folder/rm", { folder_id: 0 }), 400, 565);
    assertRefusal(await owner.call("folder/rm", {}), 400);
  });

  test("refuses a folder more than a hundred levels deep", async () => {
    let parent = await makeFolder(owner, "level 1");
    const moved = parent;
    for (let level = 2; level <= 100; level++) parent = await makeFolder(owner, `level ${level}`, parent);
    assertRefusal(await owner.call("folder/mkdir", { name: "deeper", folder_id: parent }), 409, 569);
    const other = await makeFolder(owner, "other");
    assertRefusal(await owner.call("folder/mv", { folder_id: moved, destination_folder_id: other }), 409, 569);
    assertAnswer(
      endpoints.folderMv,
      await owner.call("folder/mv", { folder_id: parent, destination_folder_id: other }),
    );
  });

  test("lists a file once in the answer, however often its link was given", async () => {
    const url = await uploadOne(owner, "once.txt", "once");
    const moved = await owner.ok("file/mv", { urls: [url, url, url], destination_folder_id: 0 });
    assert.deepEqual([moved["moved"], moved["urls"]], [1, [url]]);
    const removed = await owner.ok("file/rm", { files: [{ url }, { url }] });
    assert.deepEqual([removed["removed"], removed["urls"]], [1, [url]]);
  });

  test("shares a folder publicly at a stable address, and stops sharing it", async () => {
    const folder = await makeFolder(owner, "public");
    const share = async (fields: object) =>
      assertAnswer(endpoints.folderShare, await owner.call("folder/share", { folder_id: folder, ...fields }));
    const { url } = await share({ share: 1 });
    assert.match(String(url), /\/dir\/[A-Za-z0-9]{8,}$/);
    assert.equal((await share({ share: 1, shares: [] }))["url"], url);
    assert.equal((await list(folder))["shared"], url);
    assert.equal((await share({ pass: "open sesame" }))["url"], url);
    assert.equal((await list(folder))["pass"], 1);
    const [entry] = ((await list(0))["sub_folders"] as Record<string, unknown>[]).filter(({ id }) => id === folder);
    assert.equal(entry?.["pass"], 1);
    await share({ pass: "" });
    assert.equal((await list(folder))["pass"], 0);
    const ended = await share({ share: 0 });
    assert.ok(!("url" in ended));
    assert.ok(!("shared" in (await list(folder))));
    assert.notEqual((await share({ share: 1 }))["url"], url);
    assertRefusal(await owner.call("folder/share", { folder_id: folder, pass: "12345" }), 400);
    assertRefusal(await owner.call("folder/share", { folder_id: 0, share: 1 }), 400, 565);
    assertRefusal(await other.client.call("folder/share", { folder_id: folder, share: 0 }), 404);
  });
});
