import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonLines, newPerson } from "./_terminal.ts";

const PASSWORD = "a rather long sentence";
const email = "leaving@example.org";

test("an account is exported and deleted with its password, and never with a key", async (t) => {
  const { server, ok, run } = await newPerson(t);
  const account = await server.services.accounts.create("operator", { email, password: PASSWORD, planId: "unlimited" });
  const proved = { stdin: `${PASSWORD}\n` };
  const args = ["--email", email, "--password-stdin"];

  const records = jsonLines((await ok(["account", "export", ...args], proved)).stdout);
  assert.deepEqual([records[0]?.["kind"], records[0]?.["email"]], ["account", email]);
  assert.ok(records.some(({ kind }) => kind === "folder"));

  for (const command of ["export", "delete"]) {
    const byKey = await run(["account", command]);
    assert.equal(byKey.code, 2);
    assert.match(byKey.stderr, /An API key is not enough for this: pass --email/);
    const wrong = await run(["account", command, ...args], { stdin: "not this one\n" });
    assert.equal(wrong.code, 5);
    assert.match(wrong.stderr, /No account has this address and password/);
    assert.equal(wrong.stdout, "");
  }
  const unasked = await run(["account", "delete", ...args], proved);
  assert.equal(unasked.code, 2, "there is nobody to ask");
  assert.match(unasked.stderr, /0 files \(0 B\), 0 folders, 0 API keys and all links\? Not a terminal; pass --yes/);
  const dry = await ok(["account", "delete", "--dry-run", ...args], proved);
  assert.match(dry.stderr, /^would delete: the account leaving@example\.org with 0 files/);
  const find = () => server.services.accounts.getByEmail("operator", email);
  assert.equal((await find()).isLocked, false);

  const { stdout } = await ok(["account", "delete", "--yes", "--json", ...args], proved);
  const { isLocked, removesAt } = await find();
  assert.equal(isLocked, true);
  const told = JSON.parse(stdout) as { email: string; deletionAt: string };
  assert.equal(told.email, account.email);
  assert.equal(told.deletionAt.slice(0, 19), removesAt?.toISOString().slice(0, 19));
});

test("the last administrator's account is not deleted", async (t) => {
  const { server, run } = await newPerson(t);
  const args = ["--email", server.email, "--password-stdin"];
  const { code, stderr } = await run(["account", "delete", "--yes", ...args], { stdin: server.password });
  assert.notEqual(code, 0);
  assert.match(stderr, /last administrator/);
  assert.equal((await server.services.accounts.getByEmail("operator", server.email)).isLocked, false);
});
