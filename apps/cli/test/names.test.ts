import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import { createClient, fromBytes } from "@consigne/sdk";
import { jsonLines, newPerson, type Person } from "./_terminal.ts";

/** A local name, and how all our tools and rclone write it on a server. */
const awkward: readonly (readonly [local: string, written: string])[] = [
  ["it's.jpg", "it＇s.jpg"],
  [`"quoted" $5 \`x\` <y>`, "＂quoted＂ ＄5 ｀x｀ ＜y＞"],
  ["back\\slash", "back＼slash"],
  [" blanks at both ends ", "␠blanks at both ends␠"],
  ["line\nand\ttab", "line␊and␉tab"],
  ["＂already wide＂", "‛＂already wide‛＂"],
];

async function peopleFile(
  t: TestContext,
  name: string,
  content: string,
): Promise<Person & { file: string; target: string }> {
  const person = await newPerson(t);
  const folder = join(person.home, "files");
  const target = join(person.home, "got");
  await Promise.all([mkdir(folder), mkdir(target)]);
  const file = join(folder, name);
  await writeFile(file, content);
  return { ...person, file, target };
}

async function namesIn({ ok }: Person, path = ":/"): Promise<string[]> {
  return jsonLines((await ok(["ls", "--json", path])).stdout).map(({ name }) => String(name));
}

for (const [local, written] of awkward) {
  test(`${JSON.stringify(local)} is written ${JSON.stringify(written)}, and every command finds it by either name`, async (t) => {
    const person = await peopleFile(t, local, "one");
    const { ok, file, target, server } = person;
    const url = (await ok(["put", file, ":/"])).stdout.trim();
    assert.deepEqual(await namesIn(person), [written]);
    for (const name of [local, written]) {
      assert.equal((await ok(["link", `:/${name}`])).stdout.trim(), url);
      assert.equal((await ok(["cat", `:/${name}`])).stdout, "one");
      assert.equal(jsonLines((await ok(["stat", "--json", `:/${name}`])).stdout)[0]?.["name"], written);
      assert.deepEqual(await namesIn(person, `:/${name}`), [written]);
      await ok(["get", `:/${name}`, target]);
      assert.deepEqual(await readdir(target), [local]);
      const pattern = name.replaceAll(/[[\]*?]/g, "[$&]");
      for (const option of ["--name", "--iname"]) {
        assert.match((await ok(["find", ":/", option, pattern, "--json"])).stdout, /"kind":"file"/, pattern);
      }
    }
    // Sent again it is the same file, and with other content it replaces the file.
    assert.match((await ok(["put", file, ":/"])).stderr, /unchanged/);
    await writeFile(file, "two");
    await ok(["put", file, `:/${local}`]);
    await writeFile(file, "three");
    await ok(["put", file, `:/${written}`]);
    assert.deepEqual(await namesIn(person), [written]);
    // The library means the same file by the same names.
    const client = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
    for (const name of [local, written]) assert.equal((await client.at(`/${name}`).stat()).kind, "file");
    const [sent] = await client.at("/").upload([fromBytes("four", { name: local })]);
    if (!local.includes("＂")) assert.equal(sent?.name, written);
    await client.files.remove([sent?.url ?? ""]);
    // Moved, and removed.
    await ok(["mkdir", ":/box"]);
    await ok(["mv", `:/${local}`, ":/box/"]);
    await ok(["mv", `:/box/${written}`, ":/plain"]);
    await ok(["cp", ":/plain", `:/${local === "＂already wide＂" ? written : local}`]);
    assert.deepEqual((await namesIn(person)).toSorted(), ["box", "plain", written].toSorted());
    await ok(["rm", `:/${local}`, ":/plain"]);
    assert.deepEqual(await namesIn(person), ["box"]);
  });

  test(`a folder ${JSON.stringify(local)} is one folder, whichever command makes it`, async (t) => {
    const person = await newPerson(t);
    const { ok, run, home } = person;
    const source = join(home, local);
    await mkdir(join(source, local), { recursive: true });
    await writeFile(join(source, local, local), "content");
    await ok(["put", "-r", source, ":/"]);
    for (const name of [local, written]) {
      assert.equal((await run(["mkdir", `:/${name}`])).code, 10, "exists already");
      await ok(["mkdir", "-p", `:/${name}/${name}`]);
      await ok(["sync", source, `:/${name}`]);
      assert.deepEqual(
        jsonLines((await ok(["check", source, `:/${name}`, "--json"])).stdout).filter(
          ({ type }) => type === "difference",
        ),
        [],
      );
      const target = join(home, `back from ${name === local ? 1 : 2}`);
      await ok(["sync", `:/${name}`, target]);
      assert.equal(await readFile(join(target, local, local), "utf8"), "content");
      const excluded = await ok([
        "sync",
        source,
        ":/filtered",
        "--exclude",
        `/${name.replaceAll(/[[\]*?{}\\]/g, "\\$&")}/`,
        "--json",
      ]);
      assert.doesNotMatch(excluded.stdout, /"type":"file"/, "a filter matches either spelling");
    }
    assert.deepEqual(
      (await namesIn(person)).filter((name) => name !== "filtered"),
      [written],
    );
    assert.deepEqual(await namesIn(person, `:/${written}`), [written]);
    assert.deepEqual(await namesIn(person, `:/${written}/${local}`), [written]);
  });
}

