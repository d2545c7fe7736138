import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed, statusesIn } from "./_after-effects.ts";

const MIB = 1024 * 1024;
const PATIENCE_MS = 50_000;
const room = { bodyBytes: MIB, fieldBytes: MIB, held: { total: 8 * MIB, perCaller: 8 * MIB } };
const WHOLE = 100_000;

/** Sends a byte now and then until the server cuts it off. Returns what was received by then. */
async function dribble(server: TestServer, head: string, byte: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1"))).on("error", () => undefined);
  socket.write(head);
  const dribbling = setInterval(() => socket.writable && byte !== "" && socket.write(byte), 20);
  try {
    await new Promise<void>((resolve, reject) => {
      const late = () => reject(new Error(`was not cut within ${PATIENCE_MS / 1000} s: ${head.slice(0, 200)}`));
      const timer = setTimeout(late, PATIENCE_MS);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  } finally {
    clearInterval(dribbling);
    socket.destroy();
  }
  return received;
}

suite("callers that send nothing, or a byte now and then", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({
      bounds: {
        headTimeoutMs: 600,
        unknown: { ...room, bodyTimeoutMs: 600 },
        known: { ...room, bodyTimeoutMs: 1200 },
      },
    });
  });
  after(() => server[Symbol.asyncDispose]());

  const post = (path: string, type: string, key?: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n` +
    `${key === undefined ? "" : `Authorization: Bearer ${key}\r\n`}Content-Length: ${WHOLE}\r\n\r\n`;
  const form = "multipart/form-data; boundary=x";
  const field = '--x\r\nContent-Disposition: form-data; name="did"\r\n\r\n';

  const cases: Record<string, () => [head: string, byte: string]> = {
    "nothing at all": () => ["", ""],
    "half a head and no more": () => ["GET / HTTP/1.1\r\nHost: x\r\n", ""],
    "a head byte by byte": () => ["GET / HTTP/1.1\r\nHost: x\r\nX: ", "a"],
    "a JSON body, unknown": () => [post("/v1/file/ls.cgi", "application/json"), " "],
    "a JSON body, known": () => [post("/v1/file/ls.cgi", "application/json", server.apiKey), " "],
    "a page's form": () => [`${post("/?abcdefghij0123456789", "application/x-www-form-urlencoded")}pass=`, "a"],
    "a page's multipart form": () => [`${post("/?abcdefghij0123456789", form)}${field}`, "a"],
    "a field of an upload, unknown": () => [`${post("/upload.cgi", form)}${field}`, "a"],
    "the head of an upload's part, unknown": () => [`${post("/upload.cgi", form)}${field.trimEnd()}\r\nX: `, "a"],
    "an upload that never begins, unknown": () => [post("/upload.cgi", form), ""],
  };
  for (const [what, bytes] of Object.entries(cases)) {
    test(`are disconnected: ${what}`, async () => {
      const statuses = statusesIn(await dribble(server, ...bytes()));
      assert.ok(statuses.length <= 1 && statuses.every((status) => status >= 400 && status < 500), String(statuses));
      await assertUnharmed(server);
    });
  }

  test("are tolerated while a user uploads a file", async () => {
    const key = server.apiKey;
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port) });
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    const content = "a".repeat(100);
    const file = '--x\r\nContent-Disposition: form-data; name="file[]"; filename="slow.txt"\r\n\r\n';
    const end = "\r\n--x--\r\n";
    const length = file.length + content.length + end.length;
    socket.write(post("/upload.cgi?id=SlowFile01", form, key).replace(String(WHOLE), String(length)));
    socket.write(file);
    for (const byte of content) {
      socket.write(byte);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    socket.write(end);
    await new Promise((resolve) => socket.once("data", resolve));
    assert.deepEqual(statusesIn(received), [302], received);
    socket.destroy();
    await new ApiClient(server, key).ok("folder/ls");
  });
});
