import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { VirtualClock } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer, fileInfo, listFiles } from "./_shapes.ts";
import { addPerson, assertRefusal, HELLO_WHIRLPOOL, makeFolder, type Person, uploadOne, WIRE_TIME } from "./_wire.ts";

suite("file calls", () => {
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

  suite("file/ls", () => {
    test("returns all nine keys of each file, with sizes and flags as numbers", async () => {
      const folder = await makeFolder(owner, "nine keys");
      const url = await uploadOne(owner, "a.txt", "hello", { did: String(folder) });
      const answer = await owner.call("file/ls", { folder_id: folder });
      assertAnswer(endpoints.fileLs, answer);
      assert.deepEqual(Object.keys(answer.json ?? {}).toSorted(), ["count", "items", "status"]);
      assert.deepEqual((answer.json?.["items"] as unknown[] | undefined)?.[0], {
        url,
        filename: "a.txt",
        size: 5,
        date: "2026-03-10 10:20:30",
        checksum: HELLO_WHIRLPOOL,
        "content-type": "text/plain",
        pass: 0,
        acl: 0,
        cdn: 0,
      });
    });

    test("shows a password and an access list as 1", async () => {
      const folder = await makeFolder(owner, "flags");
      const url = await uploadOne(owner, "flags.bin", "hello", { did: String(folder), dpass: "secret word" });
      await owner.ok("file/chattr", { urls: [url], acl: { ip: ["192.0.2.0/24"] }, cdn: 1 });
      const [item] = (await list({ folder_id: folder })) as unknown as Record<string, unknown>[];
      assert.deepEqual([item?.["pass"], item?.["acl"], item?.["cdn"]], [1, 1, 1]);
    });

    test("lists an empty folder as an empty list, and refuses unknown folders and those of others", async () => {
      assert.deepEqual(await list({ folder_id: await makeFolder(owner, "empty") }), []);
      assertRefusal(await owner.call("file/ls", { folder_id: 999_999 }), 404);
      assertRefusal(await owner.call("file/ls", { folder_id: await makeFolder(other.client, "theirs") }), 404);
      assertRefusal(await owner.call("file/ls", { folder_id: 0, sharing_user: other.email }), 404);
    });

    test("lists the whole account for folder -1, and nothing else", async () => {
      const folder = await makeFolder(owner, "deep", await makeFolder(owner, "high"));
      const deep = await uploadOne(owner, "deep.bin", "deep", { did: String(folder) });
      const top = await uploadOne(owner, "top.bin", "top");
      const foreign = await uploadOne(other.client, "foreign.bin", "foreign");
      const urls = (await list({ folder_id: -1 })).map(({ url }) => url);
      assert.ok(urls.includes(deep) && urls.includes(top) && !urls.includes(foreign));
      assert.deepEqual(
        (await list({ folder_id: "-1" }, other.client)).map(({ url }) => url),
        [foreign],
      );
      assertRefusal(await owner.call("file/ls", { folder_id: -2 }), 400);
    });

    test("interprets sent_after and sent_before in French local time, summer and winter", async () => {
      const folder = await makeFolder(owner, "times");
      for (const at of ["2026-06-30T22:00:00Z", "2026-12-31T23:00:00Z"]) {
        clock.set(new Date(at));
        await uploadOne(owner, at.slice(0, 10), at, { did: String(folder) });
      }
      const names = async (bounds: object) =>
        (await list({ folder_id: folder, ...bounds })).map(({ filename }) => filename);
      const [summer, winter] = ["2026-06-30", "2026-12-31"];
      const dates = (await list({ folder_id: folder })).map(({ date }) => date).toSorted();
      assert.deepEqual(dates, ["2026-07-01 00:00:00", "2027-01-01 00:00:00"]);
      assert.deepEqual(await names({ sent_before: "2026-07-01 00:00:01" }), [summer]);
      assert.deepEqual(await names({ sent_before: "2026-06-30 23:59:59" }), []);
      assert.deepEqual(await names({ sent_after: "2026-12-31 23:59:59" }), [winter]);
      assert.deepEqual(await names({ sent_after: "2027-01-01 00:00:01" }), []);
      const between = { sent_after: "2026-06-30 23:59:59", sent_before: "2026-07-01 00:00:01" };
      assert.deepEqual(await names(between), [summer]);
      for (const bad of ["yesterday", "2026-13-01 00:00:00", "2026-01-01T00:00:00", "2026-01-01"]) {
        assertRefusal(await owner.call("file/ls", { folder_id: folder, sent_after: bad }), 400);
      }
    });
  });

  suite("file/info", () => {
    test("returns no status, the media type under two keys, and location and note for the owner", async () => {
      const folder = await makeFolder(owner, "inner", await makeFolder(owner, "outer"));
      const url = await uploadOne(owner, "photo.JPG", "hello", { did: String(folder) });
      const answer = await info(url);
      assert.match(String(answer["date"]), WIRE_TIME);
      assert.deepEqual(
        { ...answer, date: "" },
        {
          url,
          filename: "photo.JPG",
          size: 5,
          date: "",
          folder_id: folder,
          path: "outer/inner",
          checksum: HELLO_WHIRLPOOL,
          "content-type": "image/jpeg",
          content_type: "image/jpeg",
          description: "",
          pass: 0,
          no_ssl: 0,
          inline: 0,
          cdn: 0,
        },
      );
    });

    test("returns folder_id 0 and an empty path for files in the root", async () => {
      const answer = await info(await uploadOne(owner, "root.bin"));
      assert.equal(answer["folder_id"], 0);
      assert.equal(answer["path"], "");
    });

    test("finds a file by folder and exact name", async () => {
      const folder = await makeFolder(owner, "by name");
      const url = await uploadOne(owner, "Exact Name.bin", "hello", { did: String(folder) });
      const find = (filename: string) => owner.call("file/info", { folder_id: folder, filename });
      assert.equal(assertAnswer(endpoints.fileInfo, await find("Exact Name.bin"))["url"], url);
      assertRefusal(await find("exact name.bin"), 404);
      assertRefusal(await other.client.call("file/info", { folder_id: folder, filename: "Exact Name.bin" }), 404);
    });

    test("tells a stranger no folder, path, note or access list", async () => {
      const folder = await makeFolder(owner, "private place");
      const url = await uploadOne(owner, "seen.bin", "hello", { did: String(folder) });
      const acl = { email: [other.email.toUpperCase()] };
      await owner.ok("file/chattr", { urls: [url], description: "a private note", acl });
      assert.deepEqual((await info(url))["acl"], acl);
      const seen = assertAnswer(endpoints.fileInfo, await other.client.call("file/info", { url }));
      for (const key of ["folder_id", "path", "acl", "description"]) {
        assert.ok(!(key in seen) || seen[key] === "", `${key}: ${String(seen[key])}`);
      }
      assert.equal(seen["filename"], "seen.bin");
    });

    test("answers #469 and 404 to dead or invalid links", async () => {
      const unknown = [
        "https://1fichier.com/?abcdefghij0123456789",
        "abcdefghij0123456789",
        "https://example.org/x",
        "x",
      ];
      for (const url of unknown) assertRefusal(await owner.call("file/info", { url }), 404, 469);
    });
  });

  suite("file/mv, rename, cp", () => {
    test("moves to a folder and to the root, and keeps the link", async () => {
      const folder = await makeFolder(owner, "target");
      const url = await uploadOne(owner, "moving.bin");
      const moved = assertAnswer(
        endpoints.fileMv,
        await owner.call("file/mv", { urls: [url], destination_folder_id: folder, destination_user: "" }),
      );
      assert.deepEqual(moved, { status: "OK", moved: 1, urls: [url] });
      assert.equal((await info(url))["folder_id"], folder);
      const back = await owner.ok("file/mv", { urls: [url], destination_folder_id: 0, rename: "back.bin" });
      assert.deepEqual(back, { status: "OK", moved: 1, urls: [url], filename: "back.bin" });
      assert.equal((await info(url))["folder_id"], 0);
    });

    test("refuses a move without a destination, or one name for two files", async () => {
      const urls = [await uploadOne(owner, "one.bin"), await uploadOne(owner, "two.bin")];
      assertRefusal(await owner.call("file/mv", { urls }), 400);
      assertRefusal(await owner.call("file/mv", { urls, destination_folder_id: 0, rename: "x" }), 400);
      assertRefusal(await owner.call("file/mv", { urls: [], destination_folder_id: 0 }), 400);
      for (const [index, url] of urls.entries())
        assert.equal((await info(url))["filename"], ["one.bin", "two.bin"][index]);
    });

    test("moves several files, or none", async () => {
      const folder = await makeFolder(owner, "several");
      const urls = [await uploadOne(owner, "s1.bin"), await uploadOne(owner, "s2.bin")];
      const mixed = [...urls, "https://1fichier.com/?abcdefghij0123456789"];
      assertRefusal(await owner.call("file/mv", { urls: mixed, destination_folder_id: folder }), 404);
      assert.deepEqual(await list({ folder_id: folder }), []);
      assert.equal((await owner.ok("file/mv", { urls, destination_folder_id: folder }))["moved"], 2);
      assert.equal((await list({ folder_id: folder })).length, 2);
    });

    test("accepts the current name as the new one in every call except rename", async () => {
      const url = await uploadOne(owner, "same.bin");
      const renamed = await owner.call("file/rename", { urls: [{ url, filename: "same.bin" }], pretty: 0 });
      assertRefusal(renamed, 400);
      assert.equal(renamed.json?.["message"], "No file has been renamed #312");
      await owner.ok("file/mv", { urls: [url], destination_folder_id: 0, rename: "same.bin" });
      await owner.ok("file/chattr", { urls: [url], filename: "same.bin" });
      const copy = await owner.call("file/cp", { urls: [url], folder_id: 0, rename: "same.bin" });
      assert.equal(assertAnswer(endpoints.fileCp, copy)["filename"], "same.bin");
    });

    test("renames several files and returns the old and new names", async () => {
      const [a, b] = [await uploadOne(owner, "a1"), await uploadOne(owner, "b1")];
      const urls = [
        { url: a, filename: "a2" },
        { url: b, filename: "b2" },
      ];
      const answer = assertAnswer(endpoints.fileRename, await owner.call("file/rename", { urls }));
      assert.equal(answer["renamed"], 2);
      assert.deepEqual(
        (answer["urls"] as { old_filename: string }[]).map((each) => each.old_filename),
        ["a1", "b1"],
      );
    });

    test("copies with a new link into any folder, including a stranger's open file", async () => {
      const folder = await makeFolder(owner, "copies");
      const url = await uploadOne(other.client, "open.bin", "hello");
      for (const key of ["folder_id", "destination_folder_id"]) {
        const answer = assertAnswer(
          endpoints.fileCp,
          await owner.call("file/cp", { urls: [url], [key]: String(folder), rename: `${key}.bin` }),
        );
        const [{ from_url, to_url } = { from_url: "", to_url: "" }] = answer["urls"] as {
          from_url: string;
          to_url: string;
        }[];
        assert.equal(from_url, url);
        assert.notEqual(to_url, url);
        const copy = await info(to_url);
        assert.deepEqual([copy["folder_id"], copy["filename"]], [folder, `${key}.bin`]);
        assert.equal((await owner.download(to_url)).bytes.toString(), "hello");
      }
      await other.client.ok("file/rm", { files: [{ url }] });
      assert.equal((await list({ folder_id: folder })).length, 2);
    });

    test("allows files with the same name side by side", async () => {
      const folder = await makeFolder(owner, "duplicates");
      const urls = await Promise.all(["1", "2"].map((text) => uploadOne(owner, "twin", text, { did: String(folder) })));
      assert.deepEqual((await list({ folder_id: folder })).map(({ url }) => url).toSorted(), urls.toSorted());
      await owner.ok("file/rm", { files: [{ url: urls[0] }] });
      assert.equal((await owner.download(urls[1] ?? "")).bytes.toString(), "2");
    });
  });
});
