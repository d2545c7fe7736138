import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import {
  endpoints,
  type EntrySearchResponse,
  type EntryStatResponse,
  type FolderListResponse,
} from "@consigne/contract";
import { createClient } from "@consigne/sdk";
import { type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, makeFolder, type Person, uploadOne } from "./_wire.ts";

suite("the entries of a folder", () => {
  let server: TestServer;
  let person: Person;
  let docs: number;
  let inner: number;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    person = await addPerson(server, "person@example.org");
    docs = await makeFolder(person.client, "Docs");
    inner = await makeFolder(person.client, "Été", docs);
    await makeFolder(person.client, "album", docs);
    for (const [name, content] of [
      ["page 10.txt", "0123456789"],
      ["Page 2.txt", "0"],
      ["photo.jpg", "012"],
      ["page 1.pdf", "01234"],
    ] as const)
      await uploadOne(person.client, name, content, { did: String(docs) });
  });
  after(() => server[Symbol.asyncDispose]());

  const list = async (body: object, client = person.client): Promise<FolderListResponse> =>
    assertAnswer(endpoints.folderList, await client.call("/x/v1/folder/list", body)) as unknown as FolderListResponse;
  const namesIn = async (body: object, client?: ApiClient) =>
    (await list({ folder_id: docs, ...body }, client)).entries.map(({ name }) => name);

  test("are listed with folders first, in any sort order", async () => {
    const whole = await list({ path: "/Docs/" });
    assert.deepEqual([whole.folder_id, whole.total, whole.next], [docs, { folders: 2, files: 4 }, undefined]);
    const byName = ["album", "Été", "page 1.pdf", "Page 2.txt", "page 10.txt", "photo.jpg"];
    assert.deepEqual(
      whole.entries.map(({ name }) => name),
      byName,
    );
    assert.deepEqual(await namesIn({ order: "desc" }), [
      "Été",
      "album",
      "photo.jpg",
      "page 10.txt",
      "Page 2.txt",
      "page 1.pdf",
    ]);
    assert.deepEqual(await namesIn({ sort: "size", order: "desc" }), [
      "album",
      "Été",
      "page 10.txt",
      "page 1.pdf",
      "photo.jpg",
      "Page 2.txt",
    ]);
    const root = await list({});
    assert.deepEqual([root.folder_id, root.entries.map(({ name }) => name)], [0, ["Docs"]]);
    const { date: _date, ...folder } = root.entries[0] ?? assert.fail();
    assert.deepEqual(folder, {
      kind: "folder",
      folder_id: docs,
      name: "Docs",
      size: 19,
      pass: 0,
      folders: 2,
      files: 4,
    });
  });

  test("are listed from any position, across the border between folders and files", async () => {
    const all = await namesIn({});
    for (const order of ["asc", "desc"] as const) {
      for (const sort of ["name", "size", "date", "downloads"] as const) {
        const whole = await namesIn({ sort, order });
        for (const limit of [1, 2, 3, 5]) {
          const walked: string[] = [];
          for (let cursor: string | undefined; ;) {
            const page = await list({ folder_id: docs, sort, order, limit, cursor });
            walked.push(...page.entries.map(({ name }) => name));
            if (page.next === undefined) break;
            cursor = page.next;
          }
          assert.deepEqual(walked, whole, `${sort} ${order} ${limit}`);
          for (const offset of [0, 1, 2, 4, 6, 9])
            assert.deepEqual(await namesIn({ sort, order, limit, offset }), whole.slice(offset, offset + limit));
        }
      }
    }
    assert.equal(all.length, 6);
  });

  test("are filtered by name, kind and date, and so are the totals", async () => {
    const filtered = async (body: object) => {
      const { total, entries } = await list({ folder_id: docs, ...body });
      return [total.folders, total.files, ...entries.map(({ name }) => name)];
    };
    assert.deepEqual(await filtered({ name: "E" }), [1, 3, "Été", "page 1.pdf", "Page 2.txt", "page 10.txt"]);
    assert.deepEqual(await filtered({ name: "page 1" }), [0, 2, "page 1.pdf", "page 10.txt"]);
    assert.deepEqual(await filtered({ name: "*" }), [0, 0]);
    assert.deepEqual(await filtered({ name: "e", offset: 1, limit: 1 }), [1, 3, "page 1.pdf"]);
    assert.deepEqual(await filtered({ kind: "folder" }), [2, 0, ...(await namesIn({})).slice(0, 2)]);
    const { next } = await list({ folder_id: docs, kind: "folder", limit: 1 });
    const rest = await list({ folder_id: docs, kind: "folder", cursor: next });
    assert.deepEqual([rest.entries.map(({ name }) => name), rest.next], [(await namesIn({})).slice(1, 2), undefined]);
    assert.deepEqual(await filtered({ kind: "folder", name: "e" }), [1, 0, "Été"]);
    assert.deepEqual(await filtered({ kind: "file", name: "e" }), [0, 3, "page 1.pdf", "Page 2.txt", "page 10.txt"]);
    assert.deepEqual(await filtered({ kind: "file", offset: 3 }), [0, 4, ...(await namesIn({})).slice(5)]);
    assert.deepEqual(await filtered({ kind: "folder", file_kind: "text" }), [0, 0]);
    assert.deepEqual(await filtered({ file_kind: "text" }), [0, 2, "Page 2.txt", "page 10.txt"]);
    assert.deepEqual(await filtered({ file_kind: "document", name: "1" }), [0, 1, "page 1.pdf"]);
    const [future, past] = ["2999-01-31T09:20:30Z", "2001-01-31T09:20:30Z"];
    assert.deepEqual(await filtered({ newer_than: future }), [0, 0]);
    assert.equal((await filtered({ newer_than: past, older_than: future })).length, 8);
    assert.deepEqual(await filtered({ older_than: past }), [0, 0]);
  });

  test("include download counts and what each file is", async () => {
    const [link] = await person.client.upload({ "marked.bin": "marked" }, { did: String(inner) });
    const url = link?.download ?? "";
    const { url: bytes } = await person.client.ok("download/get_token", { url });
    for (let time = 0; time < 2; time++) await (await fetch(String(bytes))).arrayBuffer();
    await person.client.ok("file/chattr", { urls: [url], pass: "secret", inline: 1, acl: { premium: 1 } });
    const { entries } = await list({ path: "Docs/Été" });
    const { date: _date, checksum: _checksum, ...file } = entries[0] ?? assert.fail();
    assert.deepEqual(file, {
      kind: "file",
      folder_id: inner,
      file_id: url.slice(url.indexOf("?") + 1),
      name: "marked.bin",
      size: 6,
      link: url,
      pass: 1,
      content_type: "application/octet-stream",
      downloads: 1,
      acl: 1,
      inline: 1,
      cdn: 0,
    });
  });

  test("are shown to a key within its fence only, by id and by path", async () => {
    const { client } = await addKey(server, person.account, { fenceFolderId: docs });
    const root = await list({}, client);
    assert.deepEqual([root.folder_id, root.total], [0, { folders: 2, files: 4 }]);
    assert.deepEqual(
      root.entries.filter(({ kind }) => kind === "file").map((file) => file.folder_id),
      [0, 0, 0, 0],
    );
    assert.equal((await list({ path: "/Été" }, client)).folder_id, inner);
    for (const body of [{ path: "/Docs" }, { path: "../" }, { folder_id: person.account.rootFolderId }])
      assertRefusal(await client.call("/x/v1/folder/list", body), 404, 563);
  });

  const describe = async (body: object, client = person.client) => {
    const { entry, ancestors } = assertAnswer(
      endpoints.entryStat,
      await client.call("/x/v1/entry/stat", body),
    ) as unknown as EntryStatResponse;
    return [entry.kind, entry.folder_id, entry.name, ...ancestors.map(({ folder_id: id, name }) => `${id} ${name}`)];
  };

  test("are described by path or by id, with the parent folders the caller may see", async () => {
    const page = ["file", docs, "page 1.pdf", "0 ", `${docs} Docs`];
    assert.deepEqual(await describe({ path: "/Docs/page 1.pdf" }), page);
    const id = (await list({ path: "Docs", name: "page 1.pdf" })).entries[0]?.file_id;
    assert.deepEqual(await describe({ file_id: id }), page);
    for (const body of [{ path: "Docs//Été/" }, { folder_id: inner }])
      assert.deepEqual(await describe(body), ["folder", inner, "Été", "0 ", `${docs} Docs`]);
    for (const body of [{}, { path: "/" }, { folder_id: 0 }]) assert.deepEqual(await describe(body), ["folder", 0, ""]);
    const { client } = await addKey(server, person.account, { fenceFolderId: docs });
    assert.deepEqual(await describe({ file_id: id }, client), ["file", 0, "page 1.pdf", "0 "]);
    assert.deepEqual(await describe({}, client), ["folder", 0, ""]);
    assert.deepEqual(await describe({ path: "/Été" }, client), ["folder", inner, "Été", "0 "]);
  });

  test("are not described to others, nor if they do not exist", async () => {
    const stranger = await addPerson(server, "describing-stranger@example.org");
    const top = await uploadOne(person.client, "top.bin");
    const { client: fenced } = await addKey(server, person.account, { fenceFolderId: inner });
    for (const client of [stranger.client, fenced]) {
      assertRefusal(await client.call("/x/v1/entry/stat", { folder_id: docs }), 404, 563);
      assertRefusal(await client.call("/x/v1/entry/stat", { file_id: top }), 404, 469);
      assertRefusal(await client.call("/x/v1/entry/stat", { path: "/top.bin" }), 404, 469);
    }
    for (const [body, number] of [
      [{ path: "/top.bin/" }, 563],
      [{ path: "/Docs/page 1.pdf/x" }, 563],
      [{ path: "/nothing" }, 469],
      [{ file_id: "x" }, 469],
    ] as const)
      assertRefusal(await person.client.call("/x/v1/entry/stat", body), 404, number);
    assertRefusal(await person.client.call("/x/v1/entry/stat", { path: "/", folder_id: 0 }), 400, 550);
  });

  const search = async (body: object, client = person.client) => {
    const answer = assertAnswer(endpoints.entrySearch, await client.call("/x/v1/entry/search", body));
    const { count, has_more: hasMore, matches, next } = answer as unknown as EntrySearchResponse;
    return { count, hasMore, next, found: matches.map(({ path, entry }) => `${path}: ${entry.name}`) };
  };

  test("are found by parts of their names, below one folder and within a fence only", async () => {
    const stranger = await addPerson(server, "searching-stranger@example.org");
    await uploadOne(stranger.client, "page 1 of a stranger.pdf");
    await uploadOne(person.client, "Page 1 at the top.pdf");
    const deep = await makeFolder(person.client, "page ß", inner);
    await uploadOne(person.client, "PAGE 1 déjà.txt", "deep", { did: String(deep) });
    const all = [
      "/Docs/Été: page ß",
      "/: Page 1 at the top.pdf",
      "/Docs/Été/page ß: PAGE 1 déjà.txt",
      "/Docs: page 1.pdf",
    ];
    const more = ["/Docs: Page 2.txt", "/Docs: page 10.txt"];
    assert.deepEqual((await search({ text: "page" })).found, [all[0], ...all.slice(1), ...more]);
    assert.deepEqual((await search({ text: "1 PAGE" })).found, [...all.slice(1), more[1]]);
    assert.deepEqual((await search({ text: "page", path: "/Docs/Été" })).found, [all[0], all[2]]);
    assert.deepEqual((await search({ text: "ss", folder_id: docs })).found, [all[0]]);
    assert.deepEqual((await search({ text: "stranger" })).found, []);
    assert.deepEqual((await search({ text: "docs", folder_id: docs })).found, [], "a folder is not inside itself");
    const { client } = await addKey(server, person.account, { fenceFolderId: inner });
    const fenced = await search({ text: "page" }, client);
    assert.deepEqual([fenced.count, fenced.found], [2, ["/: page ß", "/page ß: PAGE 1 déjà.txt"]]);
    const walked: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await search({ text: "page", limit: 2, cursor });
      assert.deepEqual([page.count, page.hasMore], [6 - walked.length, 0]);
      walked.push(...page.found);
      if (page.next === undefined) break;
      cursor = page.next;
    }
    assert.deepEqual(walked, [...all, ...more]);
  });

  test("are found with the id of the folder that each lies in, as the caller knows it", async () => {
    const outer = await makeFolder(person.client, "located outer");
    const box = await makeFolder(person.client, "located box", outer);
    await uploadOne(person.client, "located file.txt", "x", { did: String(box) });
    const idsFor = async (client: ApiClient) => {
      const answer = assertAnswer(endpoints.entrySearch, await client.call("/x/v1/entry/search", { text: "located" }));
      return (answer["matches"] as { folder_id: number; entry: { name: string } }[])
        .map(({ folder_id: id, entry }) => [entry.name, id] as const)
        .toSorted(([one], [other]) => one.localeCompare(other));
    };
    assert.deepEqual(await idsFor(person.client), [
      ["located box", outer],
      ["located file.txt", box],
      ["located outer", 0],
    ]);
    const { client } = await addKey(server, person.account, { fenceFolderId: box });
    assert.deepEqual(await idsFor(client), [["located file.txt", 0]]);
  });

  test("cannot be searched by others, nor with an empty query", async () => {
    const stranger = await addPerson(server, "refused-stranger@example.org");
    assertRefusal(await stranger.client.call("/x/v1/entry/search", { text: "page", folder_id: docs }), 404, 563);
    for (const body of [
      {},
      { text: " " },
      { text: "a ".repeat(11) + "b c d e f g h i j k l" },
      { text: "a", limit: 101 },
      { text: "a", cursor: "x" },
      { text: "a".repeat(101) },
    ])
      assertRefusal(await person.client.call("/x/v1/entry/search", body), 400, 550);
    await server.services.accounts.setLocked("operator", stranger.account, true);
    for (const [call, body] of [
      ["folder/list", {}],
      ["entry/stat", {}],
      ["entry/search", { text: "a" }],
    ] as const)
      assertRefusal(await stranger.client.call(`/x/v1/${call}`, body), 403, 620);
  });

  test("are hidden from other accounts, and unclear queries are refused", async () => {
    const stranger = await addPerson(server, "stranger@example.org");
    for (const body of [{ folder_id: docs }, { path: "/Docs" }, { path: "/Docs/page 1.pdf" }])
      assertRefusal(await stranger.client.call("/x/v1/folder/list", body), 404, 563);
    const { next } = await list({ folder_id: docs, limit: 1 });
    for (const body of [
      { folder_id: docs, path: "/Docs" },
      { offset: 1, cursor: next },
      { cursor: next, sort: "size" },
      { cursor: next, order: "desc" },
      { cursor: "x" },
      { cursor: Buffer.from('["name",0,"folder",7,"x"]').toString("base64url") },
      { sort: "color" },
      { order: "up" },
      { offset: -1 },
      { limit: 0 },
      { limit: 501 },
      { name: "n".repeat(101) },
      { file_kind: "folder" },
      { kind: "image" },
      { newer_than: "yesterday" },
      { older_than: "never" },
    ])
      assertRefusal(await person.client.call("/x/v1/folder/list", body), 400, 550);
  });

  test("read the same through the client library", async () => {
    const client = createClient({ url: server.url, apiKey: person.key, pacing: "off" });
    const walked = [];
    for await (const { name } of client.entries.list("/Docs", { sort: "size", isDescending: true })) walked.push(name);
    assert.deepEqual(walked, await namesIn({ sort: "size", order: "desc" }));
    const page = await client.entries.page(docs, { fileKind: "image", newerThan: new Date(0), limit: 1 });
    assert.deepEqual([page.total, page.folderId, page.next], [{ folders: 0, files: 1 }, docs, undefined]);
    const [entry] = page.entries;
    assert.ok(entry?.kind === "file" && entry.name === "photo.jpg" && entry.uploadedAt.getTime() > 0);
    const [inDocs] = (await client.entries.page(docs, { kind: "folder", limit: 1 })).entries;
    assert.equal(inDocs?.kind, "folder");
    const [folder] = (await client.entries.page()).entries;
    assert.ok(folder?.kind === "folder" && folder.id === docs && folder.fileCount === 4);
    const { entry: described, ancestors } = await client.entries.stat("/Docs/photo.jpg");
    assert.deepEqual(
      [described, ancestors],
      [
        entry,
        [
          { id: 0, name: "" },
          { id: docs, name: "Docs" },
        ],
      ],
    );
    const byId = await client.entries.stat({ fileId: entry.id });
    assert.deepEqual(byId, { entry: described, ancestors, shared: undefined });
    const found = [];
    for await (const each of client.entries.search("PHOTO", "/Docs")) found.push(each);
    assert.deepEqual(found, [{ path: "/Docs", folderId: docs, entry }]);
    const { matches: same, count, hasMore } = await client.entries.searchPage("photo", 0, { limit: 1 });
    assert.deepEqual([same, count, hasMore], [found, 1, false]);
  });
});
