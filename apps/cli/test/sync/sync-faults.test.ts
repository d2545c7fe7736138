import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fault, Gate } from "@consigne/testkit";
import type { EndpointName, Fault } from "@consigne/testkit";
import { CommandWorld, treeOf } from "./_command-world.ts";

const tree = { ...treeOf(2, 4), "a.txt": "x".repeat(5000) };

/** What a user does: repeats the command until it succeeds. Returns how often. */
async function syncUntilDone(world: CommandWorld, ...sides: string[]): Promise<number> {
  for (let run = 1; run <= 3; run += 1) {
    if ((await world.run("sync", ...sides)).code === 0) return run;
  }
  throw new Error("three runs did not do it");
}

suite("a sync to the server", { concurrency: 3 }, () => {
  const faults: [EndpointName, string, Fault, number?][] = [
    ["folder/ls", "cut before its answer", fault.cutBeforeAnswer()],
    ["folder/mkdir", "cut before its answer", fault.cutBeforeAnswer(), 2],
    ["folder/mkdir", "answered with a page", fault.serverError(502)],
    ["upload/get_upload_server", "cut before the request", fault.cutBeforeRequest()],
    ["upload/get_upload_server", "answered with 500", fault.serverError(500)],
    ["upload.cgi", "cut before the request", fault.cutBeforeRequest()],
    ["upload.cgi", "cut in its bytes", fault.cutAfterRequestBytes(300)],
    ["upload.cgi", "cut before its answer", fault.cutBeforeAnswer(), 2],
    ["upload.cgi", "answered with 500 although it is stored", fault.serverError(500, "after-handling"), 2],
    ["end.pl", "answered with a page", fault.pleaseWait(), 2],
    ["end.pl", "empty", fault.emptyReport(), 2],
    ["end.pl", "answered with 500", fault.serverError(500), 2],
    ["end.pl", "cut before its answer", fault.cutBeforeAnswer(), 2],
  ];
  for (const [endpoint, how, what, times = 1] of faults) {
    test(`arrives complete and once when ${endpoint} is ${how}`, async (t) => {
      const world = await CommandWorld.start(t, tree);
      const rule = world.server.faults.add(endpoint, what, { times });
      const runs = await syncUntilDone(world, world.root, ":/backup");
      assert.equal(rule.hits, times);
      assert.equal(runs, 1, "the library has handled it itself");
      assert.deepEqual(await world.remotePaths("backup"), await world.localPaths());
    });
  }

  for (const [direction, ...sides] of [
    ["up", "tree", ":/backup"],
    ["down", ":/backup", "tree"],
  ] as const) {
    for (const body of [{}, { status: "OK" }, { message: "x" }, { status: "OK", sub_folders: null, items: null }]) {
      test(`${direction} removes nothing when listings return ${JSON.stringify(body)}`, async (t) => {
        const world = await CommandWorld.start(t, tree);
        await world.ok("sync", world.root, ":/backup");
        const before = [await world.localPaths(), await world.remotePaths("backup")];
        const [source, target] = sides.map((side) => (side === "tree" ? world.root : side)) as [string, string];
        // The first finds the folder, the second lists it.
        const rule = world.server.faults.add("folder/ls", fault.answer({ body }), { skip: 1, times: 2 });
        await world.ok("sync", source, target, "--delete", "--allow-empty-source");
        assert.equal(rule.hits, 2);
        assert.deepEqual([await world.localPaths(), await world.remotePaths("backup")], before);
      });
    }
  }

  test("continues after a restart of the server", async (t) => {
    const world = await CommandWorld.start(t, tree);
    const gate = new Gate();
    world.server.faults.add("upload.cgi", fault.holdRequest(gate));
    const running = syncUntilDone(world, world.root, ":/backup", "--transfers", "1");
    await gate.reached;
    await world.server.restart();
    gate.open();
    await running;
    assert.deepEqual(await world.remotePaths("backup"), await world.localPaths());
  });

  for (const [when, hold] of [
    ["before the server has the bytes", fault.holdRequest],
    ["after the server has stored them", fault.holdAnswer],
  ] as const) {
    test(`killed ${when}, is completed by the next run with nothing lost or duplicated`, async (t) => {
      const world = await CommandWorld.start(t, tree);
      await world.ok("sync", world.root, ":/backup");
      for (const path of Object.keys(tree).slice(0, 5)) await world.write(path, `changed ${path}`);
      const gate = new Gate();
      world.server.faults.add("upload.cgi", hold(gate), { skip: 1 });
      const { child, finished } = world.spawn("sync", world.root, ":/backup", "--transfers", "1");
      await gate.reached;
      child.kill("SIGKILL");
      assert.equal((await finished).signal, "SIGKILL");
      gate.open();
      await world.ok("sync", world.root, ":/backup");
      assert.deepEqual(await world.remotePaths("backup"), await world.localPaths());
    });
  }

  test("exits with its own code on Ctrl-C, and is completed by the next run", async (t) => {
    const world = await CommandWorld.start(t, tree);
    const gate = new Gate();
    world.server.faults.add("upload.cgi", fault.holdRequest(gate), { skip: 1 });
    const { child, finished } = world.spawn("sync", world.root, ":/backup", "--transfers", "1");
    await gate.reached;
    child.kill("SIGINT");
    const { code, stderr } = await finished;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^consigne: interrupted/m);
    gate.open();
    await world.ok("sync", world.root, ":/backup");
    assert.deepEqual(await world.remotePaths("backup"), await world.localPaths());
  });

  test("refuses to run beside another one that writes to the same folder", async (t) => {
    const world = await CommandWorld.start(t, tree);
    const elsewhere = join(world.folder, "elsewhere");
    await mkdir(join(elsewhere, "backup"), { recursive: true });
    await writeFile(join(elsewhere, "backup/a.txt"), "other words");
    const gate = new Gate();
    world.server.faults.add("upload.cgi", fault.holdRequest(gate));
    const { finished } = world.spawn("sync", world.root, ":/backup");
    await gate.reached;
    const second = await world.run("sync", world.root, ":/backup");
    assert.match(second.stderr, /^consigne: Another consigne process is syncing/);
    for (const command of [
      ["sync", elsewhere, ":/backup/"],
      ["put", "-r", join(elsewhere, "backup"), ":/"],
    ]) {
      const other = await world.run(...command);
      assert.deepEqual([other.code, other.stdout], [1, ""]);
      assert.match(other.stderr, /^consigne: Another consigne process is writing to :?\/backup/);
    }
    gate.open();
    assert.equal((await finished).code, 0);
  });
});

