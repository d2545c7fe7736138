import assert from "node:assert/strict";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LocalNames } from "../../src/sync/trees/local-names.ts";
import { SyncError } from "../../src/sync/trees/sync-error.ts";
import { Refusal } from "./_memory-remote.ts";
import { SyncWorld } from "./_sync-world.ts";

const isError = (code: string) => (error: unknown) => error instanceof SyncError && error.code === code;

async function worldWith(t: Parameters<typeof SyncWorld.make>[0], remote: Readonly<Record<string, string>>) {
  const world = await SyncWorld.make(t);
  for (const [path, content] of Object.entries(remote)) world.remote.seed(path, content);
  return world;
}

test("a first download makes the local folder equal, and a second one fetches nothing", async (t) => {
  const world = await worldWith(t, { "a.txt": "one", "docs/deep/b.txt": "two" });
  await world.sync("down", { localRoot: join(world.folder, "tree") });
  assert.deepEqual(await world.paths(), world.remote.paths());
  world.remote.calls.length = 0;
  const record = await world.sync("down");
  assert.deepEqual([record.unchangedFiles, world.remote.calls.length], [2, 3]);
});

test("a missing target is made", async (t) => {
  const world = await worldWith(t, { "a.txt": "one" });
  const localRoot = join(world.folder, "new/place");
  await world.sync("down", { localRoot });
  assert.equal(await readFile(join(localRoot, "a.txt"), "utf8"), "one");
});

test("a changed remote file replaces the local one, and local-only files stay without --delete", async (t) => {
  const world = await worldWith(t, { "a.txt": "new" });
  await world.write("a.txt", "old");
  await world.write("mine.txt", "mine");
  await world.sync("down");
  assert.deepEqual(await world.paths(), ["a.txt=new", "mine.txt=mine"]);
  await world.sync("down", { deletes: true });
  assert.deepEqual(await world.paths(), ["a.txt=new"]);
});

test("a moved file is moved locally too, and copied without --delete", async (t) => {
  for (const deletes of [true, false]) {
    const world = await worldWith(t, { "new/a.txt": "content" });
    await world.write("old/a.txt", "content");
    const record = await world.sync("down", { deletes });
    assert.deepEqual(
      [record.counts.download, record.counts.move, record.counts.copy],
      [0, deletes ? 1 : 0, deletes ? 0 : 1],
    );
    assert.deepEqual(
      await world.paths(),
      [...(deletes ? [] : ["old/", "old/a.txt=content"]), "new/", "new/a.txt=content"].toSorted(),
    );
  }
});

test("a copy gets the longest possible file name", async (t) => {
  const name = "n".repeat(255);
  const world = await worldWith(t, { [name]: "content" });
  await world.write("a.txt", "content");
  const record = await world.sync("down");
  assert.deepEqual([record.counts.copy, record.failures, (await world.paths()).length], [1, [], 2]);
});

test("an empty, missing or vanished remote folder removes nothing", async (t) => {
  const world = await worldWith(t, {});
  await world.write("mine.txt", "mine");
  await assert.rejects(world.sync("down", { deletes: true }), isError("empty-source"));
  await assert.rejects(world.sync("down", { deletes: true, remoteRootId: undefined }), isError("source-missing"));
  world.remote.seed("a.txt", "one");
  world.remote.interfere = (call, when) => {
    if (call.startsWith("receive") && when === "after") world.remote.files = [];
  };
  await assert.rejects(world.sync("down", { deletes: true }), isError("source-gone"));
  assert.deepEqual(await world.paths(), ["a.txt=one", "mine.txt=mine"]);
});

test("names that would lead out of the folder are reported, and nothing is written", async (t) => {
  const world = await worldWith(t, {});
  for (const name of ["..", ".", "../up.txt", "/etc/passwd", "a/b", "nul\0byte", "．．", "x".repeat(300)]) {
    world.remote.seed("evil", name, name);
  }
  const record = await world.sync("down");
  assert.deepEqual(await readdir(world.folder), ["index.sqlite", "tree"]);
  assert.deepEqual(await world.paths(), ["．．=．．"]);
  assert.equal(record.leftOut.filter(({ why }) => why === "unusable name").length, 7);
  assert.equal(record.isComplete, false);
});

const windows = () => ({ localNames: new LocalNames({ platform: "win32" }) });

