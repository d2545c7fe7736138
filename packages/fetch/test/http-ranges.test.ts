import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { SourceOrder, SourceVersion } from "@consigne/core";
import { assertFails, fetchAll, order, testFetcher } from "./_fetching.ts";
import { httpAnswer, openRawServer, type RawRequest } from "./_raw-server.ts";

const WHOLE = "0123456789";
const FROM = 4;
const DATE = "Sat, 28 Nov 2026 10:00:00 GMT";
const LATER = "Sat, 28 Nov 2026 11:00:00 GMT";
const V1: SourceVersion = { etag: '"v1"', modifiedAt: DATE };
const V2: SourceVersion = { etag: '"v2"', modifiedAt: LATER };

const named = ({ etag, modifiedAt }: SourceVersion): Record<string, string> => ({
  ...(etag === undefined ? {} : { ETag: etag }),
  ...(modifiedAt === undefined ? {} : { "Last-Modified": modifiedAt }),
});
const whole = (version = V1) => httpAnswer(WHOLE, { headers: named(version) });
const part = (
  range: string,
  body = WHOLE.slice(FROM),
  version: SourceVersion = V1,
  more: Record<string, string> = {},
) =>
  httpAnswer(body, { status: "206 Partial Content", headers: { "Content-Range": range, ...named(version), ...more } });
const GOOD_RANGE = "bytes 4-9/10";

/** Asks to resume. Without a range the server sends everything. */
async function resume(
  ranged: (request: RawRequest) => string | Buffer,
  { version = V1, ...more }: Partial<SourceOrder> = {},
  unranged: () => string | Buffer = whole,
) {
  await using server = await openRawServer((request) => (request.headers.has("range") ? ranged(request) : unranged()));
  const found = await fetchAll(testFetcher(), order(server.url, { from: FROM, version, ...more }));
  return { ...found, requests: server.requests };
}

