import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints, parseFileLink } from "@consigne/contract";
import { type ApiAnswer, ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, idOf, makeFolder, type Person, uploadOne } from "./_wire.ts";

const NO_FOLDER = [404, 563] as const;
const NO_FILE = [404, 469] as const;
const NOT_ALLOWED = [403, 631] as const;

type Entry = Record<string, unknown> & { name: string };

suite("folders shared with people", () => {
  let server: TestServer;
  let owner: ApiClient;
  let writer: Person;
  let reader: Person;
  let blind: Person;
  let nobody: Person;
  let ownerEmail: string;
  let folder: number;
  let inner: number;
  let outside: number;
  let url: string;

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    [writer, reader, blind, nobody] = [
      await addPerson(server, "writer@example.org"),
      await addPerson(server, "Reader@example.org"),
      await addPerson(server, "blind@example.org"),
      await addPerson(server, "nobody@example.org"),
    ];
    ownerEmail = String((await owner.ok("user/info"))["email"]);
    folder = await makeFolder(owner, "shared");
    inner = await makeFolder(owner, "inner", folder);
    outside = await makeFolder(owner, "outside");
    url = await uploadOne(owner, "a.txt", "the letter a", { did: String(folder) });
    await give();
  });
  after(() => server[Symbol.asyncDispose]());

  const give = async () =>
    assertAnswer(
      endpoints.folderShare,
      await owner.call("folder/share", {
        folder_id: folder,
        shares: [
          { email: "writer@example.org", rw: 1 },
          { email: "reader@EXAMPLE.org" },
          { email: "blind@example.org", rw: 1, hide_links: 1 },
        ],
      }),
    );
  const list = (who: ApiClient, folderId = folder) => who.call("folder/ls", { folder_id: folderId, files: 1 });
  const entries = (who: ApiClient, folderId = folder, more: object = {}) =>
    who.call("/x/v1/folder/list", { folder_id: folderId, ...more });
  const hasLink = (answer: ApiAnswer, link: string) =>
    JSON.stringify([answer.json, answer.text]).includes(parseFileLink(link)?.id ?? "!");

  test("show the owner who has access, and each person whose folder it is and their rights", async () => {
    const own = assertAnswer(endpoints.folderLs, await list(owner));
    assert.deepEqual(own["shares"], [
      { email: "blind@example.org", rw: 0, hide_links: 1 },
      { email: "reader@EXAMPLE.org", rw: 0, hide_links: 0 },
      { email: "writer@example.org", rw: 1, hide_links: 0 },
    ]);
    for (const [who, rw, hidden] of [
      [writer, 1, 0],
      [reader, 0, 0],
      [blind, 0, 1],
    ] as const) {
      const seen = assertAnswer(endpoints.folderLs, await list(who.client));
      assert.deepEqual([seen["user"], seen["rw"], seen["hide_links"]], [ownerEmail, rw, hidden]);
      assert.ok(!("shares" in seen), "only the owner sees who else has it");
      assert.deepEqual(
        (seen["sub_folders"] as Entry[]).map(({ name }) => name),
        ["inner"],
      );
      const [item] = seen["items"] as { filename: string; url: string }[];
      assert.deepEqual(item?.filename, "a.txt");
      assert.equal(item?.url, hidden === 1 ? "" : url);
    }
    assertRefusal(await list(nobody.client), ...NO_FOLDER);
    assertRefusal(await list(reader.client, outside), ...NO_FOLDER);
  });

  test("appear as that owner's root, and nobody else's", async () => {
    for (const user of [ownerEmail, ownerEmail.toUpperCase()]) {
      const root = assertAnswer(endpoints.folderLs, await reader.client.call("folder/ls", { sharing_user: user }));
      const [only, ...others] = root["sub_folders"] as Entry[];
      assert.deepEqual(
        [root["folder_id"], only?.name, only?.["id"], only?.["email"], others],
        [0, "shared", folder, ownerEmail, []],
      );
      const files = assertAnswer(endpoints.fileLs, await reader.client.call("file/ls", { sharing_user: user }));
      assert.equal(files["count"], 0);
    }
    for (const user of [writer.email, "unknown@example.org"])
      for (const call of ["folder/ls", "file/ls"])
        assertRefusal(await reader.client.call(call, { sharing_user: user }), ...NO_FOLDER);
    const fence = await makeFolder(reader.client, "fence");
    const fenced = await addKey(server, reader.account, { fenceFolderId: fence });
    for (const call of ["folder/ls", "file/ls"])
      assertRefusal(await fenced.client.call(call, { sharing_user: ownerEmail }), ...NO_FOLDER);
    assertRefusal(await fenced.client.call("folder/ls", { folder_id: folder }), ...NO_FOLDER);
    const ofFenced = assertAnswer(endpoints.shareReceived, await fenced.client.call("/x/v1/share/received", {}));
    assert.deepEqual(ofFenced["received"], [], "a key restricted to a folder cannot use shares");
    await reader.client.ok("folder/rm", { folder_id: fence });
    const own = assertAnswer(endpoints.folderLs, await reader.client.call("folder/ls", {}));
    assert.deepEqual(own["sub_folders"], [], "other people's folders are not in the own root");
    const received = assertAnswer(endpoints.shareReceived, await blind.client.call("/x/v1/share/received", {}));
    const [one] = received["received"] as Entry[];
    assert.deepEqual(
      [one?.name, one?.["email"], one?.["rw"], one?.["hide_links"], one?.["files"]],
      ["shared", ownerEmail, 0, 1, 1],
    );
    const none = assertAnswer(endpoints.shareReceived, await nobody.client.call("/x/v1/share/received", {}));
    assert.deepEqual(none["received"], []);
  });

  test("let a reader download and change nothing", async () => {
    const { client } = reader;
    for (const body of [{ url }, { folder_id: folder, filename: "a.txt", sharing_user: ownerEmail }]) {
      const token = assertAnswer(endpoints.downloadGetToken, await client.call("download/get_token", body));
      assert.equal(await (await fetch(String(token["url"]))).text(), "the letter a");
    }
    const file_id = idOf(url);
    for (const [call, body] of [
      ["folder/mkdir", { folder_id: folder, name: "mine" }],
      ["folder/rm", { folder_id: inner }],
      ["folder/mv", { folder_id: inner, rename: "x" }],
      ["file/rm", { files: [{ url }] }],
      ["file/mv", { urls: [url], destination_folder_id: inner }],
      ["file/chattr", { urls: [url], filename: "b.txt" }],
      ["file/cp", { urls: [url], folder_id: inner }],
    ] as const)
      assertRefusal(await client.call(call, body), ...NOT_ALLOWED);
    for (const [call, body] of [
      ["folder/share", { folder_id: folder, share: 1 }],
      ["/x/v1/share/people", { folder_id: folder }],
      ["/x/v1/share/grant", { folder_id: folder, email: "nobody@example.org" }],
      ["/x/v1/share/revoke", { folder_id: folder, email: "writer@example.org" }],
      ["/x/v1/link/add", { folder_id: folder }],
      ["/x/v1/entry/search", { folder_id: folder, text: "a" }],
      ["remote/request", { urls: ["https://example.org/a"], folder_id: folder }],
    ] as const)
      assertRefusal(await client.call(call, body), ...NO_FOLDER);
    assertRefusal(await client.call("/x/v1/link/list", { file_id }), ...NO_FILE);
    assertRefusal(await client.call("/x/v1/version/list", { file_id }), ...NO_FILE);
    await assert.rejects(client.upload({ "b.txt": "b" }, { did: String(folder) }), /403|reading/);
  });

  test("let a writer add, change and remove the owner's items, into the owner's trash", async () => {
    const { client } = writer;
    const before = assertAnswer(endpoints.userInfo, await owner.call("user/info", {}))["cold_storage"];
    const created = await makeFolder(client, "made", folder);
    const put = await uploadOne(client, "put.txt", "12345", { did: String(created) });
    assert.equal(assertAnswer(endpoints.userInfo, await client.call("user/info", {}))["cold_storage"], 0);
    assert.equal(
      Number(assertAnswer(endpoints.userInfo, await owner.call("user/info", {}))["cold_storage"]) - Number(before),
      5,
    );
    assertAnswer(endpoints.fileRename, await client.call("file/rename", { urls: [{ url: put, filename: "c.txt" }] }));
    assertAnswer(endpoints.fileMv, await client.call("file/mv", { urls: [put], destination_folder_id: inner }));
    assertAnswer(endpoints.fileChattr, await client.call("file/chattr", { urls: [put], description: "noted" }));
    for (const fields of [{ pass: "a password" }, { acl: { premium: 1 } }, { inline: 1 }])
      assertRefusal(await client.call("file/chattr", { urls: [put], ...fields }), ...NOT_ALLOWED);
    assertAnswer(endpoints.fileCp, await client.call("file/cp", { urls: [put], folder_id: created }));
    assertAnswer(
      endpoints.folderMv,
      await client.call("folder/mv", { folder_id: created, destination_folder_id: inner, rename: "moved" }),
    );
    for (const [call, body] of [
      ["folder/rm", { folder_id: folder }],
      ["folder/mv", { folder_id: folder, rename: "mine now" }],
    ] as const)
      assertRefusal(await client.call(call, body), 400, 565);
    // Nothing leaves the owner's account, whichever root is named.
    for (const [call, body] of [
      ["file/mv", { urls: [put], destination_folder_id: 0 }],
      ["folder/mv", { folder_id: created, destination_user: "" }],
    ] as const)
      assertRefusal(await client.call(call, body), ...NOT_ALLOWED);
    assertRefusal(await client.call("file/mv", { urls: [put], destination_folder_id: outside }), ...NO_FOLDER);
    const removed = assertAnswer(
      endpoints.batchChange,
      await client.call("/x/v1/batch/change", { changes: [{ folder_id: created, remove: 1, with_contents: 1 }] }),
    );
    assert.deepEqual(removed["results"], [{ outcome: "done", name: "moved" }], "and no entry of somebody else's trash");
    assertAnswer(endpoints.fileRm, await client.call("file/rm", { files: [{ url: put }] }));
    const trash = assertAnswer(endpoints.trashList, await owner.call("/x/v1/trash/list", {}));
    assert.deepEqual((trash["entries"] as Entry[]).map(({ name }) => name).toSorted(), ["c.txt", "moved"]);
    const theirs = assertAnswer(endpoints.trashList, await client.call("/x/v1/trash/list", {}));
    assert.deepEqual(theirs["entries"], []);
  });

  test("record in the owner's activity who changed what, and in the writer's whose folder it was", async () => {
    const { client } = writer;
    const noted = await makeFolder(client, "noted", folder);
    const links = [];
    for (const name of ["1.txt", "2.txt"]) links.push(await uploadOne(client, name, name, { did: String(noted) }));
    assertAnswer(endpoints.fileRm, await client.call("file/rm", { files: links.map((each) => ({ url: each })) }));
    assertAnswer(endpoints.folderRm, await client.call("folder/rm", { folder_id: noted }));
    await uploadOne(client, "own.txt", "of nobody else");
    const activity = async (who: ApiClient, asked: object = {}) => {
      const answer = assertAnswer(
        endpoints.activityList,
        await who.call("/x/v1/activity/list", { limit: 5, ...asked }),
      );
      return (answer["records"] as Record<string, unknown>[]).map((each) => {
        const { name } = each["details"] as { name?: string };
        const address = each["actor_email"] ?? each["owner_email"];
        return [each["by"], address, each["action"], name, "address" in each] as const;
      });
    };
    const done = [
      ["folder.remove", "noted"],
      ["file.remove", "1.txt"],
      ["file.remove", "2.txt"],
      ["file.upload", "1.txt"],
      ["file.upload", "2.txt"],
    ];
    const sorted = (records: readonly (readonly unknown[])[]) => records.map((each) => JSON.stringify(each)).toSorted();
    const byOthers = await activity(owner, { by: "others" });
    assert.deepEqual(byOthers[0], ["other", "writer@example.org", "folder.remove", "noted", false]);
    assert.deepEqual(
      sorted(byOthers),
      sorted(done.map(([action, name]) => ["other", "writer@example.org", action, name, false])),
    );
    assert.deepEqual(await activity(owner, { by: "others", object_id: String(noted), action: "folder.remove" }), [
      ["other", "writer@example.org", "folder.remove", "noted", false],
    ]);
    assert.ok((await activity(owner, { by: "me" })).every(([by]) => by !== "other"));
    assert.deepEqual((await activity(client))[0], ["key", undefined, "file.upload", "own.txt", true]);
    assert.deepEqual(
      sorted((await activity(client, { limit: 6 })).slice(1)),
      sorted(done.map(([action, name]) => ["key", ownerEmail, action, name, true])),
    );
    const told = JSON.stringify([await activity(reader.client), await activity(nobody.client)]);
    assert.ok(!told.includes("noted"), "nobody is told what another one does");
  });

  test("reveal hidden links nowhere, and serve files by folder and name", async () => {
    const { client } = blind;
    await uploadOne(owner, "protected.txt", "p", { did: String(folder), dpass: "a password" });
    const first = assertAnswer(endpoints.folderList, await entries(client, folder, { limit: 2, sort: "size" }));
    const cursor = String(first["next"]);
    const rest = assertAnswer(endpoints.folderList, await entries(client, folder, { cursor, sort: "size" }));
    const all = [...(first["entries"] as Entry[]), ...(rest["entries"] as Entry[])];
    assert.deepEqual(
      all.map(({ name }) => name),
      ["inner", "protected.txt", "a.txt"],
    );
    assert.ok(all.every((entry) => !("link" in entry) && (entry["kind"] === "folder" || entry["hidden"] === 1)));
    const answers = [
      await list(client),
      await client.call("file/ls", { folder_id: folder }),
      await entries(client),
      await entries(client, folder, { limit: 1, offset: 1 }),
      await client.call("file/info", { folder_id: folder, filename: "a.txt" }),
      await client.call("/x/v1/entry/stat", { folder_id: folder }),
      await client.call("download/get_token", { folder_id: folder, filename: "a.txt" }),
      await client.call("/x/v1/activity/list", {}),
      await client.call("/x/v1/share/received", {}),
    ];
    const cursors = answers.map(({ json }) =>
      Buffer.from(JSON.stringify(json?.["next"] ?? ""), "base64url").toString(),
    );
    for (const [at, answer] of answers.entries()) {
      assert.equal(answer.status, 200, JSON.stringify(answer.json));
      assert.ok(!hasLink(answer, url), `answer ${at}`);
    }
    assert.ok(!cursors.join().includes(idOf(url)));
    const shown = all.find(({ name }) => name === "a.txt");
    for (const [call, body] of [
      ["/x/v1/entry/stat", { file_id: String(shown?.["file_id"]) }],
      ["/x/v1/entry/stat", { file_id: idOf(url) }],
    ] as const)
      assertRefusal(await client.call(call, body), ...NO_FILE);
    const token = assertAnswer(
      endpoints.downloadGetToken,
      await client.call("download/get_token", {
        folder_id: folder,
        filename: "protected.txt",
        sharing_user: ownerEmail,
      }),
    );
    assert.equal(await (await fetch(String(token["url"]))).text(), "p", "its password is not required");
    assertRefusal(await client.call("download/get_token", { folder_id: folder, filename: "A.TXT" }), ...NO_FILE);
    assertRefusal(await client.call("download/get_token", { folder_id: outside, filename: "a.txt" }), ...NO_FOLDER);
  });

  test("reveal no hidden link to somebody who makes up cursors", async () => {
    const listed = await makeFolder(owner, "listed", folder);
    const link = await uploadOne(owner, "b.txt", "the letter b", { did: String(listed) });
    const after = (fileId: string) => {
      const cursor = Buffer.from(JSON.stringify(["size", 0, "file", 12, fileId])).toString("base64url");
      return { cursor, sort: "size" };
    };
    const id = idOf(link);
    const before = `${id.slice(0, -1)}!`;
    for (const [place, found] of [
      [before, ["b.txt"]],
      [id, []],
    ] as const) {
      const answer = assertAnswer(endpoints.folderList, await entries(reader.client, listed, after(place)));
      assert.deepEqual(
        (answer["entries"] as Entry[]).map(({ name }) => name),
        found,
      );
      for (const filter of [{}, { name: "b" }])
        assertRefusal(await entries(blind.client, listed, { ...after(place), ...filter }), 400, 550);
    }
  });

  test("end at once, for lists and for downloads already allowed", async () => {
    const tokenOf = async () =>
      String(
        assertAnswer(
          endpoints.downloadGetToken,
          await blind.client.call("download/get_token", { folder_id: folder, filename: "a.txt" }),
        )["url"],
      );
    const got = await tokenOf();
    const people = assertAnswer(
      endpoints.shareRevoke,
      await owner.call("/x/v1/share/revoke", { folder_id: folder, email: "BLIND@example.org" }),
    );
    assert.deepEqual(
      (people["people"] as Entry[]).map(({ email }) => email),
      ["reader@EXAMPLE.org", "writer@example.org"],
    );
    assert.notEqual((await fetch(got)).status, 200);
    assertRefusal(await list(blind.client), ...NO_FOLDER);
    await give();
    assert.equal((await fetch(await tokenOf())).status, 200);
    assertAnswer(endpoints.shareLeave, await blind.client.call("/x/v1/share/leave", { folder_id: folder }));
    assertRefusal(await list(blind.client), ...NO_FOLDER);
    assertRefusal(await blind.client.call("/x/v1/share/leave", { folder_id: folder }), ...NO_FOLDER);
    await give();
  });

  test("treat an address without an account the same, and open to an account made later once shared again", async () => {
    const asked = { folder_id: folder, email: "later@example.org", hide_links: 1 };
    const before = assertAnswer(endpoints.shareGrant, await owner.call("/x/v1/share/grant", asked));
    const shown = (before["people"] as Entry[]).find(({ email }) => email === "later@example.org");
    assert.deepEqual([shown?.["rw"], shown?.["hide_links"]], [0, 1]);
    const later = await addPerson(server, "Later@Example.org");
    assertRefusal(await list(later.client), ...NO_FOLDER);
    const again = assertAnswer(endpoints.shareGrant, await owner.call("/x/v1/share/grant", asked));
    assert.deepEqual(again["people"], before["people"], "nobody is told who has an account");
    assert.equal((await list(later.client)).status, 200);
    assertRefusal(await owner.call("/x/v1/share/grant", { folder_id: folder, email: ownerEmail }), 400);
    assertRefusal(await owner.call("/x/v1/share/grant", { folder_id: folder, email: "no address" }), 400);
    assertRefusal(await owner.call("/x/v1/share/grant", { folder_id: 0, email: "later@example.org" }), 400, 565);
  });

  test("are no longer shared once in the trash, even after being restored", async () => {
    const gone = await makeFolder(owner, "gone");
    await owner.call("/x/v1/share/grant", { folder_id: gone, email: "reader@example.org" });
    assert.equal((await list(reader.client, gone)).status, 200);
    await owner.call("folder/rm", { folder_id: gone });
    assertRefusal(await list(reader.client, gone), ...NO_FOLDER);
  });
});