/** Remote names that are legal on a server, none of which Windows allows or encodes this way. */
const awkward = {
  "a:b.txt": "a：b.txt",
  con: "ｃon",
  "trail.": "trail．",
  "q?.txt": "q？.txt",
  "＼": "＼",
  "a：b.txt": "a‛：b.txt",
  "nul.tar.gz": "ｎul.tar.gz",
  "x|y*": "x｜y＊",
  "␠blanks␠": " blanks␠",
  "‛＂": "‛＂",
  "aux/in it?": "ａux/in it？",
};

test("on Windows, forbidden names are written with look-alikes and read back correctly", async (t) => {
  const world = await worldWith(t, Object.fromEntries(Object.keys(awkward).map((name) => [name, name])));
  const record = await world.sync("down", windows());
  assert.deepEqual([record.leftOut, record.failures, record.isComplete], [[], [], true]);
  const lines = Object.entries(awkward).map(([name, onDisk]) => `${onDisk}=${name}`);
  assert.deepEqual(await world.paths(), [...lines, "ａux/"].toSorted());
  for (const direction of ["up", "down"] as const) {
    const again = await world.sync(direction, { ...windows(), deletes: true, method: "checksum" });
    assert.equal(again.unchangedFiles, Object.keys(awkward).length);
    assert.deepEqual([Object.values(again.counts).filter((count) => count > 0), again.leftOut], [[], []]);
  }
  // A local change goes to the file that the name stands for.
  await world.write("q？.txt", "new");
  await world.write("ａux/more：", "more");
  assert.equal((await world.sync("up", windows())).isComplete, true);
  assert.equal(world.remote.paths().includes("q?.txt=new"), true);
  assert.equal(world.remote.paths().includes("aux/more:=more"), true);
});

test("on Windows, a name written differently by another program is read and replaced in place", async (t) => {
  const world = await worldWith(t, { con: "new one", "‛x": "new two", sub: "1" });
  await world.write("con", "one");
  await world.write("‛x", "two");
  const record = await world.sync("down", windows());
  assert.deepEqual(await world.paths(), ["con=new one", "sub=1", "‛x=new two"]);
  assert.equal(record.isComplete, true);
  await world.write("ｃon", "a second one of the name");
  const twins = await world.sync("up", { ...windows(), deletes: true });
  assert.equal(twins.leftOut.length, 1);
  assert.match(twins.leftOut[0]?.detail ?? "", /another local file has the same name on the server, "con"/);
});

test("on Windows, --encoding none skips forbidden names, and those that would clash", async (t) => {
  const world = await worldWith(t, { "NUL.txt": "1", "a:b": "2", "same.txt": "3", "SAME.txt": "4", "good.txt": "5" });
  const localNames = new LocalNames({ platform: "win32", encoding: "none" });
  const record = await world.sync("down", { localNames });
  assert.deepEqual(await world.paths(), ["good.txt=5", "same.txt=3"]);
  assert.deepEqual(record.leftOut.map(({ path }) => path).toSorted(), ["NUL.txt", "SAME.txt", "a:b"]);
});

test("nothing is written or removed through a symbolic link", async (t) => {
  const world = await worldWith(t, { "linked/a.txt": "one", "file.txt": "two" });
  const outside = join(world.folder, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "precious.txt"), "precious");
  await symlink(outside, join(world.root, "linked"));
  await symlink(join(outside, "precious.txt"), join(world.root, "file.txt"));
  const record = await world.sync("down", { deletes: true });
  assert.deepEqual(await readdir(outside), ["precious.txt"]);
  assert.equal(await readFile(join(outside, "precious.txt"), "utf8"), "precious");
  assert.deepEqual(record.conflicts.map(({ path }) => path).toSorted(), ["file.txt", "linked"]);
});

test("a link placed in the way during the run is noticed", async (t) => {
  const world = await worldWith(t, { "docs/a.txt": "one" });
  const outside = join(world.folder, "outside");
  await mkdir(outside);
  await world.write("docs/old.txt", "old");
  const onPhase = (phase: string) => {
    if (phase !== "changing") return;
    renameSync(join(world.root, "docs"), join(world.folder, "aside"));
    symlinkSync(outside, join(world.root, "docs"));
  };
  const record = await world.sync("down", { watcher: { onPhase } });
  assert.deepEqual([await readdir(outside), record.failures.length], [[], 1]);
});

