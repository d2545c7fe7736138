import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { ApiClient } from "@consigne/testkit";
import { jsonLines, newPerson } from "./_terminal.ts";

/**
 * A user whose server has the file `/x` and the folder `/dir` with the folder `/dir/x`; locally there are the file and
 * the folder `x`.
 */
async function newWorld(t: TestContext) {
  const person = await newPerson(t);
  const { server, home, ok } = person;
  await server.seed.file("/x", "the file");
  await ok(["mkdir", "-p", ":/dir/x"]);
  const [file, folder] = [join(home, "file"), join(home, "folder")];
  await mkdir(file);
  await writeFile(join(file, "x"), "from here");
  await mkdir(join(folder, "x"), { recursive: true });
  await writeFile(join(folder, "x", "inside"), "inside");
  const tree = async () => (await ok(["find", "--json=kind,path"])).stdout;
  return { ...person, file, folder, tree };
}

describe("a file and a folder with one name", () => {
  it("are never created by any command", async (t) => {
    const { run, tree, file, folder } = await newWorld(t);
    const before = await tree();
    for (const line of [
      ["mkdir", ":/x"],
      ["mkdir", "-p", ":/x/below"],
      ["put", "-p", join(file, "x"), ":/x/below/y"],
      ["put", join(file, "x"), ":/dir/"],
      ["put", "--keep-both", join(file, "x"), ":/dir"],
      ["put", join(file, "x"), ":/x/"],
      ["put", "-r", join(folder, "x"), ":/"],
      ["sync", join(folder, "x"), ":/x"],
      ["mv", ":/x", ":/dir/"],
      ["mv", ":/dir/x", ":/"],
      ["mv", ":/dir", ":/x"],
      ["mv", ":/dir", ":/x/"],
      ["cp", ":/x", ":/dir/"],
      ["cp", "-r", ":/dir/x", ":/"],
      ["cp", "-r", ":/dir", ":/x"],
    ]) {
      const { code, stderr } = await run(line);
      assert.equal(code, 10, `${line.join(" ")}: ${stderr}`);
      assert.match(stderr, /^consigne: .*\/x/);
    }
    assert.equal(await tree(), before);
  });

  it("are never created by sync, which names what is in the way", async (t) => {
    const { run, ok, tree, file, folder } = await newWorld(t);
    const before = await tree();
    for (const [source, target] of [
      [file, ":/dir"],
      [folder, ":/"],
    ] as const) {
      const { code, stderr } = await run(["sync", source, target]);
      assert.equal(code, 3);
      assert.match(stderr, /x: a (?:file|folder) with this name is in the way of a (?:file|folder)/);
    }
    assert.equal(await tree(), before);
    await ok(["sync", "--delete", file, ":/dir"]);
    assert.match(await tree(), /\{"kind":"file","path":"\/dir\/x"\}/);
    assert.doesNotMatch(await tree(), /\{"kind":"folder","path":"\/dir\/x"\}/);
  });

  it("are told apart by a trailing slash, the same in every command", async (t) => {
    const { server, run, ok, home, folder } = await newWorld(t);
    // Other clients of the server may create such a pair.
    const api = new ApiClient(server, server.apiKey);
    await api.ok("folder/mkdir", { folder_id: 0, name: "x" });
    await ok(["put", join(folder, "x", "inside"), ":/x/"]);
    const both = /\/x is both a file and a folder on the server; this path means the file, and :\/x\/ the folder/;
    for (const [line, shown] of [
      [["ls", ":/x"], "x\n"],
      [["stat", "--json=kind", ":/x"], '{"kind":"file"}\n'],
      [["cat", ":/x"], "the file"],
      [["get", ":/x", "-"], "the file"],
      [["rm", "--dry-run", "-r", ":/x"], "would remove /x\n"],
      [["mv", "--dry-run", ":/x", ":/y"], "would be moved: /x -> /y\n"],
    ] as const) {
      const { stdout, stderr } = await ok(line);
      assert.equal(stdout, shown, line.join(" "));
      assert.match(stderr, both, line.join(" "));
    }
    for (const line of [
      ["du", ":/x"],
      ["tree", ":/x"],
      ["find", ":/x"],
      ["share", ":/x"],
      ["sync", folder, ":/x"],
      ["check", folder, ":/x"],
      ["dedupe", ":/x"],
    ]) {
      const { code, stdout, stderr } = await run(line);
      assert.deepEqual([code === 2 || code === 10, stdout], [true, ""], line.join(" "));
      assert.match(stderr, both, line.join(" "));
    }
    for (const [line, shown] of [
      [["ls", ":/x/"], "inside\n"],
      [["stat", "--json=kind", ":/x/"], '{"kind":"folder"}\n'],
      [["cat", ":/x/inside"], "inside"],
      [["rm", "--dry-run", "-r", ":/x/"], "would remove /x/ (1 file)\n"],
    ] as const) {
      assert.deepEqual(await ok(line).then(({ stdout, stderr }) => [stdout, stderr]), [shown, ""], line.join(" "));
    }
    await ok(["sync", ":/x/", join(home, "synced")]);
    assert.deepEqual(await readdir(join(home, "synced")), ["inside"]);
    await ok(["put", join(folder, "x", "inside"), ":/x"]);
    assert.equal((await ok(["cat", ":/x"])).stdout, "inside", "the file is replaced");
  });
});

