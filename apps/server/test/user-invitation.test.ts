import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { environmentOf } from "./_server-process.ts";
import { runOperator } from "./_operator.ts";
import { openBench } from "./_services.ts";

const email = "ada@example.org";

async function began(context: TestContext, settings: Record<string, string> = {}) {
  const bench = await openBench();
  context.after(() => bench[Symbol.asyncDispose]());
  const environment = environmentOf(bench.dataDir, settings);
  const run = (...args: string[]) => runOperator(["user", ...args], environment);
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args, "--json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Record<string, unknown> & Record<string, unknown>[];
  };
  const letters = async () =>
    (await bench.services.jobs.list("operator", { kind: "mail-invitation" })).filter(({ state }) => state === "ready");
  return { ...bench, run, json, letters };
}

test("user invite sends one letter, and keeps plan, quota and language for the account", async (context) => {
  const { ports, services, run, json, letters } = await began(context);
  const { code, stdout } = await run("invite", email, "--plan", "premium", "--quota", "2GiB", "--language", "fr");
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^ada@example\.org is invited until 2\S+Z\.\nThe e-mail .* is a file in \S+outbox: pass it on\./,
  );
  const [shown, ...others] = await json("invitations");
  assert.deepEqual(
    [others.length, shown?.["email"], shown?.["plan"], shown?.["quotaBytes"], shown?.["state"]],
    [0, email, "premium", 2 ** 31, "open"],
  );
  assert.equal((await services.invitations.getByEmail("operator", email)).language, "fr");
  assert.equal((await letters()).length, 1);
  const [created] = await ports.database.audit.list({ action: "account.invite", limit: 2 });
  assert.equal(created?.details["email"], email);
});

test("an invitation to the same address replaces the earlier one", async (context) => {
  const { run, json } = await began(context);
  await run("invite", email);
  const { id } = await json("invite", email.toUpperCase(), "--plan", "free");
  const open = (await json("invitations")).filter(({ state }) => state === "open");
  assert.deepEqual(
    open.map((each) => [each["id"], each["plan"], each["quotaBytes"]]),
    [[id, "free", undefined]],
  );
});

test("user invite says that the letter is mailed if a mail server is set", async (context) => {
  const { run } = await began(context, {
    CONSIGNE_SMTP_URL: "smtp://127.0.0.1:9",
    CONSIGNE_MAIL_FROM: "c@example.org",
  });
  assert.match((await run("invite", email)).stdout, /A link is sent to that address by e-mail\./);
});

test("user uninvite revokes an open invitation, which stays in the list, and fails if there is none", async (context) => {
  const { run, json, letters } = await began(context);
  await run("invite", email);
  assert.deepEqual(await json("uninvite", email.toUpperCase()), { email: email.toUpperCase() });
  assert.match((await run("invitations")).stdout, /^E-MAIL .*\nada@example\.org +Unlimited +revoked /);
  const again = await run("uninvite", email);
  assert.deepEqual([again.code, again.stdout], [1, ""]);
  assert.match(again.stderr, /no open invitation for ada@example\.org/);
  assert.ok((await letters()).length <= 1);
});

test("user invite refuses an existing account's address and an invalid one, and sends no letter", async (context) => {
  const { account, run, json, letters } = await began(context);
  await account(email);
  for (const [to, message] of [
    [email, /account/],
    ["ada", /"ada" is not an e-mail address/],
  ] as const) {
    const { code, stdout, stderr } = await run("invite", to);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, message);
  }
  assert.deepEqual(await json("invitations"), []);
  assert.deepEqual(await letters(), []);
});