suite("resuming", () => {
  test("requests the rest of the held version, by its strong validator or else its date", async () => {
    for (const [version, validator] of [
      [V1, '"v1"'],
      [{ etag: undefined, modifiedAt: DATE }, DATE],
    ] as const) {
      const { requests, ...found } = await resume(() => part(GOOD_RANGE), { version });
      assert.equal(found.body, WHOLE.slice(FROM));
      assert.equal(found.offset, FROM);
      assert.equal(found.sizeBytes, WHOLE.length);
      assert.equal(requests.length, 1);
      assert.equal(requests[0]?.headers.get("range"), "bytes=4-");
      assert.equal(requests[0]?.headers.get("if-range"), validator);
    }
  });
  test("sends no condition if nothing is known, and continues if the source still names no version", async () => {
    const unnamed = { etag: undefined, modifiedAt: undefined };
    await using server = await openRawServer(() => part(GOOD_RANGE, undefined, unnamed));
    const found = await fetchAll(testFetcher(), order(server.url, { from: FROM }));
    assert.equal(found.body, WHOLE.slice(FROM));
    assert.equal(server.requests[0]?.headers.has("if-range"), false);
  });
  test("sends no range if nothing is held, and accepts a part that is everything", async () => {
    await using server = await openRawServer(() => part("bytes 0-9/10", WHOLE));
    const found = await fetchAll(testFetcher(), server.url);
    assert.deepEqual([found.body, found.offset, found.sizeBytes], [WHOLE, 0, 10]);
    assert.equal(server.requests[0]?.headers.has("range"), false);
  });
  test("treats a full answer as a restart, without asking twice", async () => {
    const { requests, ...found } = await resume(() => whole(V2));
    assert.deepEqual([found.body, found.offset, found.sizeBytes], [WHOLE, 0, 10]);
    assert.deepEqual(found.version, V2);
    assert.equal(requests.length, 1);
  });
  test("transfers no more bytes if everything is held", async () => {
    const complete = () =>
      httpAnswer("<html>no</html>", {
        status: "416 Range Not Satisfiable",
        headers: { "Content-Range": "bytes */4", "Content-Type": "text/html" },
      });
    const { requests, ...found } = await resume(complete);
    assert.deepEqual([found.body, found.offset, found.sizeBytes], ["", 4, 4]);
    assert.equal(found.contentType, undefined);
    assert.deepEqual(found.version, V1);
    assert.equal(requests.length, 1);
  });
  const unsuitable: Record<string, () => string | Buffer> = {
    "begins elsewhere": () => part("bytes 3-9/10", WHOLE.slice(3)),
    "begins at 0": () => part("bytes 0-9/10", WHOLE),
    "begins elsewhere with the requested length": () => part("bytes 3-9/10", WHOLE.slice(3, 9)),
    "ends early, in chunks": () =>
      `HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-8/10\r\nETag: "v1"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n45678\r\n0\r\n\r\n`,
    "ends early": () => part("bytes 4-8/10", "45678"),
    "ends past the end of the file": () => part("bytes 4-10/10", "456789x"),
    "ends before it begins": () => part("bytes 4-3/10", ""),
    "names no total": () => part("bytes 4-9/*"),
    "names no range": () => httpAnswer(WHOLE.slice(FROM), { status: "206 Partial Content", headers: named(V1) }),
    "names another unit": () => part("pages 4-9/10"),
    "names two ranges": () => part("bytes 4-5/10, bytes 6-9/10"),
    "contains an invalid number": () => part("bytes 4-99999999999999999999/999999999999999999999"),
    "has another length than its range": () => part(GOOD_RANGE, "45678"),
    "is of several parts": () => part("", "--x\r\n", V1, { "Content-Type": "multipart/byteranges; boundary=x" }),
    "is of another version": () => part(GOOD_RANGE, undefined, V2),
    "does not name its version": () => part(GOOD_RANGE, undefined, { etag: undefined, modifiedAt: DATE }),
    "is a 416 without a size": () => httpAnswer("<html>", { status: "416 Range Not Satisfiable" }),
    "is a 416 with another size": () =>
      httpAnswer("<html>", { status: "416 Range Not Satisfiable", headers: { "Content-Range": "bytes */3" } }),
    "is a 416 for another version": () =>
      httpAnswer("", { status: "416 Range Not Satisfiable", headers: { "Content-Range": "bytes */4", ETag: '"v2"' } }),
  };
  for (const [what, answer] of Object.entries(unsuitable))
    test(`restarts if the answer ${what}`, async () => {
      const { requests, ...found } = await resume(answer);
      assert.deepEqual([found.body, found.offset, found.sizeBytes], [WHOLE, 0, 10]);
      assert.equal(requests.length, 2);
      assert.equal(requests[1]?.headers.has("range") || requests[1]?.headers.has("if-range"), false);
    });
  test("restarts if the date differs, or a version appears", async () => {
    for (const version of [{ etag: undefined, modifiedAt: LATER }, undefined]) {
      await using server = await openRawServer(({ headers }) => (headers.has("range") ? part(GOOD_RANGE) : whole()));
      const found = await fetchAll(testFetcher(), order(server.url, { from: FROM, version }));
      assert.deepEqual([found.body, found.offset], [WHOLE, 0]);
    }
  });
  test("fails if the source sends ranges to a request for everything", async () => {
    await assertFails(
      resume(
        () => part("bytes 0-3/10", "0123"),
        {},
        () => part("bytes 0-3/10", "0123"),
      ),
      "contradiction",
    );
  });
  test("fails if the part is shorter than its range", async () => {
    const cut = () =>
      `HTTP/1.1 206 Partial Content\r\nContent-Range: ${GOOD_RANGE}\r\nETag: "v1"\r\nContent-Length: 6\r\n\r\n456`;
    await assertFails(resume(cut), "broken-off");
    const closing = () => `HTTP/1.1 206 Partial Content\r\nContent-Range: ${GOOD_RANGE}\r\nETag: "v1"\r\n\r\n456`;
    await assertFails(resume(closing), "broken-off");
  });
  test("fails if a part without a length is longer than its range", async () => {
    const answer = () =>
      `HTTP/1.1 206 Partial Content\r\nContent-Range: ${GOOD_RANGE}\r\nETag: "v1"\r\n\r\n456789extra`;
    await assertFails(resume(answer), "contradiction");
  });
  test("never appends an error page", async () => {
    await assertFails(
      resume(() => httpAnswer("<html>Gone</html>", { status: "404 Not Found" })),
      "refused",
    );
    await assertFails(
      resume(() => httpAnswer("<html>Busy</html>", { status: "503 Service Unavailable" })),
      "unavailable",
    );
  });
  test("never trusts a weak validator", async () => {
    await using server = await openRawServer(() => httpAnswer(WHOLE, { headers: { ETag: 'W/"v1"' } }));
    const { version } = await fetchAll(testFetcher(), server.url);
    assert.equal(version, undefined);
  });
});
