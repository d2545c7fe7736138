import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startTestServer } from "@consigne/testkit";
import { damageAll } from "./_damage.ts";
import { freePort } from "./_free-port.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

test("ls, tree, du, find and stat each show a tree in their own way", async (t) => {
  const { server, ok } = await newPerson(t);
  await server.seed.file("/photos/2026/cat.jpg", "cat!");
  await server.seed.file("/photos/dog.png", "a dog");
  assert.equal((await ok(["ls", ":/photos"])).stdout, "2026/\ndog.png\n");
  assert.match(
    (await ok(["ls", "-l", ":/photos/dog.png"])).stdout,
    /^ +5 B {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}dog\.png {2}http/,
  );
  const tree = await ok(["tree", ":/"]);
  assert.equal(tree.stdout, "/\n└── photos/\n    ├── 2026/\n    │   └── cat.jpg\n    └── dog.png\n");
  assert.equal(tree.stderr, "2 folders, 2 files\n");
  assert.equal((await ok(["tree", "--depth", "1", "-d", ":/photos"])).stdout, "/photos\n└── 2026/\n");
  assert.deepEqual(jsonLines((await ok(["du", "--json", "--depth", "2", ":/"])).stdout), [
    { path: "/photos/2026", sizeBytes: 4, files: 1 },
    { path: "/photos", sizeBytes: 9, files: 2 },
    { path: "/", sizeBytes: 9, files: 2 },
  ]);
  assert.equal((await ok(["du", "--bytes", "--depth", "0", ":/photos"])).stdout.trim(), "9  /photos");
  const facts = JSON.parse((await ok(["stat", "--json", ":/photos/dog.png"])).stdout) as Record<string, unknown>;
  assert.deepEqual([facts["kind"], facts["sizeBytes"], String(facts["whirlpool"]).length], ["file", 5, 128]);
  assert.match((await ok(["stat", ":/photos"])).stdout, /^fileCount +1$/m);
});

test("ls, find, tree and stat mark files that the server can no longer serve", async (t) => {
  const { server, ok } = await newPerson(t);
  await server.seed.file("/lost.bin", "bytes that go");
  await damageAll(server);
  await server.seed.file("/sound.bin", "sound");
  const listed = (await ok(["ls", "-l"])).stdout.split("\n");
  assert.match(listed[0] ?? "", /lost\.bin {2}http\S+ {2}damaged$/);
  assert.match(listed[1] ?? "", /sound\.bin {2}http\S+$/);
  const facts = jsonLines((await ok(["ls", "--json"])).stdout);
  assert.deepEqual(
    facts.map(({ name, isDamaged }) => [name, isDamaged]),
    [
      ["lost.bin", true],
      ["sound.bin", false],
    ],
  );
  assert.equal((await ok(["tree"])).stdout, "/\n├── lost.bin  damaged\n└── sound.bin\n");
  assert.match((await ok(["find"])).stderr, /^1 of these files is damaged; --damaged lists them$/m);
  const found = await ok(["find", "--damaged", "--json=path,isDamaged"]);
  assert.deepEqual(jsonLines(found.stdout), [{ path: "/lost.bin", isDamaged: true }]);
  assert.match((await ok(["stat", ":/lost.bin"])).stdout, /^isDamaged +true$/m);
  assert.doesNotMatch((await ok(["stat", ":/sound.bin"])).stdout, /isDamaged/);
  assert.equal(
    (JSON.parse((await ok(["stat", "--json", ":/lost.bin"])).stdout) as Record<string, unknown>)["isDamaged"],
    true,
  );
});

test("find selects by name, size, type and time", async (t) => {
  const { server, ok, run } = await newPerson(t);
  await server.seed.files([
    { path: "/a/one.JPG", content: "x".repeat(2000) },
    { path: "/a/two.txt", content: "xx" },
  ]);
  const find = async (...args: string[]) => (await ok(["find", ":/", ...args])).stdout;
  assert.equal(await find("--name", "*.txt"), ":/a/two.txt\n");
  assert.equal(await find("--iname", "*.jpg"), ":/a/one.JPG\n");
  assert.equal(await find("--name", "*.jpg"), "");
  assert.equal(await find("--name", "[!o]*.txt", "--name", "one.*"), ":/a/one.JPG\n:/a/two.txt\n");
  assert.equal(await find("--size", "+1k"), ":/a/one.JPG\n");
  assert.equal(await find("--size", "2"), ":/a/two.txt\n");
  assert.equal(await find("--type", "d"), ":/a/\n");
  assert.equal(await find("--newer", "1h"), ":/a/one.JPG\n:/a/two.txt\n");
  assert.equal(await find("--older", "1h"), "");
  assert.equal(await find("--print0", "--type", "d"), ":/a/\0");
  assert.equal((await run(["find", "--type", "x"])).code, 2);
  assert.equal((await run(["find", "--newer", "soon"])).code, 2);
});

