import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "./check-stage.ts";

/** A limit in the words of SECURITY.md, in the row of that name, and where the code defines it. */
interface ToldBound {
  row: string;
  told: string;
  file: string;
  code: readonly string[];
}

const bound = (row: string, told: string, file: string, ...code: string[]): ToldBound => ({ row, told, file, code });

const HTTP = "packages/http/src";
const CORE = "packages/core/src";
const NETWORK = `${CORE}/policy/counted-address.ts`;
const EDGE = `${HTTP}/bounds/edge-bounds.ts`;

const bounds: readonly ToldBound[] = [
  bound("connections", "8192 at once", EDGE, "connections: 8192"),
  bound("connections of one address", "512, but at most a quarter", EDGE, "connectionsPerAddress: 512"),
  bound("connections of one address", "/48 together four times as many", NETWORK, "ADDRESSES_OF_A_NETWORK = 4;"),
  bound(
    "unanswered requests of one connection",
    "32;",
    `${HTTP}/bounds/pipelined-requests.ts`,
    "MOST_OF_CONNECTION = 32;",
  ),
  bound(
    "requests of unknown callers started at once",
    "3, or what 2 ms are enough for",
    `${HTTP}/bounds/anonymous-throttle.ts`,
    "STRANGERS_PER_TURN = 3;",
    "TURN_MS = 2;",
  ),
  bound("head of a request", "within 30 s", EDGE, "headTimeoutMs: 30_000"),
  bound("head of a request", "16 KiB", `${HTTP}/http-server.ts`, "MAX_HEADER_BYTES = 16 * 1024;"),
  bound("JSON body or page form", "64 KiB within 30 s", EDGE, "bodyBytes: 64 * KIB", "bodyTimeoutMs: 30_000"),
  bound("JSON body or page form", "2 MiB within 2 minutes", EDGE, "bodyBytes: 2 * MIB", "bodyTimeoutMs: 2 * 60_000"),
  bound(
    "values in a JSON body, fields of a page form",
    "10,000 values, 64 levels deep",
    `${HTTP}/wire/json-body.ts`,
    "MAX_DEPTH = 64;",
    "MAX_VALUES = 10_000;",
  ),
  bound(
    "values in a JSON body, fields of a page form",
    "; 200 fields;",
    `${HTTP}/wire/form-body.ts`,
    "MAX_FIELDS = 200;",
  ),
  ...["upload-receiver", "upload-part", "batch-put", "../tus/receive-stream"].map((file) =>
    bound(
      "form fields of an upload",
      "the whole upload 4 hours, 2 minutes without a byte",
      `${HTTP}/routes/upload/${file}.ts`,
      "IDLE_TIMEOUT_MS = 2 * 60_000;",
      "TOTAL_TIMEOUT_MS = 4 * 3_600_000;",
    ),
  ),
  bound(
    "form fields of an upload",
    "1,000 of at most 64 KiB",
    `${HTTP}/routes/upload/upload-receiver.ts`,
    "MAX_FIELDS = 1000;",
    "MAX_FIELD_BYTES = 64 * 1024;",
  ),
  bound(
    "memory of unfinished bodies, unknown callers",
    "32 MiB in all, 8 MiB for an address, 16 MiB for an IPv6 /48",
    EDGE,
    "total: 32 * MIB, perCaller: 8 *",
  ),
  bound(
    "memory of bodies and uploads, known callers",
    "128 MiB in all, 32 MiB",
    EDGE,
    "128 * MIB, perCaller: 32 * MIB",
  ),
  bound(
    "memory of bodies and uploads, known callers",
    "256 KiB and, with its first file, 128 KiB",
    `${HTTP}/routes/upload/upload-hold.ts`,
    "PARSER_BYTES = 256 * 1024;",
    "FILE_BYTES = 128 * 1024;",
  ),
  bound(
    "bodies that continue after their response",
    "for 3 s",
    `${HTTP}/wire/unread-body.ts`,
    "lingerMs: 3000",
    "freeBytes: 64 * KIB",
    "bytes: 16 * MIB",
    "totalBytes: 64 * MIB",
  ),
  bound("locks of addresses, accounts and keys", "once a second", `${CORE}/flood/held-locks.ts`, "REFRESH_MS = 1000;"),
  bound("locks of addresses, accounts and keys", "10,000 callers", `${CORE}/flood/held-locks.ts`, "= 10_000;"),
  bound("responses that nobody reads", "within 60 s and a second for each KiB", EDGE, "stallMs: 60_000", "Second: KIB"),
  bound(
    "simultaneous large responses",
    "256 MiB in all, 64 MiB for an address, 128 MiB for an IPv6 /48",
    EDGE,
    "answers: { total: 256 * MIB, perCaller: 64 * MIB }",
  ),
  bound("sessions of an account", "50;", `${CORE}/sessions/session.ts`, "MOST_SESSIONS = 50;", "LENGTH = 200;"),
  bound(
    "e-mails about passwords, addresses, keys",
    "10 times an hour from an address, 40 from an IPv6 /48, and after 1,000",
    `${CORE}/mail/mailed-links.ts`,
    "{ address: 10, network: 40, everybody: 1000 }",
    "LETTERS_PER_HOUR = 3;",
  ),
  bound("invitations", "1,000 open", `${CORE}/invitations/invitation-service.ts`, "MOST_OPEN = 1000;"),
  bound("invitations", "1,000 from one", `${CORE}/invitations/invitation-service.ts`, "MOST_SENT_PER_HOUR = 1000;"),
  bound("invitations", "3 e-mails an hour", `${CORE}/mail/mailed-links.ts`, "LETTERS_PER_HOUR = 3;"),
  bound(
    "passwords waiting to be hashed",
    "each 100 for an account or address, 200 for an IPv6 /48, 1,000 in all",
    `${CORE}/accounts/password-work.ts`,
    "{ perCaller: 100, perNetwork: 200, inAll: 1000 }",
  ),
  bound("passwords checked for one copy", "100 different", `${CORE}/files/asked-passwords.ts`, "MOST_PASSWORDS = 100;"),
  bound(
    "downloads at a time",
    "60 for the guests of an address, 240 for",
    `${CORE}/downloads/token-use.ts`,
    "MAX_GUEST_STREAMS = 60;",
    "mostOfNetwork(MAX_GUEST_STREAMS)",
  ),
  bound("event streams", "24 of an account, 1,000 in all", `${CORE}/events/event-service.ts`, "24, inAll: 1000 }"),
  bound(
    "zip archives at a time",
    "4 of a caller, 8 of the guests of an IPv6 /48, 16 in a process",
    `${CORE}/archives/running-archives.ts`,
    "MOST_AT_ONCE = 16;",
    "MOST_OF_ONE = 4;",
  ),
  bound(
    "zip archives at a time",
    "at most 100,000 files and folders",
    `${CORE}/archives/archive-contents.ts`,
    "MOST_MEMBERS = 100_000;",
    "MOST_KEPT_BYTES = 32 * 1024 * 1024;",
  ),
  bound(
    "calls about more than 20 files at once",
    "8, 2 of an account",
    `${CORE}/files/many-files-places.ts`,
    "FEW_FILES = 20;",
    "total: 8,",
    "perSubject: 2,",
    "waitingTotal: 64,",
    "waitingPerSubject: 16,",
    "waitingPerNetwork: 32,",
  ),
  bound(
    "long listings at once",
    "32 of known callers, 4 of an account; 32 of guests, 4 of an address, 8 of an IPv6 /48",
    `${HTTP}/wire/listing-slots.ts`,
    "total: 32,",
    "perSubject: 4,",
    "waitingTotal: 64,",
    "perNetwork: 8, waitingPerNetwork: 32",
  ),
  bound(
    "download links while the database cannot be written",
    "10,000, kept in memory",
    `${CORE}/downloads/unwritten-tokens.ts`,
    "MOST_TOKENS = 10_000;",
  ),
  bound(
    "uploads in parts of an account",
    "500 that are not complete, of at most 10,000 parts",
    `${CORE}/part-uploads/part-upload.ts`,
    "MOST_OPEN_UPLOADS = 500;",
    "MOST_COMPLETED_UPLOADS = 500;",
    "MOST_PARTS = 10_000;",
  ),
  bound(
    "trash entries removed at once to make room",
    "2,000 in a",
    `${CORE}/accounts/quota.ts`,
    "MOST_YIELDING = 2000;",
  ),
  bound("records of changes", "the newest 50,000", `${CORE}/audit/audit-record.ts`, "KEPT_RECORDS = 50_000;"),
  bound(
    "reports of uploads, for 24 hours",
    "the newest 1,000 of an account, and 4 MiB; 200 and 1 MiB of the guests of an address or IPv6 /48, 2,000 and 16 MiB",
    `${CORE}/uploads/stored-reports.ts`,
    "{ count: 1000, bytes: 4 * 1024 ** 2 }",
    "{ count: 200, bytes: 1024 ** 2 }",
    "{ count: 2000, bytes: 16 * 1024 ** 2 }",
  ),
  bound(
    "remote uploads of an account",
    "the newest 1,000 requests and 4 MiB",
    `${CORE}/remote/remote-bounds.ts`,
    "{ requests: 1000, bytes: 4 * 1024 ** 2 }",
    "MOST_OPEN_BYTES = 16 * 1024 ** 2;",
    "PAGE_BYTES = 256 * 1024;",
  ),
  bound(
    "thumbnails",
    "210,000,000 pixels, a JPEG in at most 100 scans and a WebP with at most 10,000 frames",
    "packages/thumbnails/src/picture-messages.ts",
    "MOST_POINTS = 210_000_000;",
    "MOST_SCANS = 100;",
    "MOST_FRAMES = 10_000;",
  ),
  bound(
    "thumbnails",
    "each in a minute and 768 MiB of memory",
    "packages/thumbnails/src/picture-process.ts",
    "MOST_MEMORY_KIB = 768 * 1024;",
  ),
  bound("thumbnails", "64 MiB", `${CORE}/thumbnails/picture.ts`, "MOST_PICTURE_BYTES = 64 * 1024 * 1024;"),
  bound("thumbnails", "500 of an account wait", `${CORE}/thumbnails/thumbnail-orders.ts`, "MOST_OF_ACCOUNT = 500;"),
  bound(
    "log lines waiting to be read",
    "16 MiB",
    "apps/server/src/log-output.ts",
    "MOST_WAITING_CHARACTERS = 16 * 1024 * 1024;",
  ),
];

test("SECURITY.md states the limits in the code", () => {
  const text = (path: string) => readFileSync(join(repositoryRoot, path), "utf8");
  const rows = new Map(
    text("SECURITY.md")
      .split("\n")
      .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | +\|?$/g, "").trim()))
      .map(([name = "", ...cells]) => [name, cells.join(" | ")] as const),
  );
  for (const { row, told, file, code } of bounds) {
    assert.ok(rows.get(row)?.includes(told), `SECURITY.md does not say "${told}" of: ${row}`);
    for (const part of code) assert.ok(text(file).includes(part), `${file} has no "${part}", so correct: ${row}`);
  }
});
