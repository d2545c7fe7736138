import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { ApiClient } from "@consigne/testkit/api-client";
import { times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";
import { peakMemoryBytes, WaitingCallers } from "./_waiting-callers.ts";

const MIB = 1024 * 1024;
/** Works all that time on a busy machine: five gigabytes go through this process. */
const TIMEOUT_MS = 10 * 60_000;
const CALLERS = 2500;
/** Gigabytes would go through here; 600 of them took 1.3 GB before they were limited, so these take 0.5 GB. */
const CALLERS_WITH_MUCH = times({ sample: 250, full: CALLERS });
const MOST_MEMORY_BYTES = 400 * MIB;
const ADDRESSES = Array.from({ length: 10 }, (_, at) => `127.0.0.${at + 2}`);
const BODY = Buffer.alloc(1_990_000, " ");
/** Fills the buffers for the disk and for the checksum, nearly twice. */
const FILE = Buffer.alloc(510 * 1024, "x");
const LESS = BODY.subarray(0, 63 * 1024);

const json = (headers: string) =>
  `POST /v1/file/rm.cgi HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}`;
const form = (headers = "") =>
  `POST /upload.cgi HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n${headers}`;
const chunk = (bytes: Buffer) => [`${bytes.length.toString(16)}\r\n`, bytes, "\r\n"];
const field = (headers: string) => `--x\r\nContent-Disposition: form-data; name="did"${headers}\r\n\r\n`;

type Sent = (key: string) => (string | Buffer)[];

const attacks: Record<string, Sent> = {
  "JSON of 2 MB from strangers": () => [json(`Content-Length: 2000000\r\n\r\n`), BODY],
  "JSON of 2 MB with a good key": (key) => [
    json(`Authorization: Bearer ${key}\r\nContent-Length: 2000000\r\n\r\n`),
    BODY,
  ],
  "JSON as large as strangers may send": () => [json("Transfer-Encoding: chunked\r\n\r\n"), ...chunk(LESS)],
  "form fields as large as strangers may send": () => [form("Content-Length: 2000000\r\n\r\n"), field(""), LESS],
  "form fields with a good key": (key) => [
    form(`Authorization: Bearer ${key}\r\nContent-Length: 2000000\r\n\r\n`),
    field(""),
    LESS,
  ],
  "2 MB of a file with a good key": (key) => [
    form(`Authorization: Bearer ${key}\r\nContent-Length: 2000000\r\n\r\n`),
    field('; filename="a.bin"'),
    FILE,
  ],
  "heads of parts that never end": () => [form("Content-Length: 2000000\r\n\r\n"), field("\r\nX: ").trimEnd(), LESS],
};

const settings = { CONSIGNE_TRUSTED_PROXIES: "none", CONSIGNE_LIMITS: "off" };

suite("request bodies that never end, from thousands of callers", () => {
  /** Has an account for somebody else. It no longer runs; each test has its own server on a copy of its data. */
  let prepared: ServerProcess;
  let otherKey = "";
  before(async () => {
    prepared = await ServerProcess.start(settings);
    await prepared.operate("user", "add", "other@example.org");
    otherKey = (await prepared.operate("key", "add", "other@example.org")).stdout.trim();
    await prepared.stop();
  });
  after(() => prepared[Symbol.asyncDispose]());

  for (const [what, sentBy] of Object.entries(attacks)) {
    const callers = what.includes("2 MB") ? CALLERS_WITH_MUCH : CALLERS;
    test(`leave room for other callers: ${callers} times ${what}`, { timeout: TIMEOUT_MS }, async (context) => {
      const copyData = (folder: string) => cp(prepared.dataDir, join(folder, "data"), { recursive: true });
      await using server = await ServerProcess.prepare(copyData, settings);
      await server.start();
      const other = new ApiClient(server, otherKey);
      using waiting = await WaitingCallers.open(Number(new URL(server.url).port), callers, {
        addresses: ADDRESSES,
        send: sentBy(prepared.apiKey),
      });
      await waiting.sent();
      for (let count = 0; count < 5; count++) await other.ok("folder/ls");
      await other.upload({ "served meanwhile.txt": "x" });
      const peakBytes = peakMemoryBytes(server.pid);
      context.diagnostic(`${callers} times ${what}: ${Math.round(peakBytes / MIB)} MiB at most`);
      assert.ok(peakBytes < MOST_MEMORY_BYTES, `${Math.round(peakBytes / MIB)} MiB`);
    });
  }
});
