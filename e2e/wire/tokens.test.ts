import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { after, before, suite, test } from "node:test";
import { guest, VirtualClock } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertRefusal, idOf, send, uploadOne } from "./_wire.ts";

const MINUTE_MS = 60_000;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz";
/** More than a connection buffers before its reader reads. */
const large = new Uint8Array(32 * 1024 * 1024).fill(7);

suite("direct links", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let owner: ApiClient;
  let url = "";
  let largeUrl = "";

  before(async () => {
    server = await startTestServer({ clock });
    owner = new ApiClient(server, server.apiKey);
    url = await uploadOne(owner, "alphabet.txt", ALPHABET);
    largeUrl = await uploadOne(owner, "large.bin", large);
  });
  after(() => server[Symbol.asyncDispose]());

  const token = async (fields: object = {}) =>
    String((await owner.ok("download/get_token", { url, ...fields }))["url"]);
  const fetched = (direct: string, headers: Record<string, string> = {}, method = "GET") =>
    send(direct, { headers, method });
  const from = (address: string) => ({ "x-forwarded-for": address });

  suite("the life of a token", () => {
    test("is one path segment of long random letters and digits", async () => {
      const tokens = [await token(), await token()];
      for (const direct of tokens) assert.match(direct, /^http:\/\/[^/]+\/p[A-Za-z0-9]{20,}$/);
      assert.notEqual(tokens[0], tokens[1]);
    });

    test("starts within 5 minutes and continues up to 30 minutes after creation", async () => {
      const [started, late] = [await token(), await token()];
      clock.advance(5 * MINUTE_MS - 1);
      assert.equal((await fetched(started)).text, ALPHABET);
      clock.advance(1);
      assertRefusal(await fetched(late), 410, 581);
      clock.advance(25 * MINUTE_MS - 1);
      assert.equal((await fetched(started, { range: "bytes=20-" })).status, 206);
      clock.advance(1);
      assertRefusal(await fetched(started), 410, 581);
      assertRefusal(await fetched(started, {}, "HEAD").then(asGet), 410);
    });

    test("is reported as expired for another hour, even after cleanup", async () => {
      const [started, late] = [await token(), await token()];
      assert.equal((await fetched(started)).status, 200);
      for (const [url, lifeMs] of [
        [late, 5 * MINUTE_MS],
        [started, 25 * MINUTE_MS],
      ] as const) {
        clock.advance(lifeMs);
        await server.services.collector.collect();
        assertRefusal(await fetched(url), 410, 581);
      }
      clock.advance(61 * MINUTE_MS);
      await server.services.collector.collect();
      assertRefusal(await fetched(started), 404);
    });

    test("is neither used up nor started by HEAD", async () => {
      const direct = await token({ single: 1 });
      for (let times = 0; times < 3; times++) {
        const head = await fetched(direct, from("198.51.100.1"), "HEAD");
        assert.deepEqual([head.status, head.text, head.headers.get("content-length")], [200, "", "26"]);
      }
      assert.equal((await fetched(direct, from("198.51.100.2"))).text, ALPHABET);
    });

    test("is bound to the address that used it first", async () => {
      const direct = await token();
      assert.equal((await fetched(direct, from("198.51.100.1"))).text, ALPHABET);
      assert.equal((await fetched(direct, from("198.51.100.1"))).text, ALPHABET);
      assertRefusal(await fetched(direct, from("198.51.100.2")), 403, 631);
      assert.equal((await fetched(direct, from("::ffff:198.51.100.1"))).text, ALPHABET);
    });

    test("sends an empty file to a client that asks for a range from the first byte", async () => {
      const direct = await token({ url: await uploadOne(owner, "nothing.txt", "") });
      for (const range of ["bytes=0-", "bytes=0-1023", "bytes=-1024"]) {
        for (const method of ["HEAD", "GET"]) {
          const answer = await send(direct, { method, headers: { range } });
          assert.deepEqual([answer.status, answer.headers.get("content-length"), answer.text], [200, "0", ""], range);
          assert.equal(answer.headers.get("content-range"), null);
        }
      }
      assert.equal((await send(direct, { headers: { range: "bytes=1-" } })).status, 416);
    });

    test("still works after an empty file or a 416", async () => {
      const empty = await uploadOne(owner, "empty.txt", "");
      const direct = await token({ url: empty });
      const answer = await fetched(direct);
      assert.deepEqual([answer.status, answer.text, answer.headers.get("content-length")], [200, "", "0"]);
      assert.equal((await fetched(direct, { range: "bytes=5-" })).status, 416);
      assert.equal((await fetched(direct)).status, 200);
    });

    test("answers 404 to an unknown token", async () => {
      for (const path of [`/p${"a".repeat(40)}`, "/p1234567890", `/p${"a".repeat(190)}`, "/p"]) {
        assertRefusal(await fetched(`${server.url}${path}`), 404);
      }
      assertRefusal(await fetched(`${await token()}x`), 404);
    });

    test("refuses other methods", async () => {
      assertRefusal(await fetched(await token(), {}, "POST"), 405, 552);
    });

    test("starts from a link, or from a folder and name", async () => {
      const direct = await token({ url: undefined, folder_id: 0, filename: "alphabet.txt" });
      assert.equal((await fetched(direct)).text, ALPHABET);
      const missing = await owner.call("download/get_token", { folder_id: 0, filename: "Alphabet.txt" });
      assertRefusal(missing, 404, 469);
      assertRefusal(await owner.call("download/get_token", { filename: "alphabet.txt", sharing_user: "x@y.z" }));
      assertRefusal(await owner.call("download/get_token", {}), 400);
    });

    test("ignores options that have no use here", async () => {
      const direct = await token({ cdn: 1, restrict_ip: 2, no_ssl: 1 });
      assert.equal((await fetched(direct)).text, ALPHABET);
    });
  });

  suite("ranges", () => {
    const slices: [string, string, string][] = [
      ["bytes=0-4", "abcde", "bytes 0-4/26"],
      ["bytes=-3", "xyz", "bytes 23-25/26"],
      ["bytes=-100", ALPHABET, "bytes 0-25/26"],
      ["bytes=20-", "uvwxyz", "bytes 20-25/26"],
      ["bytes=0-", ALPHABET, "bytes 0-25/26"],
      ["bytes=25-9999", "z", "bytes 25-25/26"],
      ["BYTES=1-1", "b", "bytes 1-1/26"],
    ];
    for (const [range, text, contentRange] of slices) {
      test(`answers 206 to ${range}`, async () => {
        const answer = await fetched(await token(), { range });
        assert.equal(answer.status, 206);
        assert.equal(answer.text, text);
        assert.equal(answer.headers.get("content-range"), contentRange);
        assert.equal(answer.headers.get("content-length"), String(text.length));
        assert.equal(answer.headers.get("accept-ranges"), "bytes");
      });
    }

    test("answers 416 without a body past the end, to empty ranges and to several ranges", async () => {
      const thousand = Array.from({ length: 1000 }, (_, index) => `${index % 20}-`).join(",");
      for (const range of ["bytes=26-", "bytes=100-200", "bytes=-0", "bytes=0-1,3-4", `bytes=${thousand}`]) {
        const answer = await fetched(await token(), { range });
        assert.deepEqual([answer.status, answer.text], [416, ""], range.slice(0, 30));
        assert.equal(answer.headers.get("content-range"), "bytes */26");
      }
    });

    test("sends the whole file if the range is malformed", async () => {
      for (const range of [
        "lines=1-2",
        "bytes=a-b",
        "bytes=5-2",
        "bytes",
        "bytes=",
        "bytes=-",
        `bytes=${"9".repeat(500)}-`,
      ]) {
        const answer = await fetched(await token(), { range });
        assert.ok(answer.status === 416 || (answer.status === 200 && answer.text === ALPHABET), range);
      }
    });

    test("respects If-Range and If-None-Match", async () => {
      const direct = await token();
      const whole = await fetched(direct);
      const etag = whole.headers.get("etag") ?? "";
      const modified = whole.headers.get("last-modified") ?? "";
      assert.match(etag, /^"[^"]+"$/);
      const range = { range: "bytes=0-1" };
      for (const current of [etag, modified]) {
        assert.equal((await fetched(direct, { ...range, "if-range": current })).text, "ab");
      }
      for (const other of ['"other"', `W/${etag}`, "Mon, 01 Jan 2001 00:00:00 GMT", "nonsense"]) {
        const answer = await fetched(direct, { ...range, "if-range": other });
        assert.deepEqual([answer.status, answer.text], [200, ALPHABET], other);
      }
      for (const tags of [etag, `"x", ${etag}`, `W/${etag}`, "*"]) {
        const answer = await fetched(direct, { "if-none-match": tags });
        assert.deepEqual([answer.status, answer.text], [304, ""], tags);
      }
      assert.equal((await fetched(direct, { "if-none-match": '"other"' })).status, 200);
      assert.equal((await fetched(direct, { "if-modified-since": modified })).status, 304);
    });

    test("serves many ranges of one token in parallel", async () => {
      const direct = await token({ url: largeUrl });
      const step = large.length / 16;
      const parts = await Promise.all(
        Array.from({ length: 16 }, async (_, index) => {
          const range = `bytes=${index * step}-${(index + 1) * step - 1}`;
          const answer = await fetch(direct, { headers: { range } });
          assert.equal(answer.status, 206);
          return (await answer.arrayBuffer()).byteLength;
        }),
      );
      assert.equal(
        parts.reduce((sum, length) => sum + length),
        large.length,
      );
    });

    test("compresses nothing", async () => {
      const answer = await fetched(await token(), { "accept-encoding": "gzip, br", range: "bytes=0-9" });
      assert.equal(answer.headers.get("content-encoding"), null);
      assert.equal(answer.text, "abcdefghij");
    });
  });

  suite("single=1", () => {
    const open = async (direct: string): Promise<IncomingMessage> => {
      const [response] = (await once(get(direct, { agent: false }), "response")) as [IncomingMessage];
      return response;
    };

    test("refuses a second stream beside the first and allows it afterwards", async () => {
      const direct = await token({ url: largeUrl, single: 1 });
      const first = await open(direct);
      assert.equal(first.statusCode, 200);
      const second = await fetched(direct, { range: "bytes=0-9" });
      assertRefusal(second, 503, 582);
      assert.equal((await fetched(direct, {}, "HEAD")).status, 200);
      first.resume();
      await once(first, "end");
      await eventually(async () => (await fetched(direct, { range: "bytes=0-9" })).status === 206);
    });

    test("frees the link when the first client disconnects", async () => {
      const direct = await token({ url: largeUrl, single: 1 });
      const first = await open(direct);
      assert.equal((await fetched(direct, { range: "bytes=0-9" })).status, 503);
      first.destroy();
      await eventually(async () => (await fetched(direct, { range: "bytes=0-9" })).status === 206);
    });
  });

  const startingDownloads = (running: AsyncDisposableStack) => async (address: string) => {
    const { downloads } = server.services;
    const created = await downloads.issueToken(guest(address), { fileId: idOf(url) }, {});
    const stream = await (await downloads.find(created.text, address)).open();
    running.defer(() => stream.close());
  };

  test("guests of one IPv6 network share the limit of simultaneous downloads", async () => {
    await using running = new AsyncDisposableStack();
    const startFrom = startingDownloads(running);
    for (let index = 1; index <= 60; index++) await startFrom(`2001:db8::${index.toString(16)}`);
    await assert.rejects(startFrom("2001:db8::ffff"), { code: "too-many-downloads" });
    await startFrom("2001:db8:0:1::1");
  });

  test("guests of an IPv6 /48 may run four times as many downloads as one address", async () => {
    await using running = new AsyncDisposableStack();
    const startFrom = startingDownloads(running);
    for (let index = 0; index < 240; index++) await startFrom(`2001:db8:7:${(index % 48).toString(16)}::1`);
    await assert.rejects(startFrom("2001:db8:7:ffff::1"), { code: "too-many-downloads" });
    await startFrom("2001:db8:8::1");
  });

  suite("headers", () => {
    const headersOf = async (name: string, fields: object = {}) => {
      const named = await uploadOne(owner, "draft.bin", "x");
      await owner.ok("file/rename", { urls: [{ url: named, filename: name }] });
      const answer = await fetched(await token({ url: named, ...fields }));
      return {
        ...answer,
        disposition: Buffer.from(answer.headers.get("content-disposition") ?? "", "latin1").toString(),
      };
    };

    test("quote the name, and add filename* only when it says more", async () => {
      const expected = {
        "plain name.txt": 'attachment; filename="plain name.txt"',
        "été.txt": `attachment; filename="été.txt"; filename*=UTF-8''%C3%A9t%C3%A9.txt`,
        'q"uote.txt': `attachment; filename="q'uote.txt"; filename*=UTF-8''q%22uote.txt`,
        "semi;colon.txt": 'attachment; filename="semi;colon.txt"',
      };
      for (const [name, disposition] of Object.entries(expected)) {
        assert.equal((await headersOf(name)).disposition, disposition);
      }
    });

    test("stay on one line of reasonable length for the longest and most hostile names", async () => {
      for (const name of [
        "é".repeat(250),
        "🎉".repeat(250),
        "a\r\nSet-Cookie: x=1",
        "\u2028\u202e\u0085",
        '"'.repeat(250),
      ]) {
        const answer = await headersOf(name);
        assert.equal(answer.status, 200);
        assert.match(answer.disposition, /^attachment; filename="[^"]*"/);
        assert.equal(answer.headers.get("set-cookie"), null);
        assert.ok(answer.disposition.length < 4096);
      }
    });

    test("show inert types inline on request, and never executable ones", async () => {
      const inline = async (name: string, content = "x") => {
        const link = await uploadOne(owner, name, content);
        const answer = await fetched(await token({ url: `${link}&inline=1` }));
        const byFlag = await fetched(await token({ url: link, inline: 1 }));
        assert.equal(answer.headers.get("content-disposition"), byFlag.headers.get("content-disposition"));
        return answer.headers.get("content-disposition") ?? "";
      };
      for (const name of ["a.png", "a.jpg", "a.txt", "a.mp4", "a.mp3"])
        assert.match(await inline(name), /^inline;/, name);
      for (const name of ["a.html", "a.svg", "a.xml", "a.pdf", "a.js", "a.xhtml", "a.bin"]) {
        assert.match(await inline(name), /^attachment;/, name);
      }
    });

    test("give the browser nothing to run, guess, cache or leak", async () => {
      const { headers } = await fetched(await token({ url: await uploadOne(owner, "a.html", "<script>1</script>") }));
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.match(headers.get("content-security-policy") ?? "", /sandbox/);
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.match(headers.get("cache-control") ?? "", /private|no-store|no-cache/);
      assert.match(headers.get("content-type") ?? "", /^text\/html; charset=utf-8$/);
      assert.equal(headers.get("set-cookie"), null);
    });
  });
});

/** HEAD has no body, so only the status can be compared. */
const asGet = (answer: Awaited<ReturnType<typeof send>>) => {
  const body = { message: "no body #1", status: "KO" };
  return { ...answer, text: JSON.stringify(body), json: body };
};

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 50_000;
  while (!(await holds())) assert.ok(Date.now() < deadline, "the condition was never met");
}
