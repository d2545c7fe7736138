import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { addPerson, type Person } from "./_wire.ts";

const DAY_MS = 24 * 3_600_000;
const FILES = "/console/files.pl";

suite("a session that has ended", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let person: Person;
  before(async () => {
    server = await startTestServer({ clock, storage: "memory" });
    person = await addPerson(server, "person@example.org", { plan: "premium" });
  });
  after(() => server[Symbol.asyncDispose]());

  async function signedIn(fields: Record<string, string> = {}): Promise<Browser> {
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password, fields);
    return browser;
  }
  const noticeOn = async (browser: Browser, path = FILES) =>
    /<div class="notice" role="status"><div class="bloc2">([^<]+)</.exec((await browser.open(path)).text)?.[1];
  const end = async (by: Browser, fields: Record<string, string>) => {
    const page = (await by.open("/console/security.pl")).text;
    const token = /name="token" value="(\w+)"/.exec(page)?.[1] ?? "";
    return by.post("/console/security.pl", { token, ...fields });
  };

  test("is explained on the sign-in page as ended elsewhere, in the reader's language", async () => {
    const [lost, owner] = [await signedIn(), await signedIn()];
    await end(owner, { do: "end-others" });
    assert.match((await noticeOn(lost)) ?? "", /^Your session was ended: from another device/);
    assert.match((await noticeOn(lost, `/fr${FILES}`)) ?? "", /^Quelqu’un a mis fin à votre session/);
    assert.match((await lost.signIn(person.email, person.password)).text, /\/logout\.pl/);
    assert.equal(await noticeOn(owner, FILES), undefined, "the other one continues");
  });

  test("is explained as ended by a new password, or by its age", async () => {
    const [changed, unused] = [await signedIn(), await signedIn()];
    const { accounts } = server.services;
    const account = await accounts.getByEmail("operator", person.email);
    await accounts.setPassword("operator", account, "another long secret");
    person = { ...person, password: "another long secret" };
    assert.match((await noticeOn(changed)) ?? "", /because the password was changed/);
    assert.match((await noticeOn(unused)) ?? "", /because the password was changed/);
    const [short, long] = [await signedIn(), await signedIn({ lt: "on" })];
    clock.advance(DAY_MS);
    assert.match((await noticeOn(short)) ?? "", /because it was not used for 12 hours/);
    clock.advance(40 * DAY_MS);
    assert.match((await noticeOn(long)) ?? "", /because it was not used for 30 days/);
  });

  test("is not mentioned to callers with an invented token or with none", async () => {
    const stranger = new Browser(server);
    assert.equal(await noticeOn(stranger), undefined);
    for (const token of ["x".repeat(40), "short", "deleted"]) {
      stranger.cookies.set("SID", token);
      const said =
        token === "deleted"
          ? undefined
          : "Your session has ended, or it is valid only from another address. Sign in again.";
      assert.equal(await noticeOn(stranger), said, token);
    }
  });

  test("is not mentioned after signing out here", async () => {
    const browser = await signedIn();
    const { text } = await browser.open("/logout.pl");
    const b = /name="b" value="(\w+)"/.exec(text)?.[1] ?? "";
    assert.match((await browser.post("/logout.pl", { a: "1", b })).text, /You are now disconnected/);
    assert.equal(await noticeOn(browser), undefined);
  });
});
