import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { VirtualClock } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer, fileInfo, listFiles } from "./_shapes.ts";
import { addPerson, assertRefusal, idOf, makeFolder, type Person, uploadOne } from "./_wire.ts";

suite("names, attributes and removal of files", () => {
  const clock = new VirtualClock(new Date("2026-03-10T09:20:30Z"));
  let server: TestServer;
  let owner: ApiClient;
  let other: Person;

  before(async () => {
    server = await startTestServer({ clock });
    owner = new ApiClient(server, server.apiKey);
    other = await addPerson(server, "other@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const list = (body: object, client = owner) => listFiles(client, body);
  const info = (url: string) => fileInfo(owner, url);

  test("keeps names byte for byte", async () => {
    const folder = await makeFolder(owner, "names");
    const names = [
      " lead and trail ",
      "UPPER",
      "upper",
      "é",
      "e\u0301",
      "＂full＂width",
      "a:b*c?d|e",
      "日本語🎉",
      "%2F..%00",
    ];
    names.push("..dots..", "l'apostrophe", "a;b", "`$<>'", "x".repeat(1024), "🎉".repeat(256), "\u202Ertl", ".hidden");
    for (const name of names) {
      const url = await uploadOne(owner, "first", "x", { did: String(folder) });
      await owner.ok("file/rename", { urls: [{ url, filename: name }] });
      assert.equal((await info(url))["filename"], name);
    }
    assert.deepEqual((await list({ folder_id: folder })).map(({ filename }) => filename).toSorted(), names.toSorted());
    const url = await uploadOne(owner, "kept", "x");
    for (const bad of ["", ".", "..", "a/b", "x".repeat(1025), "🎉".repeat(257), "\ud800"]) {
      assertRefusal(await owner.call("file/rename", { urls: [{ url, filename: bad }] }), 400);
    }
    assert.equal((await info(url))["filename"], "kept");
  });

  test("shows control characters in names as symbols, at every entry point", async () => {
    const [given, kept] = ["tab\tnul\0del\u007f", "tab␉nul␀del␡"];
    const folder = await makeFolder(owner, "pictures");
    const url = await uploadOne(owner, "first", "x", { did: String(folder) });
    const change = async (call: string, body: object) => {
      assert.equal((await info(url))["filename"], "first");
      const answer = await owner.ok(call, body);
      assert.equal((await info(url))["filename"], kept, call);
      await owner.ok("file/rename", { urls: [{ url, filename: "first" }] });
      return answer;
    };
    await change("file/rename", { urls: [{ url, filename: given }] });
    await change("file/chattr", { urls: [url], filename: given });
    const moved = await change("file/mv", { urls: [url], destination_folder_id: folder, rename: given });
    assert.equal(moved["filename"], kept);
    const copied = await owner.ok("file/cp", { urls: [url], folder_id: folder, rename: given });
    assert.equal(copied["filename"], kept);
    for (const filename of [given, kept]) {
      const found = await owner.ok("file/info", { url: "", folder_id: folder, filename });
      assert.equal(found["filename"], kept);
    }
    assert.equal((await owner.ok("folder/mkdir", { name: given, folder_id: folder }))["name"], kept);
    const renamed = await owner.ok("folder/mv", { folder_id: await makeFolder(owner, "before"), rename: given });
    assert.equal(renamed["new_name"], kept);
  });

  suite("file/chattr and rm", () => {
    test("changes and resets each attribute on its own", async () => {
      const url = await uploadOne(owner, "attributes.bin");
      const change = async (changes: object) => {
        const answer = assertAnswer(endpoints.fileChattr, await owner.call("file/chattr", { urls: [url], ...changes }));
        assert.deepEqual(answer, { status: "OK", updated: 1, urls: [url] });
        return info(url);
      };
      assert.equal((await change({ filename: "by-chattr.bin" }))["filename"], "by-chattr.bin");
      assert.equal((await change({ fileName: "misspelt.bin" }))["filename"], "misspelt.bin");
      assert.equal((await change({ description: "a note" }))["description"], "a note");
      assert.equal((await change({ description: "" }))["description"], "");
      assert.equal((await change({ pass: "sesame street" }))["pass"], 1);
      assert.equal((await change({ no_ssl: 1, inline: "1", cdn: true }))["pass"], 1);
      const flags = await info(url);
      assert.deepEqual([flags["no_ssl"], flags["inline"], flags["cdn"]], [1, 1, 1]);
      assert.equal((await change({ pass: "" }))["pass"], 0);
      const acl = { ip: ["192.0.2.1", "2001:db8::/32"], country: ["FR"], email: [other.email], premium: 1 };
      assert.deepEqual((await change({ acl }))["acl"], acl);
      assert.ok(!("acl" in (await change({ acl: {} }))));
      const long = { email: Array.from({ length: 250 }, (_, index) => `somebody.${index}@example.org`) };
      assert.deepEqual((await change({ acl: long }))["acl"], long);
    });

    test("refuses a short password, a bad access list, or one name for two files", async () => {
      const url = await uploadOne(owner, "unchanged.bin");
      const before = await info(url);
      const bad = [
        { pass: "12345" },
        { acl: { ip: ["300.1.1.1"] } },
        { acl: { ip: "192.0.2.1" } },
        { acl: [] },
        { acl: { email: Array.from({ length: 250 }, () => `${"x".repeat(238)}@example.org`) } },
        { inline: 2 },
        { no_ssl: "yes" },
        { filename: "." },
      ];
      for (const changes of bad) assertRefusal(await owner.call("file/chattr", { urls: [url], ...changes }), 400);
      const other = await uploadOne(owner, "unchanged-too.bin");
      assertRefusal(await owner.call("file/chattr", { urls: [url, other], filename: "x" }), 400);
      assert.deepEqual(await info(url), before);
    });

    test("removes own files, all or none, and says which", async () => {
      const [a, b] = [await uploadOne(owner, "rm-a"), await uploadOne(owner, "rm-b")];
      const foreign = await uploadOne(other.client, "rm-foreign");
      assertRefusal(await owner.call("file/rm", { files: [{ url: a }, { url: foreign }] }), 404);
      await info(a);
      const files = [{ url: a }, { url: b, code: null }];
      assert.deepEqual(assertAnswer(endpoints.fileRm, await owner.call("file/rm", { files })), {
        status: "OK",
        removed: 2,
        urls: [a, b],
      });
      for (const url of [a, b]) assertRefusal(await owner.call("file/info", { url }), 404, 469);
      assertRefusal(await owner.call("file/rm", { files: [{ url: a }] }), 404, 469);
    });

    test("removes a guest's file by its code only, with or without a key", async () => {
      await using open = await startTestServer({ settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
      const guest = new ApiClient(open);
      for (const client of [guest, new ApiClient(open, open.apiKey)]) {
        const [link] = await guest.upload({ "guest.txt": "guest" });
        const code = /\/remove\/\w+\/(\w+)$/.exec(link?.remove ?? "")?.[1];
        assert.ok(link !== undefined && code !== undefined);
        for (const wrong of [undefined, "", "wrong", `${code}x`, code.toUpperCase() + code.toLowerCase()]) {
          const answer = await client.call("file/rm", { files: [{ url: link.download, code: wrong }] });
          assertRefusal(answer);
        }
        // A link that is named twice counts once, however it is written.
        const twice = [link.download, idOf(link.download)].map((url) => ({ url, code }));
        const { removed } = assertAnswer(endpoints.fileRm, await client.call("file/rm", { files: twice }));
        assert.equal(removed, 1);
      }
    });
  });
});
