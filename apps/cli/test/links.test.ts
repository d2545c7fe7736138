import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createClient } from "@consigne/sdk";
import { startRecordingServer } from "./_fixtures.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

const DAY_MS = 86_400_000;

test("additional links of a file are made, listed, changed and removed", async (t) => {
  const { server, ok, run } = await newPerson(t);
  const { url } = await server.seed.file("/a.txt", "abc");
  assert.match((await ok(["links", "ls", ":/a.txt"])).stderr, /\/a\.txt has no additional links/);
  const link = (await ok(["links", "add", ":/a.txt"])).stdout.trim();
  assert.match(link, /\/\?[a-z0-9]{20}$/);
  assert.notEqual(link, url);
  const rules = ["--expires", "7d", "--max-downloads", "10", "--note", "for Ann\u{1b}", "--password-stdin"];
  const [created] = jsonLines((await ok(["links", "add", "--json", ...rules, url], { stdin: "open sesame\n" })).stdout);
  const { id, url: guarded, expiresAt, createdAt, ...rest } = created ?? {};
  assert.deepEqual(rest, {
    path: "a.txt",
    created: true,
    isOwn: false,
    hasPassword: true,
    isRestricted: false,
    maxDownloads: 10,
    downloads: 0,
    isEnabled: true,
    note: "for Ann\u{1b}",
  });
  assert.ok(Math.abs(Date.parse(String(expiresAt)) - Date.parse(String(createdAt)) - 7 * DAY_MS) < 60_000);
  const { stdout } = await ok(["links", "ls", ":/a.txt"]);
  const [own, first = "", second = ""] = stdout.trim().split("\n");
  assert.equal(own, `${url}  its own link, 0 downloads`);
  assert.equal(first, `${link}  0 downloads`);
  assert.ok(second.startsWith(`${String(guarded)}  0 of 10 downloads, password, until 20`), second);
  assert.ok(second.endsWith(", for Ann\\x1b"), second);

  const changed = await ok(["links", "change", "--off", "--no-password", "--expires", "never", String(guarded)]);
  assert.equal(changed.stdout, `${String(guarded)}  0 of 10 downloads, switched off, for Ann\\x1b\n`);
  assert.equal((await fetch(String(guarded))).status, 403);
  const fields = "--json=isEnabled,note,changed";
  const on = ["links", "change", "--on", "--max-downloads", "0", "--note", "", String(id), fields];
  assert.deepEqual(jsonLines((await ok(on)).stdout), [{ isEnabled: true, note: "", changed: true }]);
  await ok(["links", "rm", link, String(id)]);
  assert.deepEqual(jsonLines((await ok(["links", "ls", "--json=url,isOwn", ":/a.txt"])).stdout), [
    { url, isOwn: true },
  ]);
  assert.equal((await run(["links", "ls", ":/none"])).code, 4);
  for (const line of [["rm"], ["change", "--off"]]) {
    const gone = await run(["links", ...line, link]);
    assert.deepEqual([gone.code, /no additional link http/.test(gone.stderr)], [4, true], gone.stderr);
  }
});

test("if one of several links to remove does not exist, the others are still removed", async (t) => {
  const { server, ok, run } = await newPerson(t);
  await server.seed.file("/a.txt", "abc");
  const links = [];
  for (let count = 0; count < 2; count++) links.push((await ok(["links", "add", ":/a.txt"])).stdout.trim());
  const [first = "", second = ""] = links;
  const { code, stdout, stderr } = await run(["links", "rm", "--json", first, "none1", first, second, "none2"]);
  assert.equal(code, 4);
  assert.deepEqual(
    jsonLines(stdout).filter(({ removed }) => removed === true),
    [
      { link: first, removed: true },
      { link: second, removed: true },
    ],
  );
  assert.match(stderr, /no additional link none1/);
  assert.match(stderr + stdout, /no additional link none2/);
  assert.match((await ok(["links", "ls", ":/a.txt"])).stdout, /^\S+ {2}its own link, .*\n$/);
});

test("links can be limited to some people, and a file's own link disabled while others keep working", async (t) => {
  const { server, ok, run } = await newPerson(t);
  const { url } = await server.seed.file("/a.txt", "abc");
  const lists = ["--allow-ip", "192.0.2.0/24", "--allow-email", "a@example.org", "--allow-email", "b@example.org"];
  const added = await ok(["links", "add", "--json=url,isRestricted,access", ...lists, ":/a.txt"]);
  const [{ url: further, ...rest } = {}] = jsonLines(added.stdout);
  const access = {
    addresses: ["192.0.2.0/24"],
    countries: [],
    emails: ["a@example.org", "b@example.org"],
    isCustomersOnly: false,
  };
  assert.deepEqual(rest, { isRestricted: true, access });
  assert.match(
    (await ok(["links", "ls", ":/a.txt"])).stdout,
    /0 downloads, only from 192\.0\.2\.0\/24, only for a@example\.org or b@example\.org\n$/,
  );
  const french = ["links", "change", "--allow-country", "fr", "--customers-only", String(further)];
  const changed = await ok(french);
  assert.match(changed.stdout, /0 downloads, only in FR, only for customers\n$/);
  assert.match(changed.stderr, /cannot recognise countries: only you have access/);
  const dry = await ok([...french, "--dry-run"]);
  assert.match(dry.stdout, /, only in FR, only for customers\n$/);
  assert.equal((await fetch(String(further))).status, 403);
  await ok(["links", "change", "--everybody", String(further)]);
  const off = await ok(["links", "change", "--off", "--max-downloads", "5", url]);
  assert.equal(off.stdout, `${url}  its own link, 0 of 5 downloads, switched off\n`);
  assert.deepEqual([(await fetch(url)).status, (await fetch(String(further))).status], [403, 200]);
  // The owner needs no link.
  assert.equal((await ok(["cat", ":/a.txt"])).stdout, "abc");
  const refused = await run(["links", "rm", url]);
  assert.deepEqual([refused.code, /switch it off instead/.test(refused.stderr)], [1, true], refused.stderr);
  await ok(["links", "change", "--on", url]);
  assert.equal((await fetch(url)).status, 200);
});

