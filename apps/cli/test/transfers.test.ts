import assert from "node:assert/strict";
import { mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startRecordingServer } from "./_fixtures.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

test("put uploads files, prints their links, skips identical files and replaces changed ones", async (t) => {
  const { home, ok, server } = await newPerson(t);
  await server.seed.folder("/in");
  const path = join(home, "a.txt");
  await writeFile(path, "first");
  const first = (await ok(["put", path, ":/in"])).stdout.trim();
  assert.equal((await ok(["cat", first])).stdout, "first");
  const again = await ok(["put", path, ":/in/"]);
  assert.deepEqual([again.stdout.trim(), again.stderr], [first, "unchanged: /in/a.txt\n"]);
  await writeFile(path, "second");
  assert.match((await ok(["put", "--dry-run", path, ":/in"])).stderr, /would send: \/in\/a\.txt/);
  await ok(["put", "--no-clobber", path, ":/in"]);
  assert.equal((await ok(["cat", ":/in/a.txt"])).stdout, "first");
  const [line] = jsonLines((await ok(["put", "--json", path, ":/in"])).stdout);
  assert.deepEqual([line?.["action"], line?.["path"], line?.["sizeBytes"]], ["sent", "/in/a.txt", 6]);
  assert.equal(line?.["url"], first, "its link stays");
  assert.equal((await ok(["ls", ":/in"])).stdout, "a.txt\n");
  assert.equal((await ok(["cat", ":/in/a.txt"])).stdout, "second");
  await writeFile(path, "third");
  await ok(["put", "--keep-both", path, ":/in/a.txt"]);
  assert.equal((await ok(["ls", ":/in"])).stdout, "a.txt\na.txt\n");
});

test("put accepts stdin, several files, and a password", async (t) => {
  const { home, ok, run, server } = await newPerson(t);
  await server.seed.folder("/in");
  await ok(["put", "-", ":/in/piped.bin"], { stdin: Buffer.alloc(300_000, 7) });
  assert.equal((await ok(["cat", ":/in/piped.bin"])).bytes.length, 300_000);
  assert.equal((await run(["put", "-", ":/in/"], { stdin: "x" })).code, 2);
  const [a, b] = [join(home, "a"), join(home, "b")];
  await Promise.all([writeFile(a, "a"), writeFile(b, "b")]);
  assert.equal((await ok(["put", a, b, ":/in"])).stdout.trim().split("\n").length, 2);
  assert.equal((await run(["put", a, b, ":/in/new"])).code, 4);
  assert.equal((await run(["put", join(home, "none"), ":/in"])).code, 4);
  assert.equal((await run(["put", home, ":/in"])).code, 2, "a folder needs -r");
  await ok(["put", "--password-stdin", a, ":/in/locked"], { stdin: "secret words\n" });
  const [locked] = jsonLines((await ok(["stat", "--json", ":/in/locked"])).stdout);
  assert.equal(locked?.["hasPassword"], true);
  assert.equal((await ok(["get", "--password-stdin", ":/in/locked", "-"], { stdin: "secret words" })).stdout, "a");
});

test("put uploads the rest if one of several cannot be read, and says which", async (t) => {
  const { home, ok, run, server } = await newPerson(t);
  await server.seed.folder("/in");
  const [a, b, loop, none] = ["a", "b", "loop", "none"].map((name) => join(home, name)) as [
    string,
    string,
    string,
    string,
  ];
  await Promise.all([writeFile(a, "a"), writeFile(b, "b"), symlink("loop", loop)]);
  const sent = await run(["put", a, loop, none, b, ":/in"]);
  assert.equal(sent.code, 3, sent.stderr);
  assert.equal(sent.stdout.trim().split("\n").length, 2);
  assert.match(sent.stderr, /consigne: [^:\n]*\/loop: too many symbolic links\.\n/);
  assert.match(sent.stderr, /consigne: \S*\/none: no such file or folder\.\n/);
  assert.equal((await ok(["ls", ":/in"])).stdout, "a\nb\n");
  const json = jsonLines((await run(["put", "--json", a, none, ":/in"])).stdout);
  assert.deepEqual(
    json.map(({ type, action, path }) => [type, action, path]),
    [
      ["file", "unchanged", "/in/a"],
      ["failure", undefined, none],
      ["error", undefined, undefined],
    ],
  );
  assert.equal((await run(["put", a, home, ":/in"])).code, 2, "a folder needs -r");
});

