import assert from "node:assert/strict";
import { after, beforeEach, before, suite, test } from "node:test";
import { type BatchChangeResponse, endpoints } from "@consigne/contract";
import { createClient } from "@consigne/sdk";
import { type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, idOf, makeFolder, type Person, readOnlyScopes, uploadOne } from "./_wire.ts";

suite("batch changes to files and folders", () => {
  let server: TestServer;
  let person: Person;
  let here: number;
  let there: number;
  let created = 0;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    person = await addPerson(server, "person@example.org");
  });
  beforeEach(async () => {
    here = await makeFolder(person.client, `here ${created}`);
    there = await makeFolder(person.client, `there ${created++}`);
  });
  after(() => server[Symbol.asyncDispose]());

  const change = async (changes: object[], more: object = {}, client: ApiClient = person.client) => {
    const answer = assertAnswer(endpoints.batchChange, await client.call("/x/v1/batch/change", { changes, ...more }));
    const { results } = answer as unknown as BatchChangeResponse;
    return results.map(
      ({ outcome, name, error }) => name ?? `${outcome} ${error?.status} ${/#\d+$/.exec(error?.message ?? "")?.[0]}`,
    );
  };
  const file = async (name: string, folderId = here) =>
    idOf(await uploadOne(person.client, name, `content of ${name}`, { did: String(folderId) }));
  const namesIn = async (folderId: number) =>
    ((await person.client.ok("/x/v1/folder/list", { folder_id: folderId }))["entries"] as { name: string }[]).map(
      ({ name }) => name,
    );

  test("move, rename and remove entries, each with its own result, in the order given", async () => {
    const [a, b, c] = [await file("a.bin"), await file("b.bin"), await file("c.bin")];
    const inner = await makeFolder(person.client, "inner", here);
    const results = await change([
      { file_id: a, to_folder_id: inner },
      { file_id: b, to_folder_id: there, name: "renamed.bin" },
      { file_id: "abcdefghij0123456789", remove: 1 },
      { file_id: "?", remove: 1 },
      { folder_id: 999_999, remove: 1 },
      { folder_id: inner, to_folder_id: there },
      { folder_id: there, to_folder_id: inner },
      { file_id: c, name: "a/b" },
      { file_id: c, to_folder_id: 999_999 },
      { folder_id: inner, remove: 1 },
      { file_id: a, remove: 1 },
      { folder_id: inner, remove: 1 },
      { folder_id: 0, name: "x" },
      { file_id: c, name: "c.bin" },
    ]);
    assert.deepEqual(results, [
      "a.bin",
      "renamed.bin",
      "failed 404 #469",
      "failed 404 #469",
      "failed 404 #563",
      "inner",
      "failed 409 #564",
      "failed 400 #566",
      "failed 404 #563",
      "failed 409 #561",
      "a.bin",
      "inner",
      "failed 400 #565",
      "c.bin",
    ]);
    assert.deepEqual([await namesIn(here), await namesIn(there)], [["c.bin"], ["renamed.bin"]]);
    const { filename } = await person.client.ok("file/info", { url: `${server.url}/?${b}` });
    assert.equal(filename, "renamed.bin", "the link stays");
  });

  test("fail, skip, keep both or replace when a name is taken", async () => {
    await file("a.txt", there);
    const ids = [await file("a.txt"), await file("b.txt")];
    const toThere = (id?: string) => ({ file_id: id, to_folder_id: there, name: "a.txt" });
    assert.deepEqual(await change([toThere(ids[0])]), ["failed 409 #579"]);
    assert.deepEqual(await change([toThere(ids[0])], { on_conflict: "skip" }), ["a.txt"]);
    assert.deepEqual(await namesIn(here), ["a.txt", "b.txt"]);
    const beside = await change(ids.map(toThere), { on_conflict: "keep_both" });
    assert.deepEqual(beside, ["a (2).txt", "a (3).txt"]);
    assert.deepEqual(
      await change(ids.map(toThere), { on_conflict: "keep_both" }),
      beside,
      "repeating it changes nothing",
    );
    assert.deepEqual(await namesIn(there), ["a (2).txt", "a (3).txt", "a.txt"]);
    await file("a.txt", there);
    assert.deepEqual(await change([toThere(ids[1])], { on_conflict: "replace" }), ["a.txt"]);
    assert.deepEqual(await namesIn(there), ["a (2).txt", "a.txt"]);
    const info = await person.client.ok("file/info", { url: `${server.url}/?${ids[1]}` });
    assert.equal(info["size"], "content of b.txt".length);
  });

  test("remove every file of the call that is to be removed", async () => {
    const ids = [await file("a.bin"), await file("b.bin"), await file("c.bin")];
    assert.deepEqual(await change(ids.map((id) => ({ file_id: id, remove: 1 }))), ["a.bin", "b.bin", "c.bin"]);
    assert.deepEqual(await namesIn(here), []);
  });

  test("replace nothing when too many files have the name", async () => {
    const moved = await file("a.txt");
    const first = await file("a.txt", there);
    for (let count = 0; count < 20; count++) await file("a.txt", there);
    const move = { file_id: moved, to_folder_id: there };
    assert.deepEqual(await change([move], { on_conflict: "replace" }), ["failed 409 #579"]);
    assert.equal((await namesIn(there)).length, 21);
    assert.deepEqual(await change([{ file_id: first, remove: 1 }, move], { on_conflict: "replace" }), [
      "a.txt",
      "a.txt",
    ]);
    assert.deepEqual(await namesIn(there), ["a.txt"]);
  });

  test("replace a folder only if it is empty", async () => {
    const [one, other] = [
      await makeFolder(person.client, "docs", here),
      await makeFolder(person.client, "docs", there),
    ];
    const move = { folder_id: one, to_folder_id: there };
    assert.deepEqual(await change([move]), ["failed 409 #562"]);
    await file("x", other);
    assert.deepEqual(await change([move], { on_conflict: "replace" }), ["failed 409 #561"]);
    assert.deepEqual(await change([move], { on_conflict: "keep_both" }), ["docs (2)"]);
    await file("docs (2)", there);
    assert.deepEqual(await change([{ folder_id: one, name: "y" }]), ["y"], "a file and a folder may share a name");
    const empty = await makeFolder(person.client, "empty", there);
    assert.deepEqual(await change([{ folder_id: one, name: "empty" }], { on_conflict: "replace" }), ["empty"]);
    assert.deepEqual(
      await change([{ folder_id: empty, remove: 1 }]),
      ["empty"],
      "it was replaced, and is in the trash",
    );
  });

  test("are refused as a whole if ambiguous", async () => {
    const id = await file("a.bin");
    for (const body of [
      {},
      { changes: [] },
      { changes: Array.from({ length: 501 }, () => ({ file_id: id, remove: 1 })) },
      { changes: [{ file_id: id, remove: 1 }, {}] },
      { changes: [{ file_id: id }] },
      { changes: [{ file_id: id, remove: 0 }] },
      { changes: [{ file_id: id, folder_id: here, remove: 1 }] },
      { changes: [{ file_id: id, name: "x", remove: 1 }] },
      { changes: [{ file_id: id, remove: 1 }], on_conflict: "overwrite" },
    ])
      assertRefusal(await person.client.call("/x/v1/batch/change", body), 400, 550);
    assert.deepEqual(await namesIn(here), ["a.bin"]);
  });

  test("touch nothing of other accounts or outside a fence", async () => {
    const id = await file("a.bin");
    const top = await file("top.bin", 0);
    const stranger = await addPerson(server, `stranger-${created}@example.org`);
    const fenced = (await addKey(server, person.account, { fenceFolderId: here })).client;
    const all = [
      { file_id: id, remove: 1 },
      { file_id: id, to_folder_id: 0 },
      { folder_id: here, name: "x" },
      { folder_id: there, remove: 1 },
    ];
    assert.deepEqual(await change(all, {}, stranger.client), [
      "failed 404 #469",
      "failed 404 #469",
      "failed 404 #563",
      "failed 404 #563",
    ]);
    const beyond = [
      { file_id: top, name: "x" },
      { file_id: id, to_folder_id: there },
      { folder_id: here, name: "x" },
      { folder_id: there, remove: 1 },
      { file_id: id, to_folder_id: 0, name: "within" },
    ];
    assert.deepEqual(await change(beyond, {}, fenced), [
      "failed 404 #469",
      "failed 404 #563",
      "failed 400 #565",
      "failed 404 #563",
      "within",
    ]);
    assert.deepEqual(await namesIn(here), ["within"]);
    const reading = (await addKey(server, person.account, { scopes: readOnlyScopes })).client;
    assertRefusal(await reading.call("/x/v1/batch/change", { changes: all }), 403, 555);
    await server.services.accounts.setLocked("operator", stranger.account, true);
    assertRefusal(await stranger.client.call("/x/v1/batch/change", { changes: all }), 403, 620);
  });

  test("answer a repeated removal like the first, for callers who may remove there", async () => {
    const results = async (client: ApiClient, changes: object[]) =>
      (await client.ok("/x/v1/batch/change", { changes }))["results"] as Record<string, unknown>[];
    const others = await addPerson(server, `others-${created}@example.org`);
    const reader = await addPerson(server, `reader-${created}@example.org`);
    const fenced = (await addKey(server, person.account, { fenceFolderId: there })).client;
    const inner = await makeFolder(person.client, "inner", here);
    await person.client.ok("/x/v1/share/grant", { folder_id: here, email: others.email, rw: 1 });
    await person.client.ok("/x/v1/share/grant", { folder_id: here, email: reader.email });
    const outer = await makeFolder(person.client, "outer", here);
    const within = await file("within.bin", outer);
    const changes = [
      { file_id: await file("a.bin"), remove: 1 },
      { folder_id: inner, remove: 1 },
      { folder_id: outer, remove: 1, with_contents: 1 },
    ];
    const first = await results(others.client, changes);
    assert.deepEqual(
      first,
      ["a.bin", "inner", "outer"].map((name) => ({ outcome: "done", name })),
    );
    assert.deepEqual(await results(others.client, changes), first, "it is in the owner's trash");
    const owners = await results(person.client, changes);
    const { entries } = (await person.client.ok("/x/v1/trash/list")) as { entries: { id: number }[] };
    const ids = entries.slice(0, 3).map(({ id }) => id);
    assert.deepEqual(
      owners.map(({ trash_id: id }) => id),
      ids.toReversed(),
    );
    const refused = ["failed 404 #469", "failed 404 #563", "failed 404 #563"];
    for (const client of [reader.client, fenced]) assert.deepEqual(await change(changes, {}, client), refused);
    const part = { file_id: within, remove: 1 };
    assert.deepEqual(await change([part]), ["failed 404 #469"], "it was removed with its folder");
    assert.deepEqual(await change([{ file_id: changes[0]?.file_id, name: "x" }]), ["failed 404 #469"]);
  });

  test("tell both of two calls that the folder they remove at once is removed", async () => {
    const whole = await makeFolder(person.client, "whole", here);
    for (const name of ["a", "b"]) await file(name, whole);
    const removal = { changes: [{ folder_id: whole, remove: 1, with_contents: 1 }] };
    const [one, other] = await Promise.all([1, 2].map(() => person.client.ok("/x/v1/batch/change", removal)));
    assert.deepEqual(one, other);
    assert.match(JSON.stringify(one), /"outcome":"done","name":"whole","trash_id":\d+/);
  });

  test("run as a full call by the client library, in several transactions", async () => {
    const client = createClient({ url: server.url, apiKey: person.key, pacing: "off" });
    const files = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`${at}.bin`, "same"]));
    const ids = (await person.client.upload(files, { did: String(here) })).map(({ download }) => idOf(download));
    const moved = await client.entries.change(
      ids.map((fileId) => ({ fileId, toFolderId: there, name: "a.bin" })),
      { onConflict: "keepBoth" },
    );
    assert.deepEqual([moved[0]?.name, moved.at(-1)?.name, moved.length], ["a.bin", "a (120).bin", 120]);
    const gone = await client.entries.change([
      ...ids.map((fileId) => ({ fileId, remove: true as const })),
      { folderId: there, name: "x" },
    ]);
    assert.ok(gone.every(({ outcome }) => outcome === "done"));
    const [again] = await client.entries.change([{ fileId: ids[0] ?? "", remove: true }]);
    assert.deepEqual(again, gone[0], "a file in the trash counts as removed, and is reported with its trash entry");
  });
});