test("a folder has additional links too, and a dry run makes, changes and removes none", async (t) => {
  const { server, ok } = await newPerson(t);
  await server.seed.file("/d/a.txt", "abc");
  const dry = await ok(["links", "add", "--dry-run", "--max-downloads", "1", "--password-stdin", ":/d"], {
    stdin: "open sesame",
  });
  assert.equal(dry.stdout, "would create a link to /d, password, at most 1 download\n");
  assert.deepEqual(jsonLines((await ok(["links", "ls", "--json", ":/d"])).stdout), []);
  const link = (await ok(["links", "add", ":/d"])).stdout.trim();
  assert.match(link, /\/dir\/[a-z0-9]{20}$/);
  const change = ["links", "change", "--dry-run", "--off", "--note", "x", "--max-downloads", "0", link];
  assert.equal((await ok(change)).stdout, `would change ${link}, switched off, any number of downloads, x\n`);
  assert.equal((await ok(["links", "rm", "--dry-run", link])).stdout, `would remove ${link}\n`);
  assert.equal((await ok(["links", "ls", ":/d"])).stdout, `${link}  0 downloads\n`);
  assert.equal((await fetch(link)).status, 200);
});

test("get downloads the folder behind a link with its subfolders, in place and verified", async (t) => {
  const { server, ok, run, home } = await newPerson(t);
  const files = { "/f/a.txt": "a", "/f/in/b.txt": "b", "/f/in/deep er/c.txt": "c", "/f/closed/d.txt": "d" };
  await server.seed.files(Object.entries(files).map(([path, content]) => ({ path, content })));
  await server.seed.folder("/f/empty");
  await ok(["share", "--public", "--password-stdin", ":/f/closed"], { stdin: "open sesame\n" });
  const link = (await ok(["links", "add", ":/f"])).stdout.trim();
  assert.match(link, /\/dir\/[A-Za-z0-9]+$/);
  assert.equal((await run(["get", link, home])).code, 2);
  const tree = async (folder: string) =>
    (await readdir(join(home, folder), { recursive: true })).map((path) => path.replaceAll("\\", "/")).toSorted();
  const fetched = await ok(["get", "-r", link, join(home, "got/")]);
  assert.deepEqual(await tree("got"), ["a.txt", "empty", "in", "in/b.txt", "in/deep er", "in/deep er/c.txt"]);
  assert.equal(await readFile(join(home, "got/in/deep er/c.txt"), "utf8"), "c");
  assert.doesNotMatch(fetched.stderr, /not compared|unverified/);
  const client = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
  const [inner] = (await client.shares.publicFolders(link)).filter(({ name }) => name === "in");
  assert.deepEqual(
    (await client.shares.publicListing(inner?.url ?? "")).map(({ name }) => name),
    ["b.txt"],
  );
  await ok(["get", "-r", inner?.url ?? "", join(home, "inner/")]);
  assert.deepEqual(await tree("inner"), ["b.txt", "deep er", "deep er/c.txt"]);
  const guarded = (await ok(["links", "add", "--password-stdin", ":/f"], { stdin: "another word\n" })).stdout.trim();
  assert.notEqual((await run(["get", "-r", guarded, join(home, "none/")])).code, 0);
  await ok(["get", "-r", "--password-stdin", guarded, join(home, "guarded/")], { stdin: "another word\n" });
  assert.deepEqual(await tree("guarded"), await tree("got"));
  await ok(["share", "--public", ":/f"]);
  await ok(["share", "--public", ":/f/in"]);
  const page = (await ok(["link", ":/f"])).stdout.trim();
  await ok(["get", "-r", page, join(home, "page/")]);
  assert.deepEqual(await tree("page"), ["a.txt", "in", "in/b.txt"], "only what is public on its own page");
});

test("invalid requests are refused before anything is asked", async (t) => {
  const { run } = await newPerson(t);
  const nobody = { variables: { CONSIGNE_URL: "http://127.0.0.1:1" } };
  for (const [line, message] of [
    ["change abc", "Nothing to change was given"],
    ["change --off --on abc", "cannot be combined"],
    ["change --off :/a", "is a path"],
    ["rm :/a", "is a path"],
    ["add --expires 0 :/a", "a time in the future"],
    ["add --expires 9999999999999d :/a", "a time in the future"],
    ["add --max-downloads ten :/a", "a whole number"],
  ] as const) {
    const { code, stderr } = await run(["links", ...line.split(" ")], nobody);
    assert.deepEqual([code, stderr.includes(message)], [2, true], `${line}: ${stderr}`);
  }
});

test("a server without additional links is not asked for any", async (t) => {
  const { run } = await newPerson(t);
  const other = await startRecordingServer(t, (_request, response) => void response.writeHead(404).end());
  for (const line of ["ls :/a", "add :/a", "change --off abc", "rm abc"]) {
    const { code, stderr } = await run(["links", ...line.split(" ")], { variables: { CONSIGNE_URL: other.url } });
    assert.deepEqual([code, /does not support additional links/.test(stderr)], [1, true], `${line}: ${stderr}`);
  }
  assert.deepEqual([...new Set(other.requests.map(({ path }) => path))], ["/x/v1/about"]);
});
