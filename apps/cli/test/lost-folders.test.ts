import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { ApiClient, fault, Gate } from "@consigne/testkit";
import { CommandWorld } from "./sync/_command-world.ts";
import { SentFiles } from "../src/transfers/sent-files.ts";
import { MemoryRemote } from "./sync/_memory-remote.ts";
import { SyncWorld } from "./sync/_sync-world.ts";

/** Runs a command, and removes a folder of the server while its first files are being sent: none continues before. */
async function runWhileRemoving(t: TestContext, folder: string, args: (root: string) => string[]) {
  const world = await CommandWorld.start(t, { "a.txt": "one", "b.txt": "two", "below/c.txt": "three" });
  await world.ok("mkdir", "-p", `:/${folder}`);
  const gate = new Gate();
  world.server.faults.add("upload/get_upload_server", fault.holdAnswer(gate), { times: Infinity });
  const running = world.run(...args(world.root));
  await gate.reached;
  const api = new ApiClient(world.server, world.server.apiKey);
  await world.ok("rm", "-r", "--yes", `:/${folder}`);
  gate.open();
  const { code, stderr } = await running;
  const { items } = await api.ok("file/ls", { folder_id: 0 });
  return { code, stderr, inRoot: (items as { filename: string }[]).map(({ filename }) => filename), world };
}

const folderLost = /its folder was removed from the server during the run, so the file was not stored/;

for (const [name, args, wanted] of [
  ["sync", (root: string) => ["sync", "--transfers", "1", root, ":/target"], 3],
  ["put -r", (root: string) => ["put", "-r", root, ":/"], 3],
  ["put of several files", (root: string) => ["put", join(root, "a.txt"), join(root, "b.txt"), ":/target/"], 3],
  ["put of one file", (root: string) => ["put", join(root, "a.txt"), ":/target/"], 4],
] as const) {
  test(`${name} reports that the folder was removed meanwhile, and leaves nothing in the root`, async (t) => {
    const folder = name === "put -r" ? "tree" : "target";
    const { code, stderr, inRoot } = await runWhileRemoving(t, folder, args);
    assert.equal(code, wanted, stderr);
    assert.match(stderr, folderLost);
    assert.doesNotMatch(stderr, /\d sent/);
    assert.deepEqual(inRoot, []);
  });
}

test("a sync whose whole target was removed does not ask for its folders again", async (t) => {
  const world = await SyncWorld.make(t, { "a/1.txt": "1", "b/2.txt": "2", "c/3.txt": "3" });
  const { remote } = world;
  for (const name of ["a", "b", "c"]) remote.seed(`backup/${name}/old.txt`, "old");
  const remoteRootId = [...remote.folders.values()].find(({ name }) => name === "backup")?.id ?? -1;
  remote.interfere = (call, when) => {
    if (!call.startsWith("send") || when === "after") return;
    for (const id of remote.folders.keys()) if (id !== 0) remote.folders.delete(id);
  };
  const record = await world.sync("up", { remoteRootId, transfers: 1 });
  assert.deepEqual([record.isComplete, record.counts.upload, record.failures.length], [false, 0, 3]);
  assert.equal(remote.calls.filter((call) => call.startsWith("send")).length, 1);
});

test("a file that a host put into the root because its folder is gone is removed there, and nothing else", async (t) => {
  const world = await SyncWorld.make(t, { "a.txt": "one", "below/b.txt": "two" });
  const { remote } = world;
  remote.refusesLostFolders = false;
  remote.seed("a.txt", "one");
  remote.seed("backup/old.txt", "old");
  const remoteRootId = [...remote.folders.values()].find(({ name }) => name === "backup")?.id ?? -1;
  remote.interfere = (call, when) => {
    if (call.startsWith(`send ${remoteRootId}`) && when === "before") remote.folders.delete(remoteRootId);
  };
  const record = await world.sync("up", { remoteRootId, transfers: 1 });
  assert.equal(record.isComplete, false);
  assert.deepEqual(
    record.failures.map(({ path }) => path),
    ["a.txt"],
  );
  assert.deepEqual(
    remote.files.filter(({ folderId }) => folderId === 0).map(({ name, bytes }) => `${name}=${bytes.toString()}`),
    ["a.txt=one"],
  );
});

test("put removes such misplaced files from the root, but no file meant for it", async () => {
  const remote = new MemoryRemote();
  remote.refusesLostFolders = false;
  const sent = new SentFiles({ remote, signal: new AbortController().signal });
  const file = (url: string) => ({ url, name: "a.txt", sizeBytes: 3, whirlpool: "", raw: {} });
  const [misplaced, meant] = [remote.seed("a.txt", "one"), remote.seed("b.txt", "two")];
  await sent.note({ path: "/target/a.txt", folderId: 7 }, async () => file(misplaced));
  await sent.note({ path: "/b.txt", folderId: 0 }, async () => file(meant));
  const [taken, ...more] = await sent.takeBackMisplaced();
  assert.deepEqual([taken?.path, taken?.error.exitCode, more], ["/target/a.txt", 4, []]);
  assert.deepEqual(remote.paths(), ["b.txt=two"]);
});
