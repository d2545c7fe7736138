import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Client, createClient, fromBytes, isConsigneError } from "@consigne/sdk";
import { type Answerer, sendJson, startAnsweringServer } from "./_answering-server.ts";

const link = "https://1fichier.com/?abcdefghij0123456789";
const whirlpool = "AB".repeat(64);

/** Each call with an answer whose numbers are texts, the values to check, and what they should be. */
const questions: [string, (client: Client) => Promise<unknown>, object, (answer: never) => unknown, unknown][] = [
  [
    "files.list",
    (client) => client.files.list(),
    { items: [{ url: link, filename: 7, size: "12", date: "2026-01-31 10:20:30", checksum: whirlpool, pass: "1" }] },
    ([file]: { name: string; sizeBytes: number; whirlpool: string; hasPassword: boolean }[]) => [
      file?.name,
      file?.sizeBytes,
      file?.whirlpool,
      file?.hasPassword,
    ],
    ["7", 12, whirlpool.toLowerCase(), true],
  ],
  [
    "files.info",
    (client) => client.files.info(link),
    { url: link, filename: "a", size: "12", folder_id: "7" },
    ({ sizeBytes, folderId }: { sizeBytes: number; folderId: number }) => [sizeBytes, folderId],
    [12, 7],
  ],
  ["files.remove", (client) => client.files.remove([link]), { removed: "1" }, Number, 1],
  ["files.move", (client) => client.files.move([link], { toFolderId: 7 }), { moved: "1" }, Number, 1],
  ["files.rename", (client) => client.files.rename([{ url: link, name: "b" }]), { renamed: "1" }, Number, 1],
  ["files.setAttributes", (client) => client.files.setAttributes([link], {}), { updated: "1" }, Number, 1],
  [
    "files.copy",
    (client) => client.files.copy([link]),
    { copied: "1", urls: [{ from_url: link, to_url: `${link}x` }] },
    ([copy]: { to: string }[]) => copy?.to,
    `${link}x`,
  ],
  [
    "files.scan",
    (client) => client.files.scan(link),
    { status: "OK", date: "2026-01-31 10:20:30" },
    ({ scannedAt }: { scannedAt: Date }) => scannedAt.toISOString(),
    "2026-01-31T09:20:30.000Z",
  ],
  [
    "folders.get",
    (client) => client.folders.get(7, { withFiles: true }),
    { folder_id: "7", files: "0", size: "0", items: [], sub_folders: [{ id: "8", name: "b" }] },
    ({ id, folders }: { id: number; folders: { id: number }[] }) => [id, folders[0]?.id],
    [7, 8],
  ],
  [
    "folders.create",
    (client) => client.folders.create("x"),
    { folder_id: "8" },
    ({ id, name }: { id: number; name: string }) => [id, name],
    [8, "x"],
  ],
  [
    "shares.publish",
    (client) => client.shares.publish(7),
    { url: "https://1fichier.com/dir/x" },
    String,
    "https://1fichier.com/dir/x",
  ],
  [
    "account.get",
    (client) => client.account.get(),
    { email: "me@example.org", offer: "1", cold_storage: "5" },
    ({ offer, coldStorageBytes }: { offer: string; coldStorageBytes: number }) => [offer, coldStorageBytes],
    ["premium", 5],
  ],
  [
    "remoteUploads.list",
    (client) => client.remoteUploads.list(),
    { data: [{ id: "12" }] },
    ([entry]: { id: number }[]) => entry?.id,
    12,
  ],
  [
    "remoteUploads.get",
    (client) => client.remoteUploads.get(12),
    { id: "12", links: ["https://example.org/a"], result: [] },
    ({ id, sourceUrls }: { id: number; sourceUrls: string[] }) => [id, sourceUrls],
    [12, ["https://example.org/a"]],
  ],
  [
    "remoteUploads.request",
    (client) => client.remoteUploads.request(["https://example.org/a"]),
    { id: "12" },
    ({ id }: { id: number }) => id,
    12,
  ],
  [
    "ftpUsers.list",
    (client) => client.ftpUsers.list(),
    { data: [{ user: "scanner", folder_id: "7" }] },
    ([user]: { folderId: number }[]) => user?.folderId,
    7,
  ],
  [
    "vouchers.list",
    (client) => client.vouchers.list(),
    { count: "1", data: [{ voucher: "v", service: 30 }] },
    ([voucher]: { service: string }[]) => voucher?.service,
    "30",
  ],
  [
    "vouchers.check",
    (client) => client.vouchers.check("v"),
    { status: "OK", service: "30 days" },
    ({ service }: { service: string }) => service,
    "30 days",
  ],
  [
    "downloads.link",
    (client) => client.downloads.link(link),
    { url: "https://a-1.1fichier.com/p1" },
    String,
    "https://a-1.1fichier.com/p1",
  ],
];

const json =
  (body: unknown): Answerer =>
  (_call, response) =>
    sendJson(response, 200, body);
const html: Answerer = (_call, response) => {
  response.writeHead(200, { "content-type": "text/html" });
  response.end("<html>Welcome to the hotel</html>");
};
const odd: Record<string, Answerer> = {
  "an empty object": json({}),
  null: json(null),
  "a page of HTML": html,
  nothing: (_call, response) => void response.writeHead(200).end(),
  "a list": json([]),
  "a list of an object": json([{ url: link, filename: "a" }]),
  text: json("OK"),
};

async function answered(answer: Answerer, ask: (client: Client) => Promise<unknown>): Promise<unknown> {
  await using server = await startAnsweringServer((call, response) => {
    if (call.path === "/x/v1/about") sendJson(response, 404, {});
    else answer(call, response);
  });
  return await ask(createClient({ url: server.url, apiKey: "key", pacing: "off", retries: 0 }));
}

describe("an invalid answer with status 200 is an error of this library, never a TypeError or a value", () => {
  const asks: [string, (client: Client) => Promise<unknown>][] = [
    ...questions.map(([name, ask]): [string, (client: Client) => Promise<unknown>] => [name, ask]),
    ["uploads.send", (client) => client.uploads.sendOne(fromBytes("a", { name: "a" }))],
    ["downloads.bytes", (client) => client.downloads.bytes(link)],
    ["at().list", (client) => client.at("/a/b").list()],
    ["at().ensureFolder", (client) => client.at("/a/b").ensureFolder()],
  ];
  for (const [name, ask] of asks) {
    it(name, async () => {
      for (const [what, answer] of Object.entries(odd)) {
        const came = await answered(answer, ask).then(
          (value) => assert.fail(`${what} became ${JSON.stringify(value)}`),
          (error: unknown) => error,
        );
        assert.ok(isConsigneError(came), `${what}: ${String(came)}`);
      }
    });
  }
});

describe("numbers sent as text, and text as numbers, are accepted", () => {
  for (const [name, ask, answer, read, expected] of questions) {
    it(name, async () => {
      const value = await answered(json(answer), ask);
      assert.deepEqual(read(value as never), expected);
    });
  }
});