test("the newest of several remote files with one name is downloaded, and the others are reported", async (t) => {
  const world = await worldWith(t, {});
  world.remote.seed("a.txt", "oldest");
  world.remote.seed("a.txt", "older");
  world.remote.seed("a.txt", "newest");
  const record = await world.sync("down");
  assert.deepEqual(await world.paths(), ["a.txt=newest"]);
  assert.deepEqual(record.leftOut, [{ path: "a.txt", why: "duplicate", detail: "2 older files with this name" }]);
});

test("a local file changed since the scan is neither replaced nor removed", async (t) => {
  const world = await worldWith(t, { "a.txt": "remote" });
  await world.write("a.txt", "local");
  await world.write("mine.txt", "mine");
  const record = await world.sync("down", {
    deletes: true,
    watcher: {
      onPhase: (phase) => {
        if (phase !== "changing") return;
        // The plan is made; from here on the user saves both files again.
        for (const name of ["a.txt", "mine.txt"]) writeFileSync(join(world.root, name), "saved again");
      },
    },
    ignoresErrors: true,
  });
  assert.deepEqual(await world.paths(), ["a.txt=saved again", "mine.txt=saved again"]);
  assert.deepEqual(
    record.failures.map(({ action, path }) => `${action} ${path}`),
    ["download a.txt", "delete mine.txt"],
  );
});

test("a remote file and folder with one name are a local conflict", async (t) => {
  const world = await worldWith(t, { "both/inside.txt": "1" });
  world.remote.seed("both", "2");
  const record = await world.sync("down");
  assert.equal(record.conflicts.length, 1);
  assert.equal(record.isComplete, false);
});

test("after a stop at any call, the next run makes both sides equal", async (t) => {
  const build = async () => {
    const world = await worldWith(t, { "a.txt": "new", "docs/b.txt": "two", "moved/c.txt": "has only moved" });
    await world.write("a.txt", "old");
    await world.write("was/c.txt", "has only moved");
    await world.write("extra/x.txt", "to be removed");
    return world;
  };
  const whole = await build();
  await whole.sync("down", { deletes: true, transfers: 1 });
  const total = whole.remote.calls.length;
  for (let stopAt = 1; stopAt <= total; stopAt += 1) {
    const world = await build();
    const stopped = new AbortController();
    world.remote.interfere = (_call, when, number) => {
      if (number !== stopAt || when !== "before") return;
      stopped.abort(new Refusal("other", "stopped"));
      throw new Refusal("other", "stopped");
    };
    await assert.rejects(world.sync("down", { deletes: true, transfers: 1, signal: stopped.signal }), /stopped/);
    world.remote.interfere = () => {};
    await world.sync("down", { deletes: true });
    assert.deepEqual(await world.paths(), world.remote.paths(), `stopped at call ${stopAt}`);
  }
});

const unfinished = [".consigne-0123456789abcdef.part", ".consigne-0123456789abcdef.state"] as const;