test("cat writes the bytes and nothing else, also for a range", async (t) => {
  const { server, ok } = await newPerson(t);
  const bytes = Buffer.from([0, 255, 10, 13, 200, 1, 2, 3]);
  await server.seed.file("/raw.bin", bytes);
  const cat = async (...args: string[]) => (await ok(["cat", ":/raw.bin", ...args])).bytes;
  assert.deepEqual(await cat(), bytes);
  assert.deepEqual(await cat("--offset", "2", "--count", "3"), bytes.subarray(2, 5));
  assert.deepEqual(await cat("--offset", "-3"), bytes.subarray(5));
  assert.deepEqual(await cat("--offset", "8"), Buffer.alloc(0));
  const [line] = jsonLines(String(await cat("--json", "--offset", "6")));
  assert.deepEqual(line, { name: "raw.bin", offset: 6, base64: "AgM=" });
});

test("link prints a link, and with --direct one that downloads without a key", async (t) => {
  const { server, ok, run } = await newPerson(t);
  const { url } = await server.seed.file("/a.txt", "text");
  assert.equal((await ok(["link", ":/a.txt"])).stdout, `${url}\n`);
  const direct = (await ok(["link", "--direct", ":/a.txt"])).stdout.trim();
  assert.equal(await (await fetch(direct)).text(), "text");
  await server.seed.folder("/f");
  const { code, stderr } = await run(["link", ":/f"]);
  assert.equal(code, 1);
  assert.match(stderr, /share --public/);
});

