import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, newPerson, runConsigne } from "./_terminal.ts";

const all = "write" as const;
const fullScopes = {
  account: all,
  files: all,
  uploads: all,
  downloads: all,
  shares: all,
  remote: all,
  ftp: all,
  vouchers: all,
  keys: all,
};

async function withKeeper(t: TestContext) {
  const { home, server } = await newPerson(t);
  const { accounts, keys } = server.services;
  const account = await accounts.getByEmail("operator", server.email);
  const { text } = await keys.create("operator", account, { name: "keeper", scopes: fullScopes });
  const of = (apiKey: string) => ({
    HOME: home,
    XDG_RUNTIME_DIR: home,
    CONSIGNE_URL: server.url,
    CONSIGNE_API_KEY: apiKey,
  });
  const run = (args: string[], apiKey = text) => runConsigne(args, of(apiKey), {});
  const list = async () => (await keys.list("operator", account)).all();
  return { run, list, server };
}

test("keys new shows the key once, with commands ready to use, and the key works", async (t) => {
  const { run, list, server } = await withKeeper(t);
  const created = await run([
    "keys",
    "new",
    "nas",
    "--template",
    "read-only",
    "--ip",
    "127.0.0.0/8",
    "--expires",
    "30d",
  ]);
  assert.equal(created.code, 0, created.stderr);
  const key = created.stdout.trim();
  assert.match(key, /^[A-Za-z0-9]{32}$/);
  for (const line of ["curl -H", "requests.post(", `api_key = ${key}`, "consigne ls", "createClient("])
    assert.ok(created.stderr.includes(line), line);
  assert.ok(created.stderr.includes(`${server.url}/v1/folder/ls.cgi`));
  assert.equal((await run(["ls", ":/"], key)).code, 0);
  assert.equal((await run(["mkdir", ":/x"], key)).code !== 0, true);
  const stored = (await list()).find(({ name }) => name === "nas");
  assert.deepEqual(stored?.allowedAddresses, ["127.0.0.0/8"]);
  const days = ((stored?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
  assert.ok(days > 29 && days < 31, String(days));
  const listed = await run(["keys"]);
  assert.match(
    listed.stdout,
    new RegExp(
      `${key.slice(0, 4)}\\.\\.\\. {2}nas {2}account=read,files=read.* used .* from 127\\.0\\.0\\.1 {2}expires `,
    ),
  );
  assert.ok(!listed.stdout.includes(key) && !listed.stderr.includes(key));
});

test("keys get and show list only rights to what is served, even for an older key", async (t) => {
  const { run, list } = await withKeeper(t);
  const refused = await run(["keys", "new", "scanner", "--scope", "ftp=write"]);
  assert.equal(refused.code, 2);
  const listed = await run(["keys", "--json"]);
  const help = await run(["keys", "new", "--help"]);
  for (const { stdout } of [listed, help]) assert.doesNotMatch(stdout, /ftp|voucher/i);
  // Unimplemented rights that the managing key lacks do not keep it from ending a key.
  const created = await run(["keys", "new", "keeper two", "--scope", "keys=write", "--scope", "files=write"]);
  assert.equal(created.code, 0, created.stderr);
  assert.equal((await list()).find(({ name }) => name === "keeper")?.scopes.ftp, "write");
});

test("keys are renamed, replaced and revoked by name, prefix or id", async (t) => {
  const { run, list } = await withKeeper(t);
  const created = await run(["keys", "new", "nas", "--scope", "files=read", "--scope", "uploads=write", "--json"]);
  const [first] = jsonLines(created.stdout);
  assert.deepEqual(first?.["scopes"], { files: "read", uploads: "write" });
  assert.equal((await run(["keys", "rename", "nas", "tape"])).code, 0);
  const rotated = await run(["keys", "rotate", String(first?.["hint"]), "--grace", "2d", "--json"]);
  const [second] = jsonLines(rotated.stdout);
  assert.deepEqual([second?.["name"], second?.["replacedId"]], ["tape", first?.["id"]]);
  assert.ok(Date.parse(String(second?.["replacedExpiresAt"])) > Date.now() + 86_400_000);
  const twice = await run(["keys", "rm", "tape", "--yes"]);
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /2 keys have the name or first characters "tape"/);
  assert.equal((await run(["keys", "rm", String(first?.["id"]), "--yes"])).code, 0);
  assert.equal((await run(["keys", "rm", "tape"])).code, 2, "there is nobody to ask");
  assert.equal((await run(["keys", "rm", "tape", "--yes"])).code, 0);
  const revoked = (await list()).filter(({ revokedAt }) => revokedAt !== undefined);
  assert.equal(revoked.length, 2);
  assert.equal((await run(["keys", "rm", "tape", "--yes"])).code, 4);
});

test("keys rm lists the keys that a key made, and revokes them with --with-created", async (t) => {
  const { run, list } = await withKeeper(t);
  const newKey = async (name: string, by?: string) => {
    const created = await run(["keys", "new", name, "--scope", "files=read", "--scope", "keys=write", "--json"], by);
    const [line] = jsonLines(created.stdout);
    return { id: String(line?.["id"]), text: String(line?.["apiKey"]) };
  };
  const nas = await newKey("nas");
  const child = await newKey("child", nas.text);
  await newKey("grandchild", child.text);
  assert.match((await run(["keys"])).stdout, /child .*created by nas$/m);
  const asked = await run(["keys", "rm", "nas"]);
  assert.match(asked.stderr, /It created 2 keys that still work:\n {2}child \(.{4}\.\.\.\)\n {2}grandchild /);
  const { stderr } = await run(["keys", "rm", "nas", "--yes"]);
  assert.match(stderr, new RegExp(`revoked: nas\n[^]*To revoke them too: consigne keys rm ${nas.id} --with-created`));
  const working = async () => (await list()).filter(({ revokedAt }) => revokedAt === undefined).map(({ name }) => name);
  assert.deepEqual(await working(), ["first key", "keeper", "child", "grandchild"]);
  const dry = await run(["keys", "rm", nas.id, "--with-created", "--dry-run"]);
  assert.match(dry.stderr, /would revoke: child .*\nwould revoke: grandchild /);
  const ended = await run(["keys", "rm", nas.id, "--with-created", "--yes", "--json"]);
  const [line] = jsonLines(ended.stdout);
  const createdKeys = line?.["createdKeys"] as { name: string; state: string; createdBy: string }[];
  assert.deepEqual(
    createdKeys.map(({ name, state }) => [name, state]),
    [
      ["child", "revoked"],
      ["grandchild", "revoked"],
    ],
  );
  assert.deepEqual([createdKeys[0]?.createdBy, createdKeys[1]?.createdBy], [nas.id, child.id]);
  assert.deepEqual(await working(), ["first key", "keeper"]);
});

test("--dry-run changes nothing", async (t) => {
  const { run, list } = await withKeeper(t);
  await run(["keys", "new", "nas"]);
  const settled = async () => (await list()).map(({ lastUsedAt: _at, lastUsedFrom: _from, ...key }) => key);
  const before = await settled();
  for (const args of [
    ["new", "x"],
    ["rename", "nas", "y"],
    ["rotate", "nas"],
    ["rm", "nas"],
  ]) {
    const { code, stderr } = await run(["keys", ...args, "--dry-run"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^would /m);
  }
  assert.deepEqual(await settled(), before);
});

test("a key without the right and invalid key settings are refused in words", async (t) => {
  const { run, server } = await withKeeper(t);
  const { code, stderr } = await run(["keys", "new", "x"], server.apiKey);
  assert.equal(code, 5);
  assert.match(stderr, /keys=write|does not allow/);
  for (const args of [
    ["new", "x", "--template", "all"],
    ["new", "x", "--scope", "files=all"],
    ["new", "x", "--expires", "soon"],
  ])
    assert.equal((await run(["keys", ...args])).code, 2, args.join(" "));
  assert.equal((await run(["keys", "rename", "nothing", "x"])).code, 4);
});

test("1fichier.com is known to have no such calls, and is not asked", async (t) => {
  const { home } = await newPerson(t);
  const { code, stderr } = await runConsigne(
    ["keys"],
    { HOME: home, XDG_RUNTIME_DIR: home, CONSIGNE_API_KEY: "k".repeat(32) },
    {},
  );
  assert.equal(code, 1);
  assert.match(stderr, /api\.1fichier\.com cannot manage API keys through its API/);
});
