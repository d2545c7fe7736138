import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Client, createClient } from "@consigne/sdk";
import { fault } from "@consigne/testkit";
import { InterruptedError } from "../src/command-line/errors.ts";
import { main } from "../src/main.ts";
import { CommandWorld } from "./sync/_command-world.ts";

const PART_BYTES = 8 * 1024 ** 2;

test("unfinished uploads", async (t) => {
  const world = await CommandWorld.start(t, {}, { storage: "memory" });
  const { url, apiKey, faults } = world.server;
  const { partUploads, folders }: Client = createClient({ url, apiKey, pacing: "off" });
  const left = async () => (await world.ok("uploads", "--json=id")).lines.map(({ id }) => id);
  t.afterEach(async () => {
    faults.clear();
    await world.ok("uploads", "rm", "--all", "--yes");
  });

  await t.test("are listed with their targets, how much has arrived and how long they are kept", async () => {
    const none = await world.ok("uploads");
    assert.deepEqual([none.stdout, none.stderr], ["", "There are no unfinished uploads.\n"]);
    const docs = await folders.create("docs");
    const folderId = (await folders.create("é 2026", { parentId: docs.id })).id;
    const first = await partUploads.create({ folderId, name: "film.mkv", sizeBytes: 2 * PART_BYTES });
    await partUploads.send(first.id, 2, new Uint8Array(PART_BYTES));
    const { expiresAt, createdAt } = await partUploads.get(first.id);
    const other = await partUploads.create({ folderId: 0, name: "b.bin", sizeBytes: 9, hasLink: true });
    const { lines } = await world.ok("uploads", "ls", "--json");
    assert.deepEqual(lines[1], {
      id: first.id,
      name: "film.mkv",
      folder: "/docs/é 2026",
      sizeBytes: 2 * PART_BYTES,
      receivedBytes: PART_BYTES,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    });
    assert.deepEqual([lines[0]?.["folder"], lines[0]?.["url"], lines.length], ["/", other.url, 2]);
    const { stdout } = await world.ok("uploads");
    assert.match(stdout, / {2}8\.0 MiB of 16\.0 MiB {2}:\/docs\/é 2026\/film\.mkv {2}kept until \d{4}-\d\d-\d\d /);
    assert.match(stdout, / {2}0 B of 9 B {2}:\/b\.bin {2}kept until /);
    await folders.remove(folderId);
    assert.match((await world.ok("uploads")).stdout, / {2}film\.mkv \(its folder is gone\) {2}kept until /);
  });

  await t.test("are removed by id, all or none", async () => {
    const ids: string[] = [];
    for (const name of ["a", "b"]) ids.unshift((await partUploads.create({ folderId: 0, name, sizeBytes: 9 })).id);
    const [b = "", a = ""] = ids;
    assert.equal((await world.run("uploads", "rm", "--yes", a, "nosuch")).code, 4);
    const unclear = [[a], ["--yes"], ["--all", a, "--yes"]];
    for (const words of unclear) assert.equal((await world.run("uploads", "rm", ...words)).code, 2, String(words));
    assert.equal((await world.ok("uploads", "rm", "--dry-run", a)).stderr, "would remove: :/a\n");
    assert.deepEqual(await left(), ids, "nothing was removed yet");
    assert.equal((await world.ok("uploads", "rm", "--yes", a)).stderr, "removed: :/a\n");
    assert.deepEqual(await left(), [b]);
    const { lines } = await world.ok("uploads", "rm", "--yes", "--all", "--json=id,removed");
    assert.deepEqual([lines, await left()], [[{ id: b, removed: true }], []]);
  });

  await t.test("are waited for by get, which shows how much has arrived", async () => {
    const upload = await partUploads.create({ folderId: 0, name: "a", sizeBytes: 2 * PART_BYTES, hasLink: true });
    await partUploads.send(upload.id, 2, new Uint8Array(PART_BYTES));
    const interruption = new AbortController();
    let told = "";
    const write = (text: string) => {
      told += text;
      if (told.includes("being uploaded")) interruption.abort(new InterruptedError());
    };
    const code = await main(["get", upload.url ?? "", join(world.folder, "fetched")], {
      variables: world.variables,
      stdout: { write },
      stderr: { write },
      interruption: () => interruption.signal,
    });
    assert.equal(code, 130);
    assert.match(told, /^paused 1?\d (s|min): the file is still being uploaded, 50 %$/m);
  });

  await t.test("are reported as gone once they have ended", async () => {
    const { id } = await partUploads.create({ folderId: 0, name: "a", sizeBytes: 9 });
    const isAbort = ({ target }: { target: string }) => target.endsWith("/uploads/abort");
    faults.add(isAbort, fault.answer({ status: 404, body: { message: "There is no such upload #606", status: "KO" } }));
    assert.match((await world.ok("uploads", "rm", "--yes", id)).stderr, /^:\/a was already complete or removed$/m);
  });

  await t.test("are also those of put, which starts over if one was removed", async () => {
    const path = join(world.folder, "big.bin");
    await writeFile(path, new Uint8Array(3 * PART_BYTES));
    const isPart = ({ method }: { method: string }) => method === "PUT";
    faults.add(isPart, fault.cutBeforeRequest(), { times: Infinity });
    assert.notEqual((await world.run("put", "--retries", "0", path, ":/")).code, 0);
    faults.clear();
    const { lines } = await world.ok("uploads", "--json=name,sizeBytes");
    assert.deepEqual(lines, [{ name: "big.bin", sizeBytes: 3 * PART_BYTES }]);
    await world.ok("uploads", "rm", "--all", "--yes");
    world.server.requests.clear();
    await world.ok("put", path, ":/");
    assert.equal(world.server.requests.count(isPart), 3);
    assert.deepEqual(await left(), []);
  });
});