/** What an interrupted download leaves. */
async function leaveUnfinished(world: SyncWorld): Promise<void> {
  const lines = [
    { is: "unfinished file of consigne", version: 1, name: "big.iso", url: "https://1fichier.com/?a", sizeBytes: 9 },
    { done: [[0, 1]], samples: [[0, "31"]] },
  ];
  await world.write(unfinished[0], "1");
  await world.write(unfinished[1], lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

test("unfinished downloads are named, and neither removed nor sent", async (t) => {
  const world = await worldWith(t, { "a.txt": "one" });
  await leaveUnfinished(world);
  const down = await world.sync("down", { deletes: true });
  assert.deepEqual(down.leftOut.map(({ path }) => path).toSorted(), unfinished);
  assert.deepEqual(
    (await world.paths()).map((line) => line.replace(/=.*/s, "")).toSorted(),
    ["a.txt", ...unfinished].toSorted(),
  );
  for (const name of unfinished) world.remote.seed(name, "of the remote");
  const before = world.remote.paths();
  const up = await world.sync("up", { deletes: true });
  assert.deepEqual([up.leftOut.map(({ path }) => path).toSorted(), world.remote.paths()], [unfinished, before]);
});

test("files merely named like temporary ones are sent, downloaded and removed like any other", async (t) => {
  const files = {
    film: "film",
    "film.part": "mine",
    "film.part.json": '{"version":1}',
    [unfinished[0]]: "mine",
    [unfinished[1]]: "{}",
    [`.consigne-copy-${"0".repeat(32)}`]: "mine",
    ".consigne-fedcba9876543210.part": "alone",
  };
  const world = await SyncWorld.make(t, files);
  await world.sync("up", { deletes: true });
  await world.sync("up", { deletes: true });
  assert.deepEqual(world.remote.paths(), await world.paths());
  assert.equal(world.remote.paths().length, 7);
  for (const path of Object.keys(files)) await world.remove(path);
  await world.sync("down", { transfers: 1 });
  assert.deepEqual(await world.paths(), world.remote.paths());
  world.remote.files = [];
  await world.sync("down", { deletes: true, allowsEmptySource: true });
  assert.deepEqual(await world.paths(), []);
});

test("a local copy never uses a name that exists or is about to", async (t) => {
  const world = await worldWith(t, { "a.txt": "same", "b.txt": "same" });
  const names = ["", "-1", "-2"].flatMap((more) => [
    `.consigne-${hashOfB}${more}.part`,
    `.consigne-${hashOfB}${more}.state`,
  ]);
  await world.write("a.txt", "same");
  for (const name of names) await world.write(name, "mine");
  await world.write("d", "mine");
  const record = await world.sync("down");
  assert.equal(record.counts.copy, 1);
  assert.deepEqual(
    await world.paths(),
    [...names.map((name) => `${name}=mine`), "a.txt=same", "b.txt=same", "d=mine"].toSorted(),
  );
});

/** Part of the temporary name of `b.txt`. */
const hashOfB = "01d9faa56a7a2d23";

test("a download completed by this run is not reported as unfinished", async (t) => {
  const world = await worldWith(t, { "big.iso": "whole" });
  await leaveUnfinished(world);
  const onPhase = (phase: string) => {
    if (phase !== "changing") return;
    for (const name of unfinished) rmSync(join(world.root, name));
  };
  assert.deepEqual((await world.sync("down", { watcher: { onPhase } })).leftOut, []);
});

test("--delete keeps what is in the way until its replacement has arrived", async (t) => {
  const before = { "x/deep/mine.txt": "mine", "x/b.txt": "mine too", y: "was a file", "z.txt": "old" };
  for (const failing of ["x", "y/a.txt", "z.txt"]) {
    const world = await worldWith(t, { x: "a file now", "y/a.txt": "a folder now", "z.txt": "new" });
    for (const [path, content] of Object.entries(before)) await world.write(path, content);
    const { url = "" } = world.remote.files.find(({ name }) => name === failing.split("/").at(-1)) ?? {};
    world.remote.interfere = (call, when) => {
      if (call === `receive ${url}` && when === "before") throw new Refusal("gone");
    };
    const record = await world.sync("down", { deletes: true });
    assert.deepEqual([record.failures.length, record.counts.delete, record.counts.rmdir], [1, 0, 0], failing);
    assert.match(record.deletionWithheld ?? "", /^Nothing was removed, because not everything could be fetched/);
    const now = await world.paths();
    for (const kept of ["mine", "mine too", "was a file"]) {
      assert.ok(
        now.some((each) => each.endsWith(`=${kept}`)),
        `${failing}: ${kept} is among ${now.join(", ")}`,
      );
    }
    if (failing === "x")
      assert.ok(now.includes("x/deep/mine.txt=mine"), "entries without a replacement are back in place");
    world.remote.interfere = () => undefined;
    await world.sync("down", { deletes: true });
    const left = (await world.paths()).filter((path) => !path.includes(".consigne-replaced"));
    assert.deepEqual(left, world.remote.paths(), failing);
  }
});

test("--delete keeps a folder in the way if it contains something the scan did not see", async (t) => {
  const world = await worldWith(t, { x: "a file now", "a.txt": "one" });
  await world.write("x/mine.txt", "mine");
  const record = await world.sync("down", {
    deletes: true,
    watcher: {
      onPhase: (phase) => {
        if (phase === "changing") writeFileSync(join(world.root, "x/later.txt"), "later");
      },
    },
  });
  assert.ok(record.failures.length > 0);
  assert.deepEqual(await world.paths(), ["a.txt=one", "x/", "x/later.txt=later", "x/mine.txt=mine"]);
});
