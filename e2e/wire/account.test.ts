import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addPerson, assertRefusal, makeFolder, type Person, uploadOne, WIRE_TIME } from "./_wire.ts";

/** Types with which rclone decodes user/info; any other makes its `about` fail. */
const texts = ["status", "email", "offer", "2fa", "mail_rm", "ftp_mode", "ftp_report", "ru_report", "default_port"];
texts.push(
  "default_port_files",
  "download_menu",
  "use_cdn",
  "upload_forbidden",
  "cdn",
  "subscription_end",
  "stats_date",
);
const integers = [
  "ftp_did",
  "default_domain",
  "page_limit",
  "default_quota",
  "default_cold_storage_quota",
  "overquota",
];
integers.push("allowed_cold_storage", "hot_storage", "cold_storage", "available_storage", "available_cold_storage");

suite("user/info", () => {
  let server: TestServer;
  let owner: ApiClient;
  let person: Person;

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    person = await addPerson(server, "person@example.org", { plan: "premium" });
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = async (body: object = {}, client = person.client) =>
    assertAnswer(endpoints.userInfo, await client.call("user/info", body));

  test("returns text and integers where rclone expects each", async () => {
    for (const client of [owner, person.client]) {
      const answer = await ask({}, client);
      for (const key of texts) assert.equal(typeof answer[key], "string", key);
      for (const key of integers) assert.ok(Number.isSafeInteger(answer[key]), key);
      assert.deepEqual(Object.keys(answer).toSorted(), [...texts, ...integers].toSorted());
      assert.match(String(answer["stats_date"]), WIRE_TIME);
      assert.match(String(answer["subscription_end"]), WIRE_TIME);
      assert.ok(
        String(answer["subscription_end"]) > String(answer["stats_date"]),
        "JDownloader considers the account free",
      );
    }
  });

  test("reports the plan, the space used and the full quota", async () => {
    await uploadOne(person.client, "ten", "0123456789");
    const answer = await ask();
    assert.equal(answer["offer"], "1");
    assert.equal(answer["cold_storage"], 10);
    assert.equal(answer["available_cold_storage"], 2_000_000_000_000);
    assert.equal(answer["allowed_cold_storage"], 2_000_000_000_000);
    const offers = { free: "0", premium: "1", access: "2", "premium-gold": "3", unlimited: "1" } as const;
    for (const plan of ["free", "access", "premium-gold", "unlimited"] as const) {
      const other = await addPerson(server, `${plan}@example.org`, { plan });
      assert.equal((await ask({}, other.client))["offer"], offers[plan]);
    }
  });

  test("changes the settings given, keeps the others, and returns them", async () => {
    const folder = await makeFolder(person.client, "for ftp");
    const before = await ask();
    const settings = { ftp_mode: 1, ftp_did: folder, ftp_report: "1", ru_report: 1, default_domain: "3" };
    const more = { page_limit: 50, default_port: 1, default_port_files: 1, use_cdn: true, download_menu: 1 };
    await ask({ ...settings, ...more });
    const changed = {
      ftp_mode: "1",
      ftp_did: folder,
      ftp_report: "1",
      ru_report: "1",
      default_domain: 3,
      page_limit: 50,
      default_port: "1",
      default_port_files: "1",
      use_cdn: "1",
      download_menu: "1",
    };
    assert.deepEqual({ ...(await ask()), stats_date: "" }, { ...before, ...changed, stats_date: "" });
    const back = { ftp_mode: 0, ftp_did: 0, ftp_report: 0, ru_report: 0, default_domain: 0, page_limit: 100 };
    await ask({ ...back, default_port: 0, default_port_files: 0, use_cdn: 0, download_menu: 0 });
    assert.deepEqual({ ...(await ask()), stats_date: "" }, { ...before, stats_date: "" });
  });

  test("refuses invalid settings and changes nothing", async () => {
    const before = await ask();
    const bad = [{ default_domain: 11 }, { ftp_mode: 2 }, { page_limit: -1 }, { use_cdn: "on" }, { ftp_did: "x" }];
    for (const body of bad) assertRefusal(await person.client.call("user/info", { ...body, ru_report: 1 }), 400);
    assert.deepEqual({ ...(await ask()), stats_date: "" }, { ...before, stats_date: "" });
  });

  test("refuses an FTP folder of another account", async () => {
    const foreign = await makeFolder(owner, "not theirs");
    for (const folder of [foreign, 999_999]) {
      assertRefusal(await person.client.call("user/info", { ftp_did: folder }), 404, 563);
    }
    assert.equal((await ask())["ftp_did"], 0);
  });

  test("uses the default domain for uploads that do not name one", async () => {
    await ask({ default_domain: 7 });
    await uploadOne(person.client, "by-default");
    await uploadOne(person.client, "by-choice", "x", { domain: "2" });
    const listed = await person.client.call("file/ls", {}, { "consigne-face": "1fichier.com" });
    const items = (listed.json?.["items"] ?? []) as { filename: string; url: string }[];
    const hostOf = (name: string) => new URL(items.find(({ filename }) => filename === name)?.url ?? "").host;
    assert.deepEqual([hostOf("by-default"), hostOf("by-choice")], ["piecejointe.net", "cjoint.net"]);
    await ask({ default_domain: 0 });
  });

  test("shows free accounts their state, but refuses them other calls with #200 and get_token with #236", async () => {
    const free = await addPerson(server, "freeloader@example.org", { plan: "free" });
    await ask({}, free.client);
    assertRefusal(await free.client.call("file/ls"), 403, 200);
    const answer = await free.client.call("download/get_token", { url: "https://1fichier.com/?abcdefghij0123456789" });
    assertRefusal(answer, 403, 236);
    assert.equal(answer.json?.["message"], "Must be a customer (Premium, Access) #236");
  });
});
