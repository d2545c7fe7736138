import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import { parseHttpHead } from "./http-head.ts";

const head = (...lines: string[]) => parseHttpHead(lines.join("\r\n"));

test("reads the status, the headers and how the body ends", () => {
  const { status, headers, framing, keepsAlive } = head(
    "HTTP/1.1 206 Partial Content",
    "Content-Length: 12",
    "X-A:  one ",
    "x-a: two",
    "ETag:",
  );
  assert.deepEqual([status, framing, keepsAlive], [206, { kind: "length", bytes: 12 }, true]);
  assert.deepEqual(Object.fromEntries(headers), { "content-length": "12", "x-a": "one, two", etag: "" });
  assert.deepEqual(head("HTTP/1.1 200", "Transfer-Encoding: Chunked").framing, { kind: "chunked" });
  assert.deepEqual(head("HTTP/1.1 304 Not Modified", "Content-Length: 5").framing, { kind: "length", bytes: 0 });
});

test("keeps a connection only if both sides know where the answer ends", () => {
  assert.equal(head("HTTP/1.1 200 OK").keepsAlive, false);
  assert.equal(head("HTTP/1.1 200 OK", "Content-Length: 1", "Connection: Close").keepsAlive, false);
  assert.equal(head("HTTP/1.0 200 OK", "Content-Length: 1").keepsAlive, false);
});

test("refuses anything that two readers could interpret differently", () => {
  const heads = [
    ["HTTP/2 200 OK"],
    ["SSH-2.0-x"],
    [""],
    ["HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6"],
    ["HTTP/1.1 200 OK", "Content-Length: -5"],
    ["HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked"],
    ["HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked"],
    ["HTTP/1.1 200 OK", "Name : x"],
    ["HTTP/1.1 200 OK", " folded"],
    ["HTTP/1.1 200 OK", "no colon"],
  ];
  for (const lines of heads) assert.throws(() => head(...lines), { name: "HttpSyntaxError" }, lines.join("|"));
});

const decode = (text: string, stepBytes: number) => {
  const decoder = new ChunkedDecoder();
  const bytes = Buffer.from(text);
  let content = "";
  for (let at = 0; at < bytes.length; at += stepBytes) {
    for (const part of decoder.decode(bytes.subarray(at, at + stepBytes))) content += Buffer.from(part).toString();
  }
  return { content, isDone: decoder.isDone };
};

test("decodes chunks, however they are split", () => {
  const body = "5\r\nhello\r\nA;name=value\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
  for (let step = 1; step <= body.length; step++) {
    assert.deepEqual(decode(body, step), { content: "hello0123456789", isDone: true });
  }
  assert.equal(decode(body.slice(0, -2), 100).isDone, false);
  assert.equal(decode("0\r\n\r\n", 1).isDone, true);
});

test("refuses malformed chunks", () => {
  for (const body of ["x\r\n", "\r\n", "-1\r\n", "5\r\nhelloo\r\n", "0\r\n\r\nmore", "1".repeat(5000), "1 2\r\n"]) {
    assert.throws(() => decode(body, 1000), { name: "HttpSyntaxError" }, body.slice(0, 20));
  }
});
