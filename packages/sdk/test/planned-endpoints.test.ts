import assert from "node:assert/strict";
import { it } from "node:test";
import { endpoints } from "@consigne/contract";
import { createClient, type Client } from "@consigne/sdk";
import { sendJson, startAnsweringServer } from "./_answering-server.ts";

const answers: Record<string, (body: Record<string, unknown>) => [number, unknown]> = {
  "/v1/remote/ls.cgi": () => [
    200,
    {
      status: "OK",
      data: [
        { id: "12", request_date: "2026-01-31 10:20:30", execution_date: "1970-01-01 01:00:00" },
        { id: 13, request_date: "2026-01-31 10:20:30", execution_date: "2026-01-31 10:21:30" },
      ],
    },
  ],
  "/v1/remote/info.cgi": ({ id }) => [
    200,
    {
      id,
      request_date: "2026-01-31 10:20:30",
      execution_date: "2026-01-31 10:21:30",
      links: ["https://example.org/a", "https://example.org/b"],
      result: [
        { status: "OK", url: "https://example.org/a", download_link: "https://1fichier.com/?abcdefghij0123456789" },
        { status: "KO", url: "https://example.org/b", message: "404" },
      ],
    },
  ],
  "/v1/remote/request.cgi": () => [200, { status: "OK", id: "14", date: "2026-01-31 10:20:30", urls: [] }],
  "/v1/ftp/process.cgi": () => [200, { status: "OK", message: "" }],
  "/v1/ftp/users/ls.cgi": () => [200, { status: "OK", message: "", data: [{ user: "scanner", folder_id: "7" }] }],
  "/v1/ftp/users/add.cgi": () => [409, { message: "Another FTP user has that name #568", status: "KO" }],
  "/v1/ftp/users/rm.cgi": () => [200, { status: "OK", message: "" }],
  "/v1/vouchers/ls.cgi": () => [
    200,
    { status: "OK", count: 1, data: [{ voucher: "v".repeat(32), service: "30 days" }] },
  ],
  "/v1/vouchers/check.cgi": () => [200, { status: "KO", message: "Not valid #700" }],
  "/v1/vouchers/use.cgi": () => [200, { status: "OK", message: "" }],
  "/v1/file/scan.cgi": () => [200, { status: "OK", date: "2026-01-31 10:20:30" }],
};

async function withServer(run: (client: Client, sent: () => (Record<string, unknown> | undefined)[]) => Promise<void>) {
  await using server = await startAnsweringServer((call, response) => {
    const [status, body] = answers[call.path]?.(call.json ?? {}) ?? [404, { message: "Unknown #1", status: "KO" }];
    sendJson(response, status, body);
  });
  const client = createClient({ url: server.url, apiKey: "key", pacing: "off" });
  await run(client, () => server.calls.filter(({ path }) => path.startsWith("/v1/")).map((call) => call.json));
}

it("remote uploads have numbers and dates, and the outcome of each URL", async () => {
  await withServer(async (client, sent) => {
    const [waiting, done] = await client.remoteUploads.list();
    assert.deepEqual([waiting?.id, waiting?.executedAt], [12, undefined]);
    assert.equal(done?.executedAt?.toISOString(), "2026-01-31T09:21:30.000Z");
    const request = await client.remoteUploads.request(["https://example.org/a"], { headers: { Accept: "*/*" } });
    assert.equal(request.id, 14);
    const upload = await client.remoteUploads.wait(request.id);
    assert.deepEqual(
      upload.results.map((result) => [result.isDone, result.url, result.message]),
      [
        [true, "https://1fichier.com/?abcdefghij0123456789", undefined],
        [false, undefined, "404"],
      ],
    );
    assert.deepEqual(sent()[1], { urls: ["https://example.org/a"], headers: { Accept: "*/*" } });
  });
});

it("FTP users are listed, added and removed", async () => {
  await withServer(async (client, sent) => {
    assert.deepEqual(
      (await client.ftpUsers.list()).map(({ name, folderId }) => [name, folderId]),
      [["scanner", 7]],
    );
    await assert.rejects(client.ftpUsers.add({ name: "scanner", password: "a long one", folderId: 7 }), {
      name: "ConflictError",
    });
    await client.ftpUsers.remove("scanner");
    await client.ftpUsers.process();
    assert.deepEqual(sent().slice(1), [{ user: "scanner", pass: "a long one", folder_id: 7 }, { user: "scanner" }, {}]);
  });
});

it("vouchers are listed, checked and used, and an invalid one is an error despite status 200", async () => {
  await withServer(async (client, sent) => {
    assert.deepEqual(
      (await client.vouchers.list()).map((voucher) => voucher.service),
      ["30 days"],
    );
    await assert.rejects(client.vouchers.check("x"), { name: "ApiError", code: "api", number: 700 });
    await client.vouchers.use("x", { email: "me@example.org" });
    assert.deepEqual(sent().at(-1), { voucher: "x", user_email: "me@example.org" });
  });
});

it("a scan returns when the file was scanned", async () => {
  await withServer(async (client) => {
    const result = await client.files.scan("https://1fichier.com/?abcdefghij0123456789");
    assert.equal(result.scannedAt?.toISOString(), "2026-01-31T09:20:30.000Z");
  });
});

it("every call of the contract is made at its path in the contract", async () => {
  const whole = {
    status: "OK",
    filename: "a",
    email: "a@example.org",
    urls: [],
    links: [],
    folder_id: 1,
    files: 0,
    items: [],
    entries: [],
    upload: { id: "1" },
    parts: [],
    uploads: [],
    file: { url: "https://1fichier.com/?abcdefghij0123456789" },
    matches: [],
    results: [],
    url: "https://up1.1fichier.com/",
    id: "1234567890",
    api_key: "x".repeat(32),
    count: 0,
    keys: [],
    sessions: [],
    records: [],
    days: [],
    users: [],
    locks: [],
    jobs: [],
    versions: [],
  };
  await using server = await startAnsweringServer((_call, response) => sendJson(response, 200, whole));
  const client = createClient({ url: server.url, apiKey: "key", pacing: "off" });
  for (const name of Object.keys(endpoints) as (keyof typeof endpoints)[]) {
    await client.call(name, {});
    assert.equal(server.calls.at(-1)?.path, endpoints[name].path);
  }
});
