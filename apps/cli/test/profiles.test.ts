import assert from "node:assert/strict";
import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { KeyStore } from "../src/profiles/key-store.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

const noVariables = { CONSIGNE_URL: undefined, CONSIGNE_API_KEY: undefined };
/** No test uses the keyring of whoever runs it. */
const login = ["login", "--key-stdin", "--key-file"];

test("login stores the key in a private file, and later commands find server and key", async (t) => {
  const { server, home, run, ok } = await newPerson(t);
  await server.seed.folder("/photos");
  const stdin = `${server.apiKey}\n`;
  const ran = await ok([...login, "--url", server.url], { variables: noVariables, stdin });
  assert.match(ran.stdout, /^Stored: profile "default"/);
  const keys = join(home, ".config/consigne/keys.json");
  assert.equal((await stat(keys)).mode & 0o777, 0o600);
  assert.equal((await ok(["ls", ":/"], { variables: noVariables })).stdout, "photos/\n");
  assert.equal((await ok(["ls", "default:/"], { variables: noVariables })).stdout, "photos/\n");
  for (const args of [
    ["config", "list"],
    ["config", "redacted"],
    ["config", "profiles"],
    ["ls", "--verbose", ":/"],
  ]) {
    const { stdout, stderr } = await ok(args, { variables: noVariables });
    assert.equal(`${stdout}${stderr}`.includes(server.apiKey), false, args.join(" "));
  }
  await ok(["logout"], { variables: noVariables });
  assert.equal((await readFile(keys, "utf8")).includes(server.apiKey), false);
  assert.equal((await run(["ls", ":/"], { variables: { ...noVariables, CONSIGNE_URL: server.url } })).code, 5);
});

test("login stores nothing if the server does not know the key", async (t) => {
  const { server, run, ok } = await newPerson(t);
  const wrong = await run([...login, "--url", server.url], { variables: noVariables, stdin: "x".repeat(32) });
  assert.equal(wrong.code, 5);
  assert.match(wrong.stderr, /No such user #93.*Nothing was stored/);
  assert.equal((await ok(["config", "profiles"], { variables: noVariables })).stdout, "");
  const malformed = await run([...login], { variables: noVariables, stdin: "short" });
  assert.equal(malformed.code, 2);
  assert.equal((await run(["login"], { variables: noVariables })).code, 2, "there is no terminal to ask on");
});

test("options win over variables, variables over the profile, and that over defaults; origins are shown", async (t) => {
  const { server, ok } = await newPerson(t);
  await ok([...login, "--url", server.url, "--profile", "home"], { variables: noVariables, stdin: server.apiKey });
  const originOf = async (args: string[], variables: Record<string, string | undefined>) => {
    const { stdout } = await ok(["config", "list", "--json", ...args], { variables });
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; origin: string });
    return ["url", "api-key"].map((name) => rows.find((row) => row.name === name)?.origin);
  };
  assert.deepEqual(await originOf([], noVariables), ["profile home", "profile home"]);
  assert.deepEqual(await originOf([], {}), ["CONSIGNE_URL", "CONSIGNE_API_KEY"]);
  assert.deepEqual(await originOf(["--profile", "home"], {}), ["profile home", "profile home"]);
  // A key is never sent to a server that it was not stored for.
  assert.deepEqual(await originOf(["--url", "http://127.0.0.1:9"], noVariables), ["--url", "not set"]);
});

test("a key file that others can read is refused", async (t) => {
  const { server, home, run, ok } = await newPerson(t);
  await ok([...login, "--url", server.url], { variables: noVariables, stdin: server.apiKey });
  await chmod(join(home, ".config/consigne/keys.json"), 0o644);
  const { code, stderr } = await run(["ls", ":/"], { variables: noVariables });
  assert.equal(code, 1);
  assert.match(stderr, /can be read by others/);
});

test("config get prints one setting, and config set changes a profile's server and forgets its key", async (t) => {
  const { server, run, ok } = await newPerson(t);
  await ok([...login, "--url", server.url], { variables: noVariables, stdin: server.apiKey });
  assert.equal((await ok(["config", "get", "url"], { variables: noVariables })).stdout, `${server.url}\n`);
  assert.equal((await run(["config", "get", "nothing"])).code, 2);
  await ok(["config", "set", "url", "http://127.0.0.1:9"], { variables: noVariables });
  assert.equal((await ok(["config", "get", "url"], { variables: noVariables })).stdout, "http://127.0.0.1:9\n");
  assert.equal((await run(["ls"], { variables: noVariables })).code, 5, "the key was for another server");
  assert.equal((await run(["config", "set", "url", "nonsense"], { variables: noVariables })).code, 2);
});

test("a working keyring stores the key, and the file does otherwise", async (t) => {
  const { home } = await newPerson(t);
  const secrets = new Map<string, string>();
  const entryFor = async (service: string, account: string) => ({
    setPassword: (text: string) => void secrets.set(`${service} ${account}`, text),
    getPassword: () => secrets.get(`${service} ${account}`) ?? null,
    deletePassword: () => secrets.delete(`${service} ${account}`),
  });
  const store = new KeyStore(join(home, "keys"), entryFor);
  assert.equal(await store.keep("work", "secret", { inFile: false }), "keyring");
  assert.equal(await store.find("work", { url: "", keyIn: "keyring" }), "secret");
  await store.forget("work");
  assert.equal(secrets.size, 0);
  const locked = new KeyStore(join(home, "keys"), async () => {
    throw new Error("AccessDenied");
  });
  assert.equal(await locked.keep("work", "secret", { inFile: false }), "file");
  assert.equal(await locked.find("work", { url: "", keyIn: "file" }), "secret");
});

test("config list shows which variable, option or file each setting comes from", async (t) => {
  const { server, home, ok } = await newPerson(t);
  await ok([...login, "--url", server.url, "--profile", "home"], { variables: noVariables, stdin: server.apiKey });
  const originsOf = async (args: string[], more: Record<string, string>) => {
    const { stdout } = await ok(["config", "list", "--json", ...args], { variables: { ...noVariables, ...more } });
    const origins = new Map(jsonLines(stdout).map(({ name, origin }) => [name, origin]));
    return ["profile", "profiles-file", "cache-folder"].map((name) => origins.get(name));
  };
  assert.deepEqual(await originsOf([], {}), ["config default", "default", "default"]);
  const base = { XDG_CONFIG_HOME: join(home, ".config"), XDG_CACHE_HOME: home };
  assert.deepEqual(await originsOf([], base), ["config default", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]);
  const own = {
    CONSIGNE_CONFIG_DIR: join(home, ".config/consigne"),
    CONSIGNE_CACHE_DIR: home,
    CONSIGNE_PROFILE: "home",
  };
  assert.deepEqual(await originsOf([], { ...base, ...own }), [
    "CONSIGNE_PROFILE",
    "CONSIGNE_CONFIG_DIR",
    "CONSIGNE_CACHE_DIR",
  ]);
  assert.deepEqual(await originsOf(["--profile", "home"], own), [
    "--profile",
    "CONSIGNE_CONFIG_DIR",
    "CONSIGNE_CACHE_DIR",
  ]);
  assert.deepEqual(await originsOf([], { CONSIGNE_CONFIG_DIR: home }), ["not set", "CONSIGNE_CONFIG_DIR", "default"]);
});