test("other people's names cannot control the terminal, and --json prints them unchanged", async (t) => {
  const { server, ok } = await newPerson(t);
  // A server stores no other control characters; the worst is one that begins a terminal command by itself.
  const name = "a\u009b2J\u202egpj.exe";
  await server.seed.file(`/f/${name}`, "x");
  for (const args of [["ls"], ["ls", "-l"], ["tree"], ["find"]]) {
    const { stdout, stderr } = await ok([...args, ":/f"], { isTerminal: true });
    const shown = `${stdout}${stderr}`.replaceAll(/.\[(1;34|0)m|\r.\[K/g, "");
    assert.equal(
      ["\u001b", "\u009b", "\u202e"].some((character) => shown.includes(character)),
      false,
      args.join(" "),
    );
    assert.match(stdout, /a\\x9b2J\\u\{202e\}gpj\.exe/);
  }
  assert.equal(jsonLines((await ok(["ls", "--json", ":/f"])).stdout)[0]?.["name"], name);
});

test("a missing file exits with 4, an invalid remote path with 2, a wrong key with 5", async (t) => {
  const { run } = await newPerson(t);
  for (const command of ["ls", "tree", "stat", "du", "find", "cat", "link", "attr", "share", "scan"]) {
    const more = command === "attr" ? ["--inline", "yes"] : [];
    const { code, stdout, stderr } = await run([command, ":/not/there", ...more]);
    assert.deepEqual([code, stdout], [4, ""], command);
    assert.match(stderr, /is not on the server: there is no folder "not"/, command);
    assert.equal((await run([command, "local", ...more])).code, 2, command);
  }
  const variables = { CONSIGNE_API_KEY: "k".repeat(32) };
  const { code, stderr } = await run(["ls"], { variables });
  assert.equal(code, 5);
  assert.match(stderr, /consigne login/);
  assert.equal(stderr.includes("kkkk"), false);
});

test("whoami and doctor describe the account and the server, and doctor says what is wrong", async (t) => {
  const { server, ok, run } = await newPerson(t);
  assert.match((await ok(["whoami"])).stdout, new RegExp(`account {2}${server.email}`));
  const well = await ok(["doctor"]);
  assert.match(well.stdout, /ok +key +the server accepts it/);
  assert.match(well.stdout, /ok +server +consigne /);
  const states = async (variables: Record<string, string | undefined>) => {
    const { code, stdout } = await run(["doctor", "--json"], { variables });
    return {
      code,
      wrong: jsonLines(stdout)
        .filter(({ state }) => state === "failure")
        .map(({ check }) => check),
    };
  };
  assert.deepEqual(await states({ CONSIGNE_API_KEY: "k".repeat(32) }), { code: 5, wrong: ["key"] });
  assert.deepEqual(await states({ CONSIGNE_API_KEY: undefined }), { code: 5, wrong: ["key"] });
  assert.deepEqual(await states({ CONSIGNE_URL: "http://127.0.0.1:9" }), { code: 9, wrong: ["network"] });
  assert.deepEqual(await states({ CONSIGNE_URL: "http://no-such-host.invalid" }), { code: 9, wrong: ["network"] });
});

test("doctor reports that a server refuses uploads for lack of space, and what to do", async (t) => {
  const { run } = await newPerson(t, { settings: { CONSIGNE_MIN_FREE_BYTES: "9000000000000000" } });
  const { code, stdout } = await run(["doctor"]);
  assert.equal(code, 7);
  assert.match(stdout, /FAILED +server +accepts no uploads: it has too little free space.+CONSIGNE_MIN_FREE_BYTES/);
  assert.match(stdout, /ok +key +the server accepts it/);
});

test("doctor checks the host of the direct links if it is a different one", async (t) => {
  const { server, run, ok } = await newPerson(t);
  assert.doesNotMatch((await ok(["doctor"])).stdout, /downloads/);
  const start = async (downloadUrl: string) => {
    const port = String(await freePort());
    const settings = {
      CONSIGNE_PORT: port,
      CONSIGNE_PUBLIC_URL: `http://localhost:${port}`,
      CONSIGNE_DOWNLOAD_URL: downloadUrl,
    };
    const other = await startTestServer({ settings });
    t.after(() => other[Symbol.asyncDispose]());
    return run(["doctor"], { variables: { CONSIGNE_URL: other.url, CONSIGNE_API_KEY: other.apiKey } });
  };
  const well = await start(server.url);
  assert.equal(well.code, 0, well.stdout);
  assert.match(well.stdout, new RegExp(`ok +downloads +${server.url} answers, without encryption`));
  const silent = await start("http://127.0.0.1:9");
  assert.equal(silent.code, 9);
  assert.match(
    silent.stdout,
    /FAILED +downloads +direct links lead to http:\/\/127\.0\.0\.1:9, so no download works\. /,
  );
  assert.match(silent.stdout, /ok +key +the server accepts it/);
});

test("doctor reports the Node version, where the key is, and unreadable settings", async (t) => {
  const { server, ok, run, home } = await newPerson(t);
  const asGiven = (await ok(["doctor"])).stdout;
  assert.match(asGiven, new RegExp(`^ok +node +${process.version} `));
  assert.match(asGiven, /ok +key-store +the key of CONSIGNE_API_KEY is not stored/);
  await ok(["login", "--profile", "home", "--key-stdin", "--key-file"], { stdin: server.apiKey });
  assert.match(
    (await ok(["doctor", "--profile", "home"])).stdout,
    /key-store +the key is in .+keys\.json, which only you/,
  );
  await chmod(join(home, ".config/consigne/keys.json"), 0o644);
  const { code, stdout } = await run(["doctor", "--profile", "home"]);
  assert.equal(code, 1);
  assert.match(stdout, /FAILED +settings +.+can be read by others/);
});

test("doctor makes no counted call unless asked to", async (t) => {
  const { ok } = await newPerson(t, { limits: "authentic" });
  assert.match((await ok(["doctor"])).stdout, /ok +account +not asked/);
  assert.match((await ok(["doctor", "--account"])).stdout, /ok +account +.+, plan /);
});

test("doctor reports a lock and when it ends", async (t) => {
  const { server, run, ok } = await newPerson(t, { limits: "authentic" });
  await server.limits.lock("ip", { forMs: 600_000 });
  const { code, stdout } = await run(["doctor"]);
  assert.equal(code, 6);
  assert.match(stdout, /FAILED +lock +the server has locked out this address until about \d{4}-/);
  assert.match((await ok(["config", "redacted"])).stdout, /"url"/);
});
