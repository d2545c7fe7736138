import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { suite, test } from "node:test";
import { VirtualClock } from "@consigne/core";
import { assertFails, fetchAll, order, testFetcher, until } from "./_fetching.ts";
import { httpAnswer, openRawServer, type RawAnswer } from "./_raw-server.ts";

const fetcher = testFetcher();

async function answered(answer: RawAnswer, more: Parameters<typeof order>[1] & { path?: string } = {}) {
  await using server = await openRawServer(answer);
  const { path = "/file", ...rest } = more;
  try {
    return await fetchAll(fetcher, order(`${server.url}${path}`, rest));
  } finally {
    await until(() => server.open.size === 0);
  }
}

suite("a well-formed answer", () => {
  test("returns its bytes and metadata", async () => {
    const headers = {
      "Content-Type": "Video/X-Matroska; charset=utf-8",
      ETag: '"v1"',
      "Last-Modified": "Sat, 28 Nov 2026 10:00:00 GMT",
      "Content-Disposition": `attachment; filename="a;b's.mkv"; filename*=UTF-8''%C3%A9t%C3%A9.mkv`,
    };
    const found = await answered(() => httpAnswer("hello", { headers }));
    assert.equal(found.body, "hello");
    assert.equal(found.sizeBytes, 5);
    assert.equal(found.offset, 0);
    assert.equal(found.contentType, "video/x-matroska");
    assert.equal(found.fileName, "été.mkv");
    assert.deepEqual(found.version, { etag: '"v1"', modifiedAt: "Sat, 28 Nov 2026 10:00:00 GMT" });
  });
  test("in chunks ends with the last one, with an unknown size", async () => {
    const found = await answered(
      () => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    );
    assert.equal(found.body, "abcde");
    assert.deepEqual([found.sizeBytes, found.isEndUntold], [undefined, false]);
  });
  test("without a length ends when the server closes, with an unknown size", async () => {
    for (const first of ["HTTP/1.0 200 OK", "HTTP/1.1 200 OK\r\nConnection: close"]) {
      const found = await answered(() => `${first}\r\n\r\nabc`);
      assert.equal(found.body, "abc");
      assert.deepEqual([found.sizeBytes, found.isEndUntold], [undefined, true]);
    }
  });
  test("that is empty is a file without bytes", async () => {
    const found = await answered(() => httpAnswer(""));
    assert.equal(found.body, "");
    assert.equal(found.sizeBytes, 0);
  });
  test("may follow interim answers", async () => {
    const found = await answered(
      () => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${httpAnswer("abc").toString("latin1")}`,
    );
    assert.equal(found.body, "abc");
  });
});

suite("a connection", () => {
  test("is made to the host's next address if the first does not answer", async () => {
    await using server = await openRawServer(() => httpAnswer("here"));
    const resolve = async () => ["127.0.0.3", "127.0.0.4", "127.0.0.1"];
    const several = testFetcher({ allow: ["127.0.0.0/8"], resolve });
    assert.equal((await fetchAll(several, `http://several.example:${server.port}/`)).body, "here");
  });
  test("that is refused gets the same words as one that is not answered", async () => {
    const silent = testFetcher({ bounds: { connectMs: 0 } });
    const closed = await assertFails(fetchAll(fetcher, "http://127.0.0.1:2/"), "unreachable");
    const dropped = await assertFails(fetchAll(silent, "http://127.0.0.1:2/"), "unreachable");
    assert.equal(closed.message, dropped.message);
  });
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
  test("is made to an IPv6 address in brackets", { skip: hasIpv6 ? false : "no IPv6 here" }, async () => {
    await using server = await openRawServer(() => httpAnswer("here"), { host: "::1" });
    const found = await fetchAll(testFetcher({ allow: ["::1"] }), `http://[0:0::1]:${server.port}/`);
    assert.equal(found.body, "here");
    assert.equal(server.requests[0]?.headers.get("host"), `[::1]:${server.port}`);
  });
});

suite("a server that refuses", () => {
  const clock = new VirtualClock(new Date("2026-11-28T12:00:00Z"));
  const failing = async (status: string, headers: Record<string, string> = {}) => {
    await using server = await openRawServer(() => httpAnswer("<html>Sorry</html>", { status, headers }));
    return await assertFails(
      fetchAll(testFetcher({ clock }), server.url),
      status.startsWith("4") ? "refused" : "unavailable",
    );
  };
  test("for good is not asked again", async () => {
    for (const status of [
      "400 Bad Request",
      "401 Unauthorized",
      "403 Forbidden",
      "404 Not Found",
      "410 Gone",
      "451 No",
    ]) {
      const error = await failing(status);
      assert.equal(error.isFinal, true, status);
    }
    const { message } = await failing("404 <script>");
    assert.match(message, /^127\.0\.0\.1:\d+ answered 404 \(Not Found\)\.$/);
  });
  test("for now may be asked again, within a day", async () => {
    for (const [after, ms] of [
      ["90", 90_000],
      ["Sat, 28 Nov 2026 12:00:30 GMT", 30_000],
      ["Sat, 28 Nov 2026 11:00:30 GMT", 0],
      ["9999999999", 86_400_000],
      ["Sat, 28 Nov 2099 12:00:30 GMT", 86_400_000],
      ["soon", undefined],
    ] as const) {
      const error = await failing("503 Service Unavailable", { "Retry-After": after });
      assert.equal(error.isFinal, false);
      assert.equal(error.retryAfterMs, ms, after);
    }
  });
  test("because of too many requests may be asked again", async () => {
    for (const status of ["408 Request Timeout", "425 Too Early", "429 Too Many Requests"])
      await assertFails(
        answered(() => httpAnswer("", { status })),
        "unavailable",
      );
  });
  test("because the file has not changed or is empty delivers no file", async () => {
    await assertFails(
      answered(() => "HTTP/1.1 304 Not Modified\r\n\r\n"),
      "contradiction",
    );
    for (const status of ["204 No Content", "205 Reset Content", "201 Created", "202 Accepted"])
      await assertFails(
        answered(() => `HTTP/1.1 ${status}\r\n\r\n`),
        "refused",
        status,
      );
  });
});

suite("a server that sends a wrong length", () => {
  test("and ends too early has broken off", async () => {
    const error = await assertFails(
      answered(() => httpAnswer("abc", { length: 10 })),
      "broken-off",
    );
    assert.equal(error.isFinal, false);
  });
  test("and sends more than announced is contradicted", async () => {
    for (const headers of [undefined, { Connection: "close" }])
      await assertFails(
        answered(() => httpAnswer("abcdefghij", { length: 3, headers })),
        "contradiction",
      );
  });
  test("with two lengths, or a length and chunks, is contradicted", async () => {
    for (const head of [
      "Content-Length: 3\r\nContent-Length: 4",
      "Content-Length: 3\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nContent-Length: 3",
      "Content-Length: 99999999999999999999",
      "Content-Length: -1",
      "Content-Length: 3x",
      "Content-Length: 3, 3",
    ])
      await assertFails(
        answered(() => `HTTP/1.1 200 OK\r\n${head}\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
        "contradiction",
        head,
      );
  });
  test("with chunks that never end has broken off", async () => {
    for (const body of ["3\r\nabc\r\n", "3\r\nab", "3\r\nabc\r\n0\r\n"])
      await assertFails(
        answered(() => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`),
        "broken-off",
        body,
      );
  });
  test("with chunks without a size is contradicted", async () => {
    await assertFails(
      answered(() => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n"),
      "contradiction",
    );
  });
});