test("completes a name in the spelling that was typed", async (t) => {
  const person = await newPerson(t);
  await person.server.seed.file("/it＇s here/it＇s.jpg", "x");
  const complete = async (word: string) =>
    (await person.ok(["__complete", "--", "get", word])).stdout.split("\n").slice(1, -1);
  assert.deepEqual(await complete(":/it"), [":/it＇s here/"]);
  assert.deepEqual(await complete(":/it'"), [":/it's here/"]);
  assert.deepEqual(await complete(":/it's here/"), [":/it's here/it＇s.jpg"]);
  assert.deepEqual(await complete(":/it's here/it's"), [":/it's here/it's.jpg"]);
  assert.deepEqual(await complete(":/it＇s here/it＇"), [":/it＇s here/it＇s.jpg"]);
});

test("a name written differently by another tool is found, kept on replacement, and can be renamed", async (t) => {
  const person = await peopleFile(t, "it's.jpg", "one");
  const { ok, run, file, server } = person;
  await server.seed.file("/it's.jpg", "one");
  assert.match((await ok(["put", file, ":/"])).stderr, /unchanged/);
  assert.equal((await ok(["cat", ":/it＇s.jpg"])).stdout, "one");
  assert.equal((await run(["mv", ":/it's.jpg", ":/it's.jpg"])).code === 0, true, "its own name in the other spelling");
  assert.deepEqual(await namesIn(person), ["it＇s.jpg"]);
  await server.seed.file("/d/it's.jpg", "old");
  await writeFile(file, "newer");
  await ok(["put", file, ":/d/"]);
  assert.deepEqual(await namesIn(person, ":/d"), ["it's.jpg"]);
  assert.equal((await ok(["cat", ":/d/it＇s.jpg"])).stdout, "newer");
  // If both exist, each is reached by its exact name.
  await server.seed.file("/d/it＇s.jpg", "other");
  assert.equal((await ok(["cat", ":/d/it's.jpg"])).stdout, "newer");
  assert.equal((await ok(["cat", ":/d/it＇s.jpg"])).stdout, "other");
  const both = await run(["mv", ":/d/it's.jpg", ":/d/it＇s.jpg", ":/"]);
  assert.equal(both.code, 10);
});

test("uploads and downloads names as long as the file system allows", async (t) => {
  const names = ["x".repeat(255), "é".repeat(127), "日".repeat(85), `${"'".repeat(251)}.txt`];
  const person = await newPerson(t);
  const { ok, home } = person;
  const [from, to] = [join(home, "from"), join(home, "to")];
  await mkdir(from);
  for (const name of names) await writeFile(join(from, name), name);
  await ok(["put", ...names.map((name) => join(from, name)), ":/"]);
  await ok(["sync", from, ":/synced"]);
  await ok(["get", "-r", ":/synced", home]);
  await ok(["sync", ":/synced", to]);
  for (const folder of [to, join(home, "synced")]) {
    assert.deepEqual((await readdir(folder)).toSorted(), names.toSorted());
  }
});

test("--encoding windows writes rclone's look-alikes for characters that Windows forbids, and reads them back", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run, home } = person;
  const names = { "a:b.txt": "a：b.txt", con: "ｃon", "q?.txt": "q？.txt", "trail.": "trail．", "＼": "＼" };
  await server.seed.files(Object.keys(names).map((name) => ({ path: `/box/in: ${name}/${name}`, content: name })));
  const written = Object.entries(names).map(([name, onDisk]) =>
    join(name === "con" ? "in： con" : `in： ${onDisk}`, onDisk),
  );
  const filesBelow = async (folder: string) => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.flatMap((each) => (each.isFile() ? [relative(folder, join(each.parentPath, each.name))] : []));
  };
  await ok(["get", "-r", ":/box", home, "--encoding", "windows"]);
  assert.deepEqual((await filesBelow(join(home, "box"))).toSorted(), written.toSorted());
  const synced = join(home, "synced");
  await ok(["sync", ":/box", synced, "--encoding", "windows"]);
  assert.deepEqual((await filesBelow(synced)).toSorted(), written.toSorted());
  assert.equal((await ok(["check", ":/box", synced, "--encoding", "windows"])).stdout, "");
  assert.equal((await run(["check", ":/box", synced])).code, 8, "without it the names differ");
  await ok(["put", "-r", join(home, "box"), ":/", "--encoding", "windows"]);
  await ok(["put", join(home, "box", "in： a：b.txt", "a：b.txt"), ":/", "--encoding", "windows"]);
  assert.deepEqual(await namesIn(person), ["box", "a:b.txt"]);
  const found = jsonLines((await ok(["find", ":/box", "--type", "f", "--json"])).stdout).map(({ name }) => name);
  assert.deepEqual(new Set(found), new Set(Object.keys(names)));
  assert.equal(found.length, Object.keys(names).length);
  await ok(["get", ":/a:b.txt", home, "--encoding", "none"]);
  assert.equal(await readFile(join(home, "a:b.txt"), "utf8"), "a:b.txt");
  assert.match((await run(["get", ":/a:b.txt", home, "--encoding", "dos"])).stderr, /takes auto, windows or none/);
});