test("put refuses contradictory options before anything is sent", async (t) => {
  const { home, ok, run } = await newPerson(t);
  const [a, folder] = [join(home, "a"), join(home, "tree")];
  await Promise.all([writeFile(a, "a"), mkdir(folder)]);
  const contradicting = await run(["put", "--no-clobber", "--keep-both", a, ":/"]);
  assert.match(contradicting.stderr, /--no-clobber and --keep-both cannot be combined/);
  const withFolder = await run(["put", "-r", "--keep-both", a, folder, ":/"]);
  assert.match(withFolder.stderr, /are for single files/);
  assert.deepEqual([contradicting.code, withFolder.code], [2, 2]);
  assert.equal((await ok(["ls", ":/"])).stdout, "");
});

test("a limit of 0 bytes per second means none", async (t) => {
  const { home, ok } = await newPerson(t);
  const path = join(home, "a");
  await writeFile(path, "a");
  await ok(["put", "--bwlimit", "0", path, ":/"]);
  assert.equal((await ok(["get", "--bwlimit", "0", ":/a", "-"])).stdout, "a");
});

test("put -r and get -r transfer a folder there and back", async (t) => {
  const { home, ok, server } = await newPerson(t);
  await server.seed.folder("/backup");
  const source = join(home, "tree");
  await mkdir(join(source, "sub/deeper"), { recursive: true });
  for (const [path, text] of [
    ["one.txt", "1"],
    ["sub/two.txt", "22"],
    ["sub/deeper/three.txt", "333"],
  ] as const) {
    await writeFile(join(source, path), text);
  }
  const sent = await ok(["put", "-r", "--json", source, ":/backup"]);
  assert.deepEqual([jsonLines(sent.stdout).at(-1)?.["complete"]], [true]);
  assert.equal((await ok(["cat", ":/backup/tree/sub/deeper/three.txt"])).stdout, "333");
  const target = join(home, "back");
  await mkdir(target);
  await ok(["get", "-r", ":/backup/tree", target]);
  assert.equal(await readFile(join(target, "tree/sub/deeper/three.txt"), "utf8"), "333");
  const again = jsonLines((await ok(["get", "-r", "--json", ":/backup/tree", target])).stdout);
  assert.deepEqual(new Set(again.map(({ action }) => action)), new Set(["unchanged"]));
});

test("put -r and get -r use the same target when it exists already", async (t) => {
  const { home, ok, run, server } = await newPerson(t);
  const source = join(home, "it's");
  await mkdir(join(source, "sub"), { recursive: true });
  await Promise.all([writeFile(join(source, "one.txt"), "1"), writeFile(join(source, "sub/two.txt"), "22")]);
  for (let count = 0; count < 2; count++) await ok(["put", "-r", source, ":/fresh"]);
  assert.deepEqual((await ok(["find", ":/fresh", "--type", "f"])).stdout.trim().split("\n").toSorted(), [
    ":/fresh/it＇s/one.txt",
    ":/fresh/it＇s/sub/two.txt",
  ]);
  await server.seed.file("/photos/1.jpg", "one");
  await server.seed.file("/photos/2.jpg", "two");
  const target = join(home, "new/pictures");
  await mkdir(join(home, "new"));
  await ok(["get", "-r", ":/photos", target]);
  await writeFile(join(target, "photos/2.jpg"), "cut");
  await ok(["get", "-r", ":/photos/", `${target}/`]);
  assert.deepEqual((await readdir(target, { recursive: true })).toSorted(), ["photos", "photos/1.jpg", "photos/2.jpg"]);
  assert.equal(await readFile(join(target, "photos/2.jpg"), "utf8"), "two");
  await ok(["get", "-r", ":/", join(home, "all")]);
  assert.deepEqual((await readdir(join(home, "all"))).toSorted(), ["fresh", "photos"]);
  assert.equal((await run(["get", "-r", ":/photos", join(source, "one.txt")])).code, 10);
});

test("get downloads a file under a name, into a folder or from a link, and keeps an existing file if asked", async (t) => {
  const { home, ok, run, server } = await newPerson(t);
  const { url } = await server.seed.file("/a.txt", "remote");
  const path = join(home, "named");
  const { stdout } = await ok(["get", ":/a.txt", path]);
  assert.deepEqual([stdout, await readFile(path, "utf8")], ["", "remote"]);
  await ok(["get", url, home]);
  await writeFile(path, "local");
  await ok(["get", "--no-clobber", ":/a.txt", path]);
  assert.equal(await readFile(path, "utf8"), "local");
  await ok(["get", "--dry-run", ":/a.txt", path]);
  assert.equal(await readFile(path, "utf8"), "local");
  await ok(["get", ":/a.txt", path]);
  assert.equal(await readFile(path, "utf8"), "remote");
  assert.equal((await run(["get", ":/", home])).code, 2, "a folder needs -r");
  assert.equal((await ok(["get", ":/a.txt", "-"])).stdout, "remote");
});

