import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { startRecordingServer } from "./_fixtures.ts";
import { jsonLines, newPerson, runConsigne } from "./_terminal.ts";

const date = "2026-01-31 10:20:30";
const answers: Record<string, object> = {
  "/v1/folder/ls.cgi": {
    status: "OK",
    folder_id: 0,
    name: "",
    sub_folders: [],
    items: [],
    shares: [{ email: "bob@example.org", rw: 0 }],
  },
  "/v1/folder/share.cgi": { status: "OK" },
  "/v1/remote/ls.cgi": { status: "OK", data: [{ id: 12, request_date: date, execution_date: "1970-01-01 01:00:00" }] },
  "/v1/remote/request.cgi": { status: "OK", id: "14", date, urls: [] },
  "/v1/remote/info.cgi": {
    request_date: date,
    execution_date: date,
    links: ["https://example.org/a", "https://example.org/b"],
    result: [
      { status: "OK", url: "https://example.org/a", download_link: "https://1fichier.com/?abcdefghij0123456789" },
      { status: "KO", url: "https://example.org/b", message: "404" },
    ],
  },
  "/v1/ftp/users/ls.cgi": { status: "OK", data: [{ user: "scanner", folder_id: "7" }] },
  "/v1/ftp/users/add.cgi": { status: "OK", message: "" },
  "/v1/ftp/users/rm.cgi": { status: "OK", message: "" },
  "/v1/ftp/process.cgi": { status: "OK", message: "" },
  "/v1/vouchers/ls.cgi": { status: "OK", count: 1, data: [{ voucher: "v".repeat(32), service: "30 days" }] },
  "/v1/vouchers/check.cgi": { status: "OK", service: "30 days" },
  "/v1/vouchers/use.cgi": { status: "OK", message: "" },
  "/v1/file/info.cgi": { url: "https://1fichier.com/?abcdefghij0123456789", filename: "a.exe", size: 1, date },
  "/v1/file/scan.cgi": { status: "OK", date, message: "clean" },
};

async function atServer(t: TestContext) {
  const server = await startRecordingServer(t, ({ url = "" }, response) => {
    const answer = answers[url];
    response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json; charset=utf-8" });
    response.end(JSON.stringify(answer ?? { status: "KO", message: "Unknown #1" }));
  });
  const { home } = await newPerson(t);
  const variables = { HOME: home, XDG_RUNTIME_DIR: home, CONSIGNE_URL: server.url, CONSIGNE_API_KEY: "k".repeat(32) };
  const run = (args: string[], options = {}) => runConsigne(args, variables, options);
  const sent = () => JSON.parse(server.requests.at(-1)?.body ?? "{}") as unknown;
  return { run, sent };
}

test("remote requests files, lists and shows requests, and waits for one", async (t) => {
  const { run, sent } = await atServer(t);
  const added = await run(["remote", "add", "--header", "Cookie: a=1", "https://example.org/a"]);
  assert.deepEqual([added.code, added.stdout], [0, "14\n"]);
  assert.deepEqual(sent(), { urls: ["https://example.org/a"], folder_id: 0, headers: { Cookie: "a=1" } });
  assert.match((await run(["remote", "ls"])).stdout, /^ +12 {2}2026-01-31 .* waiting\n$/);
  const shown = await run(["remote", "show", "14"]);
  assert.equal(shown.code, 3, "one of them failed");
  assert.match(shown.stdout, /example\.org\/a {2}https:\/\/1fichier\.com.*\n.*example\.org\/b {2}failed: 404/);
  const [waited] = jsonLines((await run(["remote", "wait", "--json", "14"])).stdout);
  assert.equal(waited?.["id"], 14);
  for (const args of [
    ["add", "file:///etc/passwd"],
    ["show", "x"],
    ["add", "--header", "bad", "https://e.org/"],
  ]) {
    assert.equal((await run(["remote", ...args])).code, 2, args.join(" "));
  }
});

test("ftp lists, adds and removes users, and imports files; the password is never an argument", async (t) => {
  const { run, sent } = await atServer(t);
  assert.equal((await run(["ftp", "users"])).stdout, "scanner  folder 7\n");
  const added = await run(["ftp", "users", "add", "fax", "--password-stdin"], { stdin: "a long one\n" });
  assert.equal(added.code, 0);
  assert.deepEqual(sent(), { user: "fax", pass: "a long one", folder_id: 0 });
  assert.equal(`${added.stdout}${added.stderr}`.includes("a long one"), false);
  assert.equal((await run(["ftp", "users", "add", "fax"])).code, 2);
  assert.equal((await run(["ftp", "users", "rm", "fax"])).code, 0);
  assert.equal((await run(["ftp", "process"])).code, 0);
});

test("voucher lists, checks and redeems vouchers, and asks before redeeming", async (t) => {
  const { run, sent } = await atServer(t);
  assert.equal((await run(["voucher", "ls"])).stdout, `${"v".repeat(32)}  30 days\n`);
  assert.equal((await run(["voucher", "check", "-"], { stdin: "abc\n" })).stdout, "abc  30 days\n");
  assert.equal((await run(["voucher", "use", "abc"])).code, 2);
  assert.equal((await run(["voucher", "use", "--yes", "--for", "me@example.org", "abc"])).code, 0);
  assert.deepEqual(sent(), { voucher: "abc", user_email: "me@example.org" });
});

test("scan reports what was found", async (t) => {
  const { run } = await atServer(t);
  const { stdout } = await run(["scan", "https://1fichier.com/?abcdefghij0123456789"]);
  assert.equal(stdout, "a.exe  clean\n");
});

test("a server without these calls, or without key management, is reported plainly", async (t) => {
  const { run, server } = await newPerson(t);
  await server.seed.file("/a.txt", "a");
  for (const args of [
    ["ftp", "users"],
    ["ftp", "process"],
    ["voucher", "ls"],
    ["scan", ":/a.txt"],
  ]) {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stdout], [1, ""], args.join(" "));
    assert.match(stderr, /does not offer that/, args.join(" "));
  }
  const elsewhere = (await atServer(t)).run;
  const { code, stderr } = await elsewhere(["keys"]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot manage API keys/);
});

test("share adds and removes accounts and keeps the others", async (t) => {
  const { run, sent } = await atServer(t);
  const { stdout } = await run(["share", "--with", "ann@example.org:write", ":/"]);
  assert.equal(stdout, "bob@example.org  read\nann@example.org  read and write\n");
  const ann = { email: "ann@example.org", rw: 1, hide_links: 0 };
  assert.deepEqual(sent(), { folder_id: 0, shares: [{ email: "bob@example.org", rw: 0, hide_links: 0 }, ann] });
  assert.equal((await run(["share", "--without", "bob@example.org", ":/"])).code, 0);
  assert.deepEqual(sent(), { folder_id: 0, shares: [] });
  assert.equal((await run(["share", "--without", "ann@example.org", ":/"])).code, 2);
});