describe("a target with a trailing slash", () => {
  it("is a folder, which get makes", async (t) => {
    const { run, ok, home, server } = await newWorld(t);
    await server.seed.file("/y", "y");
    await ok(["get", ":/x", `${home}/new/`]);
    await ok(["get", ":/x", ":/y", `${home}/a/b/`]);
    await ok(["get", "-r", ":/dir", `${home}/c/`]);
    assert.equal(await readFile(join(home, "new", "x"), "utf8"), "the file");
    assert.deepEqual((await readdir(join(home, "a", "b"))).toSorted(), ["x", "y"]);
    assert.deepEqual(await readdir(join(home, "c", "dir")), ["x"]);
    await ok(["get", "--dry-run", ":/x", `${home}/none/`]);
    assert.ok(!(await readdir(home)).includes("none"));
    await writeFile(join(home, "plain"), "");
    const { code, stderr } = await run(["get", ":/x", `${home}/plain/`]);
    assert.equal(code, 10);
    assert.match(stderr, /The folder .*plain\/ cannot be/);
  });

  it("is a folder, which put, mv and cp make if its parent exists", async (t) => {
    const { run, ok, file, tree } = await newWorld(t);
    const before = await tree();
    for (const line of [
      ["put", "--dry-run", join(file, "x"), ":/new/"],
      ["mv", "--dry-run", ":/x", ":/new/"],
      ["cp", "--dry-run", ":/x", ":/new/"],
    ]) {
      await ok(line);
      assert.equal(await tree(), before, line.join(" "));
    }
    for (const line of [
      ["put", join(file, "x"), ":/new/below/"],
      ["mv", ":/x", ":/new/below/"],
      ["cp", ":/x", ":/new/below/"],
    ]) {
      const { code, stderr } = await run(line);
      assert.equal(code, 4, line.join(" "));
      assert.match(stderr, /\/new\/below is not on the server: there is no folder "new"/);
    }
    assert.match((await run(["put", join(file, "x"), ":/new/below/"])).stderr, /; pass -p to create it/);
    await ok(["put", join(file, "x"), ":/put/"]);
    await ok(["put", "-p", join(file, "x"), ":/p/q/"]);
    await ok(["cp", ":/x", ":/copied/"]);
    await ok(["cp", "-r", ":/dir", ":/copied2/"]);
    await ok(["mv", ":/x", ":/dir", ":/moved/"]);
    const paths = jsonLines((await ok(["find", "--json=path"])).stdout).map(({ path }) => path);
    for (const path of ["/put/x", "/p/q/x", "/copied/x", "/copied2/dir/x", "/moved/x", "/moved/dir/x"])
      assert.ok(paths.includes(path), path);
    assert.equal((await run(["mv", ":/moved", ":/moved/in/"])).code, 2, "not into itself");
    assert.equal((await run(["ls", ":/moved/in"])).code, 4);
  });
});

describe("get of a file", () => {
  it("exits with 10 if a folder has its name", async (t) => {
    const { run, home, server } = await newWorld(t);
    await server.seed.file("/many/y", "y");
    await server.seed.file("/many/z", "z");
    await mkdir(join(home, "here", "x"), { recursive: true });
    await mkdir(join(home, "here", "many", "y"), { recursive: true });
    for (const options of [[], ["--no-clobber"], ["--dry-run"]]) {
      const { code, stderr } = await run(["get", ...options, ":/x", join(home, "here")]);
      assert.equal(code, 10, options.join(" "));
      assert.match(stderr, /here\/x is a folder here; a file cannot have the same name/);
    }
    const { code, stderr } = await run(["get", "-r", ":/many", join(home, "here")]);
    assert.equal(code, 3, "the others of several are processed");
    assert.match(stderr, /many\/y is a folder here/);
    assert.equal(await readFile(join(home, "here", "many", "z"), "utf8"), "z");
  });
});