test("get -r never writes outside its folder, and files of one name are kept side by side", async (t) => {
  const { home, run, server } = await newPerson(t);
  const target = join(home, "in/here");
  await mkdir(target, { recursive: true });
  await server.seed.file("/f/same.txt", "one");
  await server.seed.file("/f/same.txt", "two");
  const { code, stderr } = await run(["get", "-r", ":/f", target]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual((await readdir(join(target, "f"))).toSorted(), ["same (2).txt", "same.txt"]);
  const url = "https://1fichier.com/?abcdefghij0123456789";
  const names = ["../evil", "..", "a/b", "nul\0", "."];
  const hostile = await startRecordingServer(t, (_request, response) => {
    const items = names.map((filename) => ({
      url,
      filename,
      size: 1,
      date: "2026-01-31 10:20:30",
      checksum: "0".repeat(128),
    }));
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(
      JSON.stringify({ status: "OK", folder_id: 0, name: "", sub_folders: [{ id: 7, name: "../evil" }], items }),
    );
  });
  const bad = await run(["get", "-r", ":/", target], { variables: { CONSIGNE_URL: hostile.url } });
  assert.equal(bad.code, 3, bad.stderr);
  assert.equal(bad.stderr.match(/not stored: /g)?.length, names.length + 1);
  assert.deepEqual([await readdir(target), await readdir(join(home, "in"))], [["f"], ["here"]]);
  assert.equal(
    hostile.requests.some(({ body }) => body.includes("7")),
    false,
    "a folder that cannot be made is not entered",
  );
});

test("get -r writes nothing through a symbolic link in its target, and continues with the rest", async (t) => {
  const { home, run, ok, server } = await newPerson(t);
  for (const path of ["/f/a.txt", "/f/lk/x.txt", "/f/lk/deep/y.txt", "/f/plain/z.txt", "/f/file/w.txt"]) {
    await server.seed.file(path, "remote");
  }
  const [target, outside] = [join(home, "t"), join(home, "outside")];
  await Promise.all([mkdir(join(target, "f"), { recursive: true }), mkdir(outside)]);
  await symlink(outside, join(target, "f/lk"));
  await writeFile(join(target, "f/file"), "a file");
  for (const more of [["--dry-run"], []]) {
    const { code, stderr } = await run(["get", "-r", ...more, ":/f", target]);
    assert.equal(code, 3, stderr);
    assert.match(
      stderr,
      /\/f\/lk: not stored: .*f\/lk is a symbolic link, and nothing is written through symbolic links\./,
    );
    assert.match(stderr, /\/f\/file: not stored: .*f\/file is in the way of a folder\./);
    assert.doesNotMatch(stderr, /x\.txt|y\.txt|deep/);
  }
  assert.deepEqual(await readdir(outside), []);
  assert.equal(await readFile(join(target, "f/plain/z.txt"), "utf8"), "remote");
  await symlink(outside, join(home, "chosen"));
  await ok(["get", "-r", ":/f", join(home, "chosen")]);
  assert.deepEqual((await readdir(join(outside, "f"))).toSorted(), ["a.txt", "file", "lk", "plain"]);
});

test("get leaves a broken symbolic link in place", async (t) => {
  const { home, run, server } = await newPerson(t);
  await server.seed.file("/a.txt", "remote");
  const link = join(home, "a.txt");
  await symlink("nowhere", link);
  const kept = await run(["get", "--no-clobber", ":/a.txt", home]);
  assert.equal(kept.code, 0, kept.stderr);
  const refused = await run(["get", ":/a.txt", home]);
  assert.equal(refused.code, 10, refused.stderr);
  assert.match(refused.stderr, /a\.txt is a broken symbolic link and was not replaced\./);
  assert.equal(await readlink(link), "nowhere");
});

test("an interruption exits with 130 and says what is kept", async (t) => {
  const { home, run, server } = await newPerson(t);
  await server.seed.file("/a.txt", "text");
  const { InterruptedError } = await import("../src/command-line/errors.ts");
  const interruption = AbortSignal.abort(new InterruptedError());
  const { code, stderr } = await run(["get", ":/a.txt", home], { interruption });
  assert.equal(code, 130);
  assert.match(stderr, /^consigne: interrupted\. Completed transfers are kept/);
});