suite("a sync from the server", { concurrency: 3 }, () => {
  const faults: [EndpointName, string, Fault][] = [
    ["folder/ls", "answered with 500", fault.serverError(500)],
    ["download/get_token", "cut before its answer", fault.cutBeforeAnswer()],
    ["direct", "cut before the request", fault.cutBeforeRequest()],
    ["direct", "cut in its bytes", fault.cutAfterAnswerBytes(7)],
    ["direct", "answered with 503", fault.serverError(503)],
  ];
  for (const [endpoint, how, what] of faults) {
    test(`arrives complete when ${endpoint} is ${how}`, async (t) => {
      const world = await CommandWorld.start(t, tree);
      await world.ok("sync", world.root, ":/backup");
      const rule = world.server.faults.add(endpoint, what);
      const copy = join(world.folder, "copy");
      assert.equal(await syncUntilDone(world, ":/backup", copy), 1);
      assert.equal(rule.hits, 1);
      assert.deepEqual(await world.localPaths(copy), await world.localPaths());
    });
  }

  test("never shows a file with a wrong byte", async (t) => {
    const world = await CommandWorld.start(t, treeOf(1, 3));
    await world.ok("sync", world.root, ":/backup");
    world.server.faults.add("direct", fault.flipByte(3), { times: Infinity });
    const copy = join(world.folder, "copy");
    const run = await world.run("sync", ":/backup", copy);
    assert.equal(run.code, 3, run.stderr);
    assert.deepEqual(await filesOf(world, copy), []);
    world.server.faults.clear();
    await world.ok("sync", ":/backup", copy);
    assert.deepEqual(await world.localPaths(copy), await world.localPaths());
  });

  test("notices a missing end although nothing in the answer says so", async (t) => {
    const world = await CommandWorld.start(t, treeOf(1, 3));
    await world.ok("sync", world.root, ":/backup");
    const rule = world.server.faults.add("direct", fault.truncate(4));
    const copy = join(world.folder, "copy");
    await world.ok("sync", ":/backup", copy);
    assert.equal(rule.hits, 1);
    assert.deepEqual(await world.localPaths(copy), await world.localPaths());
  });

  test("killed midway, is completed by the next run and leaves nothing behind", async (t) => {
    const world = await CommandWorld.start(t, tree);
    await world.ok("sync", world.root, ":/backup");
    const copy = join(world.folder, "copy");
    const gate = new Gate();
    world.server.faults.add("direct", fault.holdAnswer(gate), { skip: 3 });
    const { child, finished } = world.spawn("sync", ":/backup", copy, "--transfers", "1");
    await gate.reached;
    child.kill("SIGKILL");
    await finished;
    gate.open();
    await world.ok("sync", ":/backup", copy, "--delete");
    assert.deepEqual(await world.localPaths(copy), await world.localPaths());
  });
});

/** Without unfinished files. */
async function filesOf(world: CommandWorld, root: string): Promise<string[]> {
  return (await world.localPaths(root)).filter((line) => !line.endsWith("/") && !/(^|\/)\.consigne-/.test(line));
}
