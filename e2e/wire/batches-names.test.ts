import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { type BatchLine, putBatch } from "./_batches.ts";
import { addPerson, makeFolder, type Person } from "./_wire.ts";

const MOST_ENTRIES = 12;

suite("files with the same name in one batch", () => {
  let server: TestServer;

  before(async () => {
    const settings = { CONSIGNE_MIN_FREE_BYTES: "1", CONSIGNE_MAX_ENTRIES_PER_ACCOUNT: String(MOST_ENTRIES) };
    server = await startTestServer({ settings });
  });
  after(() => server[Symbol.asyncDispose]());

  const send = async (by: Person, folder: number, paths: readonly [string, string][], way: string) => {
    const files = paths.map(([path, bytes]) => ({ path, bytes }));
    return putBatch(server, by.key, files, { folder_id: folder, on_conflict: way });
  };
  const said = (lines: readonly BatchLine[]) =>
    lines.map(({ outcome, filename, error }) => error?.status ?? [outcome, filename].filter(Boolean).join(" "));

  test("take the earlier ones into account, even in a folder that the batch makes", async () => {
    const expected = {
      add: ["stored a", "stored a", "stored a", "exists a"],
      skip: ["stored a", "skipped", "skipped", "exists a"],
      fail: ["stored a", 409, 409, "exists a"],
      keep_both: ["stored a", "stored a (2)", "stored a (3)", "exists a"],
      replace: ["stored a", "replaced a", "replaced a", "replaced a"],
    };
    const files: [string, string][] = ["X", "Y", "Z", "X"].map((bytes) => ["new/a", bytes]);
    for (const [way, outcomes] of Object.entries(expected)) {
      const by = await addPerson(server, `${way}@example.org`);
      const { files: lines, last } = await send(by, await makeFolder(by.client, "top"), files, way);
      assert.deepEqual(said(lines), outcomes, way);
      assert.equal(last.status, "OK");
    }
  });

  test("take a numbered name given to an earlier file into account", async () => {
    const by = await addPerson(server, "numbers@example.org");
    const files: [string, string][] = ["a", "b", "b", "a"].map((name, at) => [`new/${name}`, `${at}`]);
    const { files: lines } = await send(by, await makeFolder(by.client, "top"), files, "keep_both");
    assert.deepEqual(said(lines), ["stored a", "stored b", "stored b (2)", "stored a (2)"]);
  });

  test("are each refused when the account has no room for any", async () => {
    const by = await addPerson(server, "full@example.org");
    const top = await makeFolder(by.client, "top");
    const first = Array.from({ length: MOST_ENTRIES - 1 }, (_, at): [string, string] => [`${at}`, "first"]);
    assert.deepEqual(
      new Set(said((await send(by, top, first, "add")).files)),
      new Set(first.map(([name]) => `stored ${name}`)),
    );
    const { files: lines, last } = await send(
      by,
      top,
      [
        ["x", "1"],
        ["y", "2"],
        ["x", "3"],
      ],
      "add",
    );
    assert.deepEqual(said(lines), [409, 409, 409]);
    assert.deepEqual(last, { status: "OK", files: 3 });
  });

  test("are stored while there is room, and the others are each refused", async () => {
    const by = await addPerson(server, "nearly-full@example.org");
    const top = await makeFolder(by.client, "top");
    const first = Array.from({ length: MOST_ENTRIES - 3 }, (_, at): [string, string] => [`${at}`, "first"]);
    await send(by, top, first, "add");
    const files: [string, string][] = [
      ...["x", "y", "z"].map((name): [string, string] => [name, name]),
      ["0", "first"],
    ];
    const { files: lines, last } = await send(by, top, files, "add");
    assert.deepEqual(said(lines), ["stored x", "stored y", 409, "exists 0"]);
    assert.match(
      lines[2]?.error?.message ?? "",
      /An account can have at most 12 files and folders; nothing was stored/,
    );
    assert.deepEqual(last, { status: "OK", files: 4 });
    const again = await send(by, top, files.slice(0, 3), "add");
    assert.deepEqual(said(again.files), ["exists x", "exists y", 409]);
  });

  test("leave no folders of their path behind when they cannot be stored", async () => {
    const by = await addPerson(server, "paths@example.org");
    const top = await makeFolder(by.client, "top");
    const first = Array.from({ length: MOST_ENTRIES - 4 }, (_, at): [string, string] => [`${at}`, "first"]);
    await send(by, top, first, "add");
    const foldersIn = async (folder: number) =>
      (await by.client.ok("folder/ls", { folder_id: folder }))["sub_folders"] as { name: string; id: number }[];
    const deep: [string, string] = ["a/b/c/d", "too deep for what is left"];
    assert.deepEqual(said((await send(by, top, [deep], "add")).files), [409]);
    assert.deepEqual(await foldersIn(top), []);
    const sent = await send(by, top, [deep, ["a/e", "room for two"], ["a/b/f", "and none for this"], deep], "add");
    assert.deepEqual(said(sent.files), [409, "stored e", 409, 409]);
    const [a, ...others] = await foldersIn(top);
    assert.deepEqual([a?.name, others], ["a", []]);
    assert.deepEqual(await foldersIn(a?.id ?? 0), []);
    const small = await addPerson(server, "small@example.org");
    await server.services.accounts.setQuota("operator", small.account, 10);
    const { files: lines } = await send(
      small,
      0,
      [
        ["x/y/large", "more than ten bytes"],
        ["x/small", "fits"],
      ],
      "add",
    );
    assert.deepEqual(said(lines), [409, "stored small"]);
    const [x] = (await small.client.ok("folder/ls", { folder_id: 0 }))["sub_folders"] as { name: string; id: number }[];
    assert.equal(x?.name, "x");
    assert.deepEqual((await small.client.ok("folder/ls", { folder_id: x.id }))["sub_folders"], []);
  });
});
