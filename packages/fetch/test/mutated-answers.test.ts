import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceError } from "@consigne/core";
import { fetchAll, order, testFetcher, until } from "./_fetching.ts";
import { openFtpServer } from "./_ftp-server.ts";
import { httpAnswer, openRawServer, redirectTo } from "./_raw-server.ts";

const FILE = "0123456789";
const ROUNDS = 300;
const PIECES = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  ":",
  ",",
  ";",
  '"',
  "%",
  "0",
  "9",
  "-1",
  "ff",
  "é",
  "chunked",
  "bytes 4-9/10",
];
const fetcher = testFetcher({ bounds: { headMs: 40, idleMs: 40 } });

/** The same sequence every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Replaces a few bytes with a piece, one to three times. */
function mutated(text: string, below: (most: number) => number): string {
  let found = text;
  for (let left = 1 + below(3); left > 0; left -= 1) {
    const at = below(found.length);
    found = found.slice(0, at) + (PIECES[below(PIECES.length)] ?? "") + found.slice(at + below(4));
  }
  return found;
}

/** Asserts that the result is either one of our own errors or the announced bytes. */
async function assertSound(fetched: ReturnType<typeof fetchAll>, what: string): Promise<void> {
  try {
    const { body, offset, sizeBytes } = await fetched;
    assert.ok(offset === 0 || offset === 4, what);
    if (sizeBytes !== undefined) assert.equal(offset + body.length, sizeBytes, what);
  } catch (error) {
    assert.ok(error instanceof SourceError, `${what}: ${String(error)}`);
    assert.doesNotMatch(error.message, /[\p{Cc}<>]/u, what);
  }
}

test("HTTP answers with random changes are a file as announced or a failure, and leave nothing open", async () => {
  const headers = { ETag: '"v1"', "Content-Type": "text/plain", "Content-Disposition": `attachment; filename="a.txt"` };
  const answers = [
    httpAnswer(FILE, { headers }),
    httpAnswer(FILE.slice(4), {
      status: "206 Partial Content",
      headers: { ...headers, "Content-Range": "bytes 4-9/10" },
    }),
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6;x=y\r\n456789\r\n0\r\nA: b\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\n0123456789",
    httpAnswer("", { status: "416 Range Not Satisfiable", headers: { "Content-Range": "bytes */4" } }),
    httpAnswer("", { status: "503 Busy", headers: { "Retry-After": "10" } }),
    redirectTo("/elsewhere"),
  ].map((answer) => Buffer.from(answer).toString("latin1"));
  let answer = "";
  await using server = await openRawServer(() => answer);
  for (let round = 0; round < ROUNDS; round += 1) {
    const below = numbers(round);
    answer = mutated(answers[round % answers.length] ?? "", below);
    const from = below(2) * 4;
    const ordered = order(server.url, { from, version: { etag: '"v1"', modifiedAt: undefined } });
    await assertSound(fetchAll(fetcher, ordered), JSON.stringify({ round, from, answer }));
  }
  await until(() => server.open.size === 0);
});

test("FTP replies with random changes are a file as announced or a failure, and leave nothing open", async () => {
  const usual: Record<string, string> = {
    greeting: "220-Hello\r\n220 Ready.",
    USER: "331 Password?",
    PASS: "230 Welcome.",
    SIZE: "213 10",
    MDTM: "213 20261128100000",
    EPSV: "229 Extended (|||PORT|)",
    PASV: "227 Passive (127,0,0,1,HIGH,LOW)",
    REST: "350 Restarting.",
    END: "226 Done.",
  };
  for (let round = 0; round < ROUNDS / 3; round += 1) {
    const below = numbers(round);
    const [verb = "", reply = ""] = Object.entries(usual)[round % 9] ?? [];
    const changed = mutated(reply, below);
    await using server = await openFtpServer(FILE, {
      ...(verb === "PASV" ? { EPSV: () => "500 What?" } : {}),
      [verb]: (_: string, at: { dataPort: number } = { dataPort: 0 }) =>
        changed
          .replace("PORT", String(at.dataPort))
          .replace("HIGH", String(at.dataPort >> 8))
          .replace("LOW", String(at.dataPort & 255)),
    });
    const version = { etag: undefined, modifiedAt: "20261128100000" };
    const ordered = order(`ftp://127.0.0.1:${server.port}/a`, { from: below(2) * 4, version });
    await assertSound(fetchAll(fetcher, ordered), JSON.stringify({ round, verb, changed }));
    await until(() => server.open.size === 0);
  }
});
