import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { fault } from "@consigne/testkit";
import { CommandWorld } from "./_command-world.ts";
import { Refusal } from "./_memory-remote.ts";
import { SyncWorld } from "./_sync-world.ts";

const full = fault.answer({ status: 507, body: { status: "KO", message: "No room left on the server #591" } });
const sizes = { big: 9000, "d/large": 8000, medium: 3000, small: 300, tiny: 30 };
const contentOf = (path: string, size: number) => path.slice(-1).repeat(size);

async function fullWorld(t: TestContext): Promise<CommandWorld> {
  const world = await CommandWorld.start(t, {});
  for (const [path, size] of Object.entries(sizes)) await world.write(path, contentOf(path, size));
  const takesLess = ({ endpoint, headers }: { endpoint?: string | undefined; headers: Record<string, unknown> }) =>
    endpoint === "upload.cgi" && Number(headers["content-length"]) > 6000;
  world.server.faults.add(takesLess, full, { times: Infinity });
  return world;
}

test("a sync to a full server sends the smaller files, and reports the rest", async (t) => {
  const world = await fullWorld(t);
  const run = await world.run("sync", world.root, ":/backup", "--json");
  assert.equal(run.code, 7, run.stderr);
  assert.deepEqual(
    (await world.remotePaths("backup")).map((line) => line.replace(/=.*/, "")),
    ["d/", "medium", "small", "tiny"],
  );
  assert.deepEqual(run.lines.find(({ type }) => type === "summary")?.["noRoom"], { files: 2, bytes: 17_000 });
  const failures = run.lines.filter(({ type }) => type === "failure").map(({ path }) => String(path));
  assert.deepEqual(new Set(failures), new Set(["big", "d/large"]));
  const again = await world.run("put", "-r", world.root, ":/other");
  assert.equal(again.code, 7);
  assert.match(again.stderr, /failed: 2\n[^]*upload big: not enough room for its 8\.8 KiB\.\n/);
  assert.match(again.stderr, /no room for 2 files \(16\.6 KiB\); free some space and run it again\n/);
  world.server.faults.clear();
  await world.ok("sync", world.root, ":/backup");
  assert.deepEqual(await world.remotePaths("backup"), await world.localPaths());
});

test("put sends those of several files that fit", async (t) => {
  const world = await fullWorld(t);
  const paths = Object.keys(sizes).map((path) => join(world.root, path));
  const { code, stderr, stdout } = await world.run("put", ...paths, ":/");
  assert.deepEqual([code, stdout.trim().split("\n").length], [7, 3], stderr);
  for (const path of ["big", "d/large"]) assert.ok(stderr.includes(`${join(world.root, path)}: `), stderr);
});

test("asks a full server only a few times, however many files there are", async (t) => {
  const world = await SyncWorld.make(t);
  for (let count = 0; count < 300; count++) await world.write(`f${count}`, "x".repeat(count + 1));
  world.remote.interfere = (call) => {
    if (call.startsWith("send")) throw new Refusal("full");
  };
  const record = await world.sync("up");
  assert.deepEqual([record.noRoom.files, record.isComplete], [300, false]);
  const sent = world.remote.calls.filter((call) => call.startsWith("send"));
  assert.ok(sent.length <= 12, `${sent.length} batches`);
});

/** A small disk; undefined if none can be made. */
async function smallDisk(t: TestContext, size: string): Promise<string | undefined> {
  const path = await mkdtemp(join(tmpdir(), "consigne-disk-"));
  const run = promisify(execFile);
  const isMounted = await run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]).then(
    () => true,
    () => false,
  );
  t.after(async () => {
    if (isMounted) await run("umount", [path]);
    await rm(path, { recursive: true });
  });
  if (!isMounted) t.skip("may not mount a small file system here");
  return isMounted ? path : undefined;
}

for (const [what, ...command] of [
  ["a sync", "sync", ":/backup", "."],
  ["get", "get", "-r", ":/backup", "."],
] as const) {
  test(`${what} to a full disk downloads the smaller files, and reports the rest`, async (t) => {
    const world = await CommandWorld.start(t, { small: "s".repeat(1000), tiny: "t" });
    for (const name of ["a-huge", "b-huge"])
      await writeFile(join(world.root, name), Buffer.alloc(3 * 1024 * 1024, name));
    await writeFile(join(world.root, "c-middle"), Buffer.alloc(1024 * 1024, "m"));
    await world.ok("sync", world.root, ":/backup");
    const disk = await smallDisk(t, "2m");
    if (disk === undefined) return;
    const run = await world.run(...command.map((word) => (word === "." ? disk : word)));
    assert.equal(run.code, 7, run.stderr);
    const target = what === "get" ? join(disk, "backup") : disk;
    assert.deepEqual((await readdir(target)).toSorted(), ["c-middle", "small", "tiny"], run.stderr);
    assert.equal((await stat(join(target, "c-middle"))).size, 1024 * 1024);
    for (const name of ["a-huge", "b-huge"]) assert.match(run.stderr, new RegExp(name));
    await promisify(execFile)("mount", ["-o", "remount,size=50m", disk]);
    await world.ok(...command.map((word) => (word === "." ? disk : word)));
    assert.deepEqual(await world.localPaths(target), await world.localPaths());
  });
}
