import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import {
  type BatchChangeResponse,
  endpoints,
  type TrashListResponse,
  type TrashRestoreResponse,
} from "@consigne/contract";
import type { Ports } from "@consigne/core";
import { type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { watchedPorts } from "./_watched-ports.ts";
import { addKey, addPerson, assertRefusal, idOf, makeFolder, type Person, readOnlyScopes, uploadOne } from "./_wire.ts";

suite("the trash", () => {
  let server: TestServer;
  let person: Person;
  let onCommit: (() => Promise<void>) | undefined;

  before(async () => {
    const replacePorts = (ports: Ports) => watchedPorts(ports, { onCommit: () => onCommit?.() });
    server = await startTestServer({ storage: "memory", replacePorts });
    person = await addPerson(server, "person@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const list = async (body: object = {}, client: ApiClient = person.client) =>
    assertAnswer(endpoints.trashList, await client.call("/x/v1/trash/list", body)) as unknown as TrashListResponse;
  const restore = async (ids: readonly number[], client: ApiClient = person.client) => {
    const answer = assertAnswer(endpoints.trashRestore, await client.call("/x/v1/trash/restore", { ids }));
    return (answer as unknown as TrashRestoreResponse).results;
  };
  const batch = async (changes: object[]) =>
    (
      assertAnswer(
        endpoints.batchChange,
        await person.client.call("/x/v1/batch/change", { changes }),
      ) as unknown as BatchChangeResponse
    ).results;
  const removeForGood = async (body: object, client: ApiClient = person.client) =>
    assertAnswer(endpoints.trashRemove, await client.call("/x/v1/trash/remove", body))["removed"];

  test("a file removed by any call is absent everywhere, and restored with its link", async () => {
    const folder = await makeFolder(person.client, "docs");
    const url = await uploadOne(person.client, "a.bin", "content", { did: String(folder) });
    await person.client.ok("file/rm", { files: [{ url }] });
    assertRefusal(await person.client.call("file/info", { url }), 404, 469);
    assertRefusal(await person.client.call("download/get_token", { url }), 404, 469);
    assert.deepEqual((await person.client.ok("/x/v1/entry/search", { text: "a.bin" }))["matches"], []);
    const { entries, total, days } = await list();
    const [entry] = entries;
    assert.ok(entry);
    const { id, removed_at: removedAt, expires_at: expiresAt, ...rest } = entry;
    assert.equal(Date.parse(expiresAt) - Date.parse(removedAt), 30 * 86_400_000);
    assert.deepEqual(
      [rest, total, days],
      [
        {
          kind: "file",
          file_id: idOf(url),
          name: "a.bin",
          path: "/docs",
          size: 7,
          items: 1,
          removed_by: rest.removed_by,
        },
        { items: 1, size: 7 },
        30,
      ],
    );
    assert.equal((await person.client.ok("user/info"))["cold_storage"], 7);
    assert.deepEqual(await restore([id, id, 987_654]), [
      { id, outcome: "done", kind: "file", file_id: idOf(url), folder_id: folder, name: "a.bin", path: "/docs" },
      ...[id, 987_654].map((each) => ({
        id: each,
        outcome: "failed",
        error: { status: 404, message: "Resource not found #469" },
      })),
    ]);
    assert.equal((await person.client.ok("file/info", { url }))["filename"], "a.bin");
  });

  test("a folder is removed with its contents on request, and its trash entry is returned", async () => {
    const top = await makeFolder(person.client, "top");
    const inner = await makeFolder(person.client, "inner", top);
    const url = await uploadOne(person.client, "deep.bin", "deep", { did: String(inner) });
    await person.client.ok("folder/share", { folder_id: inner, share: 1 });
    const { shared } = await person.client.ok("folder/ls", { folder_id: inner });
    const [refused] = await batch([{ folder_id: top, remove: 1 }]);
    assert.equal(refused?.error?.status, 409);
    assertRefusal(await person.client.call("folder/rm", { folder_id: top }), 409, 561);
    const [removed] = await batch([{ folder_id: top, remove: 1, with_contents: 1 }]);
    assert.equal(removed?.outcome, "done");
    assertRefusal(await person.client.call("folder/ls", { folder_id: inner }), 404, 563);
    assertRefusal(await person.client.call("file/info", { url }), 404, 469);
    const entry = (await list()).entries.find(({ id }) => id === removed?.trash_id);
    assert.deepEqual([entry?.kind, entry?.folder_id, entry?.items, entry?.size], ["folder", top, 3, 4]);
    const [restored] = await restore([removed?.trash_id ?? 0]);
    assert.deepEqual([restored?.folder_id, restored?.path, restored?.name], [top, "/", "top"]);
    assert.equal((await person.client.ok("folder/ls", { folder_id: inner }))["shared"], shared);
    assert.equal((await person.client.ok("file/info", { url }))["path"], "top/inner");
    const answer = await person.client.call("/x/v1/batch/change", {
      changes: [{ folder_id: top, name: "x", with_contents: 1 }],
    });
    assertRefusal(answer, 400, 550);
  });

  test("a folder moved out while its parent is removed stays where it was moved", async () => {
    const { client } = person;
    const box = await makeFolder(client, "box");
    const moved = await makeFolder(client, "a moved one", box);
    const inner = await makeFolder(client, "inner", moved);
    const full = await makeFolder(client, "all that one transaction takes", box);
    for (const folder of [moved, inner]) await uploadOne(client, "precious", "precious", { did: String(folder) });
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`${at}`, "a"]));
    await client.upload(many, { did: String(full) });
    onCommit = async () => {
      if ((await client.ok("file/ls", { folder_id: full }))["count"] === 500) return;
      onCommit = undefined;
      await client.ok("folder/mv", { folder_id: moved, destination_folder_id: 0 });
    };
    const [result] = await batch([{ folder_id: box, remove: 1, with_contents: 1 }]);
    assert.deepEqual([result?.outcome, onCommit], ["done", undefined]);
    for (const folder of [moved, inner])
      assert.equal((await client.ok("file/ls", { folder_id: folder }))["count"], 1, String(folder));
    const [entry] = (await list()).entries;
    assert.deepEqual([entry?.name, entry?.items], ["box", 502]);
    assert.equal(await removeForGood({ ids: [entry?.id] }), 1);
    await client.ok("/x/v1/batch/change", { changes: [{ folder_id: moved, remove: 1, with_contents: 1 }] });
    await removeForGood({ all: 1 });
  });

  test("a replaced file goes to its owner's trash", async () => {
    const other = await addPerson(server, "other@example.org");
    const [one, two] = [
      await uploadOne(other.client, "same.bin", "one"),
      await uploadOne(other.client, "moved.bin", "two"),
    ];
    const changes = [{ file_id: idOf(two), name: "same.bin" }];
    await other.client.ok("/x/v1/batch/change", { changes, on_conflict: "replace" });
    const { entries } = await list({}, other.client);
    assert.deepEqual(
      entries.map((entry) => entry.file_id),
      [idOf(one)],
    );
  });

  test("entries are listed page by page, and removed for good by id or all at once", async () => {
    const other = await addPerson(server, "pages@example.org");
    const urls: string[] = [];
    for (const name of ["a", "b", "c"]) urls.push(await uploadOne(other.client, name, name));
    await other.client.ok("file/rm", { files: urls.map((url) => ({ url })) });
    const first = await list({ limit: 2 }, other.client);
    const second = await list({ limit: 2, cursor: first.next }, other.client);
    assert.deepEqual([first.entries.length, second.entries.length, second.next], [2, 1, undefined]);
    assert.deepEqual(first.total, { items: 3, size: 3 });
    assertRefusal(await other.client.call("/x/v1/trash/remove", {}), 400, 550);
    assertRefusal(await other.client.call("/x/v1/trash/remove", { ids: [1], all: 1 }), 400, 550);
    assertRefusal(await other.client.call("/x/v1/trash/list", { cursor: "x" }), 400, 550);
    const ids = [...first.entries, ...second.entries].map(({ id }) => id);
    assert.equal(await removeForGood({ ids: ids.slice(0, 1) }), 0, "nothing of other accounts");
    assert.equal(await removeForGood({ ids: ids.slice(0, 1) }, other.client), 1);
    assert.equal(await removeForGood({ all: 1 }, other.client), 2);
    assert.deepEqual((await list({}, other.client)).total, { items: 0, size: 0 });
    assert.equal((await other.client.ok("user/info"))["cold_storage"], 0);
  });

  test("the account sets how long the trash keeps entries, down to not at all", async () => {
    const other = await addPerson(server, "days@example.org");
    const keep = async (body: object) =>
      assertAnswer(endpoints.trashRetention, await other.client.call("/x/v1/trash/retention", body))["days"];
    assert.equal(await keep({ days: 0 }), 0);
    const url = await uploadOne(other.client, "a", "a");
    await other.client.ok("file/rm", { files: [{ url }] });
    const { entries, days } = await list({}, other.client);
    assert.deepEqual([entries, days], [[], 0]);
    assert.equal(await keep({ days: 3 }), 3);
    assert.equal(await keep({}), 30);
    assertRefusal(await other.client.call("/x/v1/trash/retention", { days: -1 }), 400, 550);
  });

  test("a read-only key can list entries, but not restore them", async () => {
    const { client: reader } = await addKey(server, person.account, { scopes: readOnlyScopes });
    await list({}, reader);
    for (const [call, body] of [
      ["restore", { ids: [1] }],
      ["remove", { all: 1 }],
      ["retention", { days: 1 }],
    ] as const) {
      assertRefusal(await reader.call(`/x/v1/trash/${call}`, body), 403, 555);
    }
  });
});
