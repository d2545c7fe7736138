import assert from "node:assert/strict";
import { test } from "node:test";
import { startFaultyServer } from "@consigne/testkit";
import { startRecordingServer } from "./_fixtures.ts";
import { newPerson, type Person } from "./_terminal.ts";

/** The candidates; the first line gives their kind. */
async function complete({ ok }: Person, line: string, ...more: string[]): Promise<string[]> {
  const { stdout, stderr } = await ok(["__complete", "--line", line, ...more]);
  assert.equal(stderr, "");
  return stdout.split("\n").slice(1, -1);
}

async function kindOf({ ok }: Person, ...words: string[]): Promise<string | undefined> {
  return (await ok(["__complete", "--", ...words])).stdout.split("\n")[0];
}

test("completes commands, subcommands, options and their values", async (t) => {
  const person = await newPerson(t);
  assert.deepEqual(await complete(person, "consigne who"), ["whoami"]);
  assert.equal((await complete(person, "consigne ")).includes("__complete"), false);
  assert.deepEqual(await complete(person, "consigne remote w"), ["wait"]);
  assert.deepEqual(await complete(person, "consigne ftp users r"), ["rm"]);
  assert.deepEqual(await complete(person, "consigne help config d"), ["default"]);
  assert.deepEqual(await complete(person, "consigne ls --so"), ["--sort"]);
  assert.deepEqual(await complete(person, "consigne attr --inline y"), ["yes"]);
  assert.deepEqual(await complete(person, "consigne ls --sort "), ["name", "size", "date"]);
  assert.deepEqual(await complete(person, "consigne share --p"), [
    "--public",
    "--private",
    "--password-stdin",
    "--profile",
  ]);
  assert.deepEqual(await complete(person, "consigne share --private --p"), ["--private", "--profile"]);
  const login = ["login", "--profile", "home", "--key-stdin", "--key-file"];
  await person.ok(login, { stdin: person.server.apiKey });
  assert.deepEqual(await complete(person, "consigne ls --profile h"), ["home"]);
  assert.deepEqual(await complete(person, "consigne ls --profile=h"), ["--profile=home"]);
  assert.deepEqual(await complete(person, "consigne ls h"), ["home:/"]);
  assert.deepEqual(await complete(person, "consigne run -- ls --so"), [], "options of another program");
});

test("says where local files are expected", async (t) => {
  const person = await newPerson(t);
  assert.equal(await kindOf(person, "ls", ""), "remote");
  assert.equal(await kindOf(person, "put", ""), "either");
  assert.equal(await kindOf(person, "put", ":/"), "remote");
  assert.equal(await kindOf(person, "sync", "--filter-from", ""), "local");
  assert.equal(await kindOf(person, "run", "ls", ""), "local");
  assert.equal(await kindOf(person, "put", "--dry"), "words");
});

test("completes paths of the server and the profile named on the line", async (t) => {
  const person = await newPerson(t);
  const other = await newPerson(t);
  await other.server.seed.folder("/theirs");
  const login = ["login", "--profile", "other", "--url", other.server.url, "--key-stdin", "--key-file"];
  await person.ok(login, { stdin: other.server.apiKey });
  assert.deepEqual(await complete(person, "consigne ls --profile other :/t"), [":/theirs/"]);
  assert.deepEqual(await complete(person, "consigne ls --profile=other :/t"), [":/theirs/"]);
  assert.deepEqual(await complete(person, "consigne ls other:/t"), ["other:/theirs/"]);
  assert.deepEqual(await complete(person, "consigne ls :/t"), []);
});

test("completes remote paths, and offers no name that could control the terminal", async (t) => {
  const person = await newPerson(t);
  await person.server.seed.file("/photos/my cat.jpg", "x");
  await person.server.seed.file("/photos/bad\u009b0;x.jpg", "x");
  await person.server.seed.folder("/photos/2026");
  assert.deepEqual(await complete(person, "consigne ls :/p"), [":/photos/"]);
  assert.deepEqual(await complete(person, "consigne get :/photos/"), [":/photos/2026/", ":/photos/my cat.jpg"]);
  assert.deepEqual(await complete(person, "consigne get ':/photos/my c"), [":/photos/my cat.jpg"]);
  const bash = await complete(person, "consigne get :/photos/m", "--shell", "bash", "--breaks", " :");
  assert.deepEqual(bash, ["/photos/my\\ cat.jpg"], "bash inserts what follows the colon");
  const encoded = Buffer.from("consigne get :/photos/my` c").toString("base64");
  const { stdout } = await person.ok(["__complete", "--shell", "powershell", "--encoded-line", encoded]);
  assert.equal(stdout, "remote\n:/photos/my cat.jpg\n");
  assert.deepEqual(await complete(person, "consigne remote add --to :/p"), [":/photos/"]);
});

test("remembers listings for a while, and stays silent when the server is down or rejects the key", async (t) => {
  const person = await newPerson(t);
  const server = await startFaultyServer();
  t.after(() => server[Symbol.asyncDispose]());
  await server.seed.folder("/photos");
  const variables = { ...person.variables, CONSIGNE_URL: server.url };
  const run = (extra: object) =>
    person.run(["__complete", "--line", "consigne ls :/"], { variables: { ...variables, ...extra } });
  assert.equal((await run({})).stdout, "remote\n:/photos/\n");
  await server.stop();
  assert.equal((await run({})).stdout, "remote\n:/photos/\n");
  for (const extra of [{ CONSIGNE_URL: "http://127.0.0.1:9" }, { CONSIGNE_API_KEY: "k".repeat(32) }]) {
    const { code, stdout, stderr } = await run(extra);
    assert.deepEqual([code, stdout, stderr], [0, "remote\n", ""]);
  }
});

test("asks again as soon as the server is back", async (t) => {
  const person = await newPerson(t);
  const server = await startFaultyServer();
  t.after(() => server[Symbol.asyncDispose]());
  await server.seed.folder("/photos");
  await server.stop();
  const away = {
    ...person,
    ok: (args: readonly string[]) => person.ok(args, { variables: { CONSIGNE_URL: server.url } }),
  };
  assert.deepEqual(await complete(away, "consigne ls :/"), []);
  await server.start();
  assert.deepEqual(await complete(away, "consigne ls :/"), [":/photos/"]);
});

test("does not repeat a call that the server refused", async (t) => {
  const person = await newPerson(t);
  const server = await startRecordingServer(t, (_request, response) => {
    response.writeHead(403, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ status: "KO", message: "Not authenticated #247" }));
  });
  const variables = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: "k".repeat(32) };
  for (let press = 0; press < 3; press++) await person.ok(["__complete", "--line", "consigne ls :/"], { variables });
  assert.equal(server.requests.filter(({ path }) => path.endsWith("ls.cgi")).length, 1);
});

test("a script exists for each supported shell, and for no other", async (t) => {
  const { ok, run } = await newPerson(t);
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    assert.match((await ok(["completion", shell])).stdout, /consigne __complete/);
  }
  assert.equal((await run(["completion", "tcsh"])).code, 2);
});
