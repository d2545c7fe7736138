import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { ApiClient, fault, Gate, type SeenRequest } from "@consigne/testkit";
import { makeUnreadable } from "../_unreadable.ts";
import { CommandWorld, treeOf } from "./_command-world.ts";

const BATCH = "x/v1/batch";
/** nginx's default. */
const MOST_BYTES = 1024 ** 2;

/** In the form of `localPaths` and `remotePaths`. */
const pathsOf = (tree: Readonly<Record<string, string>>): string[] => {
  const folders = new Set(Object.keys(tree).flatMap((path) => (path.includes("/") ? [`${path.split("/")[0]}/`] : [])));
  return [...folders, ...Object.entries(tree).map(([path, content]) => `${path}=${content}`)].toSorted();
};

suite("small files in batches", { concurrency: 3 }, () => {
  for (const [name, args] of [
    ["sync", (root: string) => ["sync", root, ":/tree"]],
    ["put -r", (root: string) => ["put", "-r", root, ":/"]],
  ] as const) {
    test(`are sent as a tree in one request by ${name}, folders included, and not again the second time`, async (t) => {
      const tree = { ...treeOf(6, 4), "top.txt": "at the top", "d0/empty": "" };
      const world = await CommandWorld.start(t, tree);
      const { stderr } = await world.ok(...args(world.root), "--verbose");
      assert.match(stderr, /batch of 26 files/);
      const { requests } = world.server;
      assert.equal(requests.count(BATCH), 1);
      for (const other of ["upload.cgi", "upload/get_upload_server", "end.pl"] as const) {
        assert.equal(requests.count(other), 0, other);
      }
      assert.ok(requests.count("folder/mkdir") <= 1);
      assert.deepEqual(await world.remotePaths("tree"), pathsOf(tree));
      requests.clear();
      await world.ok(...args(world.root));
      assert.deepEqual([requests.count(BATCH), requests.count("upload.cgi")], [0, 0]);
    });
  }

  test("replace changed files under their links, and send other sizes separately", async (t) => {
    const world = await CommandWorld.start(t, treeOf(4, 6));
    await world.ok("sync", world.root, ":/tree");
    const links = async () => {
      const { lines } = await world.ok("find", ":/tree", "--type", "f", "--json");
      return new Map(lines.map(({ path, url }) => [path, url]));
    };
    const before = await links();
    const changed = Object.keys(treeOf(4, 5));
    for (const path of changed) await world.write(path, `changed ${path}`);
    await world.write("large.bin", "x".repeat(5 * 1024 ** 2));
    world.server.requests.clear();
    await world.ok("sync", world.root, ":/tree");
    assert.deepEqual([world.server.requests.count(BATCH), world.server.requests.count("upload.cgi")], [1, 1]);
    const after = await links();
    for (const [path, url] of before) assert.equal(after.get(path), url, String(path));
    assert.deepEqual(await world.remotePaths("tree"), await world.localPaths());
  });

  test("put names in other spellings into existing folders", async (t) => {
    const world = await CommandWorld.start(t, {});
    const api = new ApiClient(world.server, world.server.apiKey);
    const { folder_id: top } = await api.ok("folder/mkdir", { name: "tree" });
    await api.ok("folder/mkdir", { name: "it's", folder_id: top });
    for (let at = 0; at < 20; at++) await world.write(`it's/new "${at % 2}"/<${at}>`, `content ${at}`);
    await world.ok("sync", world.root, ":/tree");
    const paths = await world.remotePaths("tree");
    assert.deepEqual(
      paths.filter((path) => path.endsWith("/")).toSorted(),
      ["it's/", "it's/new ＂0＂/", "it's/new ＂1＂/"].toSorted(),
    );
    assert.equal(paths.filter((path) => path.includes("=content")).length, 20);
  });

  test("send the others if a file cannot be read", async (t) => {
    const world = await CommandWorld.start(t, treeOf(4, 5));
    makeUnreadable(t, join(world.root, "d1/f1.txt"));
    const { code, stderr } = await world.run("sync", world.root, ":/tree");
    assert.equal(code, 3, stderr);
    assert.match(stderr, /d1\/f1\.txt/);
    assert.equal((await world.remotePaths("tree")).filter((path) => !path.endsWith("/")).length, 19);
  });

  test("report a file that does not fit, and send the smaller ones", async (t) => {
    const tree = { ...treeOf(4, 5), "d0/large": "x".repeat(300_000) };
    const world = await CommandWorld.start(t, tree);
    const { services } = world.server;
    const account = await services.accounts.getByEmail("operator", world.server.email);
    await services.accounts.setQuota("operator", account, 100_000);
    const { code, stderr } = await world.run("sync", world.root, ":/tree");
    assert.notEqual(code, 0);
    assert.match(stderr, /large/);
    const { "d0/large": _, ...fitting } = tree;
    assert.deepEqual(await world.remotePaths("tree"), pathsOf(fitting));
  });

  test("report each file of a folder removed meanwhile, and send the others", async (t) => {
    const world = await CommandWorld.start(t, treeOf(4, 5));
    const api = new ApiClient(world.server, world.server.apiKey);
    const { folder_id: top } = await api.ok("folder/mkdir", { name: "tree" });
    const { folder_id: lost } = await api.ok("folder/mkdir", { name: "d0", folder_id: top });
    const gate = new Gate();
    world.server.faults.add(BATCH, fault.holdRequest(gate));
    const running = world.run("sync", world.root, ":/tree");
    await gate.reached;
    await api.ok("folder/rm", { folder_id: lost });
    gate.open();
    const { code, stderr } = await running;
    assert.equal(code, 3, stderr);
    assert.match(stderr, /its folder was removed from the server during the run, so the file was not stored/);
    assert.deepEqual(
      await world.remotePaths("tree"),
      pathsOf(treeOf(4, 5)).filter((path) => !path.startsWith("d0/")),
    );
  });

  test("go in smaller requests behind a proxy with a limit of 1 MiB, which is said once", async (t) => {
    const large = "x".repeat(100_000);
    const small = Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`d${at % 3}/f${at}`, `${at} ${large}`]));
    const world = await CommandWorld.start(t, { ...small, "d0/larger": "y".repeat(MOST_BYTES + 1) });
    const page = {
      status: 413,
      headers: { "content-type": "text/html" },
      body: "<h1>413 Request Entity Too Large</h1>",
    };
    const isRefused = ({ endpoint, headers }: SeenRequest) =>
      endpoint === BATCH && Number(headers["content-length"]) > MOST_BYTES;
    world.server.faults.add(isRefused, fault.answer(page, "at-once"), { times: Infinity });
    const { code, stderr } = await world.run("sync", world.root, ":/tree");
    assert.equal(code, 3, stderr);
    assert.equal(stderr.match(/a proxy in front of the server refuses requests/g)?.length, 1, stderr);
    assert.match(stderr, /d0\/larger: .*A proxy in front of the server refuses requests of this size/);
    assert.deepEqual(await world.remotePaths("tree"), pathsOf(small));
    const sizes = world.server.requests.list(BATCH).map(({ headers }) => Number(headers["content-length"]));
    assert.equal(
      sizes.filter((size) => size > MOST_BYTES).length,
      2,
      "all of them, including the one that is too large",
    );
    assert.ok(sizes.length <= 6, `${sizes.length} requests for 2.4 MB`);
  });

  for (const [name, cut, isStored] of [
    ["before the server sees it", fault.cutBeforeRequest(), false],
    ["in the middle of the request", fault.cutAfterRequestBytes(1500), false],
    ["before the answer", fault.cutBeforeAnswer(), true],
    ["in the middle of the answer", fault.cutAfterAnswerBytes(1000), true],
  ] as const) {
    test(`survive a connection cut ${name}, with nothing lost or duplicated`, async (t) => {
      const world = await CommandWorld.start(t, treeOf(5, 5));
      world.server.faults.add(BATCH, cut);
      await world.ok("sync", world.root, ":/tree");
      // The first request, the question what exists and, if something is missing, the rest.
      const [first, question, rest] = world.server.requests.list(BATCH).map(({ requestBytes }) => requestBytes);
      assert.ok(first !== undefined && question !== undefined);
      if (isStored) assert.equal(rest, undefined);
      assert.deepEqual(await world.remotePaths("tree"), pathsOf(treeOf(5, 5)));
    });
  }
});