test("a name in the other Unicode composition is found if it is unambiguous", async (t) => {
  const person = await newPerson(t);
  const { server, ok, run, home } = person;
  const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
  for (const [stored, given] of [
    [composed, decomposed],
    [decomposed, composed],
  ] as const) {
    await server.seed.file(`/${stored}-${stored.length}/${stored}.txt`, "content");
    const folder = `${given}-${stored.length}`;
    const path = `:/${folder}/${given}.txt`;
    assert.equal((await ok(["cat", path])).stdout, "content");
    await ok(["get", path, join(home, "got")]);
    assert.equal(await readFile(join(home, "got"), "utf8"), "content");
    assert.equal((await run(["mkdir", `:/${folder}`])).code, 10);
    await ok(["dedupe", `:/${folder}`]);
    await writeFile(join(home, "new"), "new");
    await ok(["put", join(home, "new"), path]);
    assert.deepEqual(await namesIn(person, `:/${folder}`), [`${stored}.txt`], "the intended file is replaced");
    assert.equal((await ok(["cat", path])).stdout, "new");
    await ok(["rm", path]);
    assert.equal((await run(["cat", path])).code, 4);
  }
  await server.seed.file(`/two/${composed}`, "1");
  await server.seed.file(`/two/${decomposed}`, "2");
  assert.deepEqual(
    [(await ok(["cat", `:/two/${composed}`])).stdout, (await ok(["cat", `:/two/${decomposed}`])).stdout],
    ["1", "2"],
    "an exact spelling comes first",
  );
});

test("put keeps local names apart that differ only in composition", async (t) => {
  const person = await newPerson(t);
  const { ok, home } = person;
  const names = ["caf\u00e9", "cafe\u0301"];
  for (const name of names) await writeFile(join(home, name), name);
  // A disk that considers both names equal has nothing to distinguish.
  if ((await readdir(home)).length < names.length) return;
  for (const name of names) await ok(["put", join(home, name), ":/"]);
  assert.deepEqual((await namesIn(person)).toSorted(), names.toSorted());
});

test("a name too long for this disk is downloaded under another one", async (t) => {
  const { server, run, ok, home } = await newPerson(t);
  const long = "x".repeat(300);
  await server.seed.file(`/${long}`, "long");
  const { code, stderr } = await run(["get", `:/${long}`, home]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot be stored under its name: .+\. Choose another: get :\/… short-name/);
  const short = join(home, "short.txt");
  await ok(["get", `:/${long}`, short]);
  assert.equal(await readFile(short, "utf8"), "long");
  assert.match((await ok(["get", `:/${long}`, short])).stderr, /unchanged/);
  const link = (await ok(["link", `:/${long}`])).stdout.trim();
  await ok(["get", link, join(home, "by-link")]);
  const got = (await readdir(home)).filter((name) => !name.startsWith("."));
  assert.deepEqual(got.toSorted(), ["by-link", "short.txt"]);
});

test("a local name that is not UTF-8 is reported as such", async (t) => {
  const { run, home } = await newPerson(t);
  await writeFile(join(home, "good.txt"), "good");
  // As Node passes an argument with other bytes, whatever the file system has.
  const bad = join(home, "bad\ufffd.txt");
  for (const [line, code] of [
    [["put", bad, ":/"], 1],
    [["put", join(home, "good.txt"), bad, ":/"], 3],
    [["sync", bad, ":/x"], 1],
    [["put", join(home, "none.txt"), ":/"], 4],
  ] as const) {
    const ran = await run(line);
    assert.equal(ran.code, code, ran.stderr);
    const what = line.includes(bad)
      ? /bad\ufffd\.txt: its name is not valid UTF-8 and cannot be sent/
      : /no such file or folder/;
    assert.match(ran.stderr, what);
  }
});

test("a name that begins with a dash is not mistaken for an option", async (t) => {
  const person = await newPerson(t);
  const { run, ok, home } = person;
  const { code, stderr } = await run(["put", "-dash.txt", ":/"]);
  assert.equal(code, 2);
  assert.match(stderr, /if this is a file name, write \.\/-dash\.txt or put -- before it\.$/m);
  assert.doesNotMatch((await run(["put", "--no-such", ":/"])).stderr, /if this is a file name/);
  await writeFile(join(home, "-dash.txt"), "dash");
  await ok(["put", "--", join(home, "-dash.txt"), ":/"]);
  assert.equal((await ok(["cat", ":/-dash.txt"])).stdout, "dash");
});
