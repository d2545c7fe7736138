import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { assertFails, fetchAll, order, testFetcher, until } from "./_fetching.ts";
import { httpAnswer, openRawServer, type RawAnswer, redirectTo } from "./_raw-server.ts";

const never = new AbortController().signal;
const OK = "HTTP/1.1 200 OK\r\n";

/** Sends a piece again and again while it is read. */
function endlessly(piece: string, first = ""): RawAnswer {
  return (_request, socket) => {
    socket.write(first);
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on("drain", more);
    more();
  };
}

async function failing(answer: RawAnswer, failure: Parameters<typeof assertFails>[1], bounds = {}) {
  await using server = await openRawServer(answer);
  const error = await assertFails(fetchAll(testFetcher({ bounds }), server.url), failure);
  await until(() => server.open.size === 0);
  return { error, server };
}

suite("a source that never ends, or never begins", () => {
  test("says nothing", async () => {
    const { error } = await failing(() => undefined, "too-slow", { headMs: 30 });
    assert.equal(error.isFinal, false);
  });
  test("sends its head a byte at a time", async () => {
    const dribble: RawAnswer = (_request, socket) => {
      socket.write(OK);
      const timer = setInterval(() => socket.write("X"), 5);
      socket.on("close", () => clearInterval(timer));
    };
    await failing(dribble, "too-slow", { headMs: 60 });
  });
  test("sends an endless head", async () => {
    await failing(endlessly("X-A: aaaaaaaaaaaaaaaaaaaaaaaa\r\n", OK), "contradiction");
    await failing(endlessly("aaaaaaaaaaaaaaaaaaaaaaaa", `${OK}X-A: `), "contradiction");
  });
  test("sends endless interim answers", async () => {
    for (const status of ["100 Continue", "102 Processing", "103 Early Hints", "199 Something"])
      await failing(endlessly(`HTTP/1.1 ${status}\r\n\r\n`), "contradiction");
    await failing(
      () => "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
      "contradiction",
    );
  });
  test("sends something other than HTTP", async () => {
    for (const text of [
      "220 mail.example ESMTP\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n",
      "+OK\r\n",
      "<html>",
      `${OK}no header\r\n\r\n`,
      `${OK}A: b\nContent-Length: 0\r\n\r\n`,
      `HTTP/1.1 200 OK\nContent-Length: 1\n\nx`,
      `${OK}Content-Length : 1\r\n\r\nx`,
      `${OK} Content-Length: 1\r\n\r\nx`,
      `${OK}A: b\r\n folded: c\r\nContent-Length: 1\r\n\r\nx`,
      `${OK}A: \0\r\n\r\n`,
      "HTTP/9.9 200 OK\r\n\r\n",
      `${OK}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
      `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      `${OK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      `${OK}Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n`,
      `${OK}Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n`,
      `${OK}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx\r\n0\r\n\r\n`,
    ])
      await failing(() => text, "contradiction").catch((error: unknown) => {
        throw new Error(JSON.stringify(text), { cause: error });
      });
  });
  test("redirects slowly, again and again", async () => {
    const slowly: RawAnswer = ({ path }, socket) => void setTimeout(() => socket.end(redirectTo(`${path}x`)), 10);
    await failing(slowly, "too-slow", { openMs: 50, redirects: 1000 });
  });
  test("closes without an answer", async () => {
    await failing(() => "", "broken-off");
    await failing((_request, socket) => void socket.resetAndDestroy(), "broken-off");
    await failing(() => OK, "broken-off");
  });
  test("resets the connection when only its end would have told the length", async () => {
    const reset: RawAnswer = (_request, socket) => {
      socket.write(`${OK}\r\nabc`, () => socket.resetAndDestroy());
    };
    await failing(reset, "broken-off");
  });
  test("falls silent in the body", async () => {
    const silent: RawAnswer = (_request, socket) => void socket.write(`${OK}Content-Length: 9\r\n\r\nabc`);
    await failing(silent, "too-slow", { idleMs: 30 });
  });
  test("sends a byte now and then", async () => {
    const dribble: RawAnswer = (_request, socket) => {
      socket.write(`${OK}Content-Length: 1000000\r\n\r\n`);
      const timer = setInterval(() => socket.write("x"), 5);
      socket.on("close", () => clearInterval(timer));
    };
    await failing(dribble, "too-slow", { idleMs: 10_000, paceWindowMs: 50, leastBytesPerSecond: 10_000 });
  });
  test("sends endless trailers or chunk extensions", async () => {
    const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
    await failing(endlessly("X-A: aaaaaaaaaaaaaaaaaaaaaaaa\r\n", `${chunked}1\r\nx\r\n0\r\n`), "contradiction");
    await failing(endlessly("aaaaaaaaaaaaaaaaaaaaaaaa", `${chunked}1;x=`), "contradiction");
  });
  test("sends an endless body, of which only what the reader asks for is read", async () => {
    const piece = "x".repeat(65_536);
    let sent = 0;
    const endless: RawAnswer = (request, socket) => {
      const write = socket.write.bind(socket);
      Object.assign(socket, { write: (text: string) => ((sent += text.length), write(text)) });
      endlessly(piece, `${OK}\r\n`)(request, socket);
    };
    await using server = await openRawServer(endless);
    const opened = await testFetcher().open(order(server.url), never);
    let received = 0;
    for await (const chunk of opened.bytes) {
      received += chunk.length;
      if (received > 4 * piece.length) break;
    }
    await until(() => server.open.size === 0);
    assert.ok(sent < 64 * 2 ** 20, `${sent} bytes were taken for ${received} that were read`);
  });
  test("compresses although we asked it not to: nothing is decoded or kept", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20));
    for (const coding of [
      "gzip",
      "GZIP",
      "x-gzip",
      "deflate",
      "br",
      "zstd",
      "gzip, gzip",
      "identity, gzip",
      "made-up",
    ]) {
      const { error } = await failing(
        () => httpAnswer(bomb, { headers: { "Content-Encoding": coding } }),
        "contradiction",
      );
      assert.equal(error.isFinal, true);
    }
  });
  test("declares the file's own encoding: the bytes arrive unchanged", async () => {
    const packed = gzipSync("hello");
    await using server = await openRawServer(() => httpAnswer(packed, { headers: { "Content-Encoding": "x-gzip" } }));
    for (const path of ["/a.tar.gz", "/a.TGZ", "/a.gz?download=1"]) {
      const found = await fetchAll(testFetcher(), `${server.url}${path}`);
      assert.equal(found.body, packed.toString("latin1"));
      assert.equal(found.sizeBytes, packed.length);
    }
    for (const path of ["/a.tar", "/a?name=a.gz", "/a.gz/"])
      await assertFails(fetchAll(testFetcher(), `${server.url}${path}`), "contradiction");
  });
});

suite("a slow reader", () => {
  test("is not mistaken for a slow source", async () => {
    await using server = await openRawServer(() => httpAnswer("x".repeat(300_000)));
    // Even a busy machine does not need this long to receive a piece that was already sent.
    const bounds = { idleMs: 1000, paceWindowMs: 1000, leastBytesPerSecond: 1_000_000 };
    const opened = await testFetcher({ bounds }).open(order(server.url), never);
    let received = 0;
    for await (const chunk of opened.bytes) {
      const isFirst = received === 0;
      received += chunk.length;
      if (!isFirst) continue;
      await new Promise((resolve) => {
        setTimeout(resolve, 1200);
      });
    }
    assert.equal(received, 300_000);
  });
});

suite("a caller who gives up", () => {
  const reason = new Error("given up");
  const stages: Record<string, RawAnswer> = {
    "before the head": () => undefined,
    "in the head": (_request, socket) => void socket.write(OK),
    "in the body": (_request, socket) => void socket.write(`${OK}Content-Length: 9\r\n\r\nabc`),
    "after a redirect": ({ path }, socket) =>
      path === "/" ? void socket.end(`HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n`) : undefined,
  };
  for (const [when, answer] of Object.entries(stages))
    test(`${when} ends everything at once`, async () => {
      const giving = new AbortController();
      await using server = await openRawServer((request, socket) => {
        setTimeout(() => giving.abort(reason), 20);
        return answer(request, socket);
      });
      await assert.rejects(fetchAll(testFetcher(), order(server.url), giving.signal), (error) => error === reason);
      await until(() => server.open.size === 0);
    });
  test("during the name lookup, or before anything, ends it at once", async () => {
    const giving = new AbortController();
    const fetcher = testFetcher({
      resolve: () => {
        giving.abort(reason);
        return new Promise(() => undefined);
      },
    });
    for (let time = 0; time < 2; time += 1)
      await assert.rejects(fetcher.open(order("http://name.example/"), giving.signal), (error) => error === reason);
  });
  test("by closing frees the connection, however often, and whatever was read", async () => {
    await using server = await openRawServer(endlessly("x".repeat(1000), `${OK}\r\n`));
    const unread = await testFetcher().open(order(server.url), never);
    unread.close();
    unread.close();
    await assert.rejects(async () => {
      for await (const _ of unread.bytes) assert.fail();
    });
    const left = await testFetcher().open(order(server.url), never);
    await left.bytes[Symbol.asyncIterator]().return?.();
    const read = await testFetcher().open(order(server.url), never);
    await assert.rejects(async () => {
      for await (const _ of read.bytes) read.close();
    });
    await until(() => server.open.size === 0);
  });
  test("no longer affects it through the signal once everything is read", async () => {
    await using server = await openRawServer(() => httpAnswer("abc"));
    const giving = new AbortController();
    let listening = 0;
    const { addEventListener, removeEventListener } = giving.signal;
    Object.assign(giving.signal, {
      addEventListener: (...args: Parameters<AbortSignal["addEventListener"]>) => {
        listening += 1;
        addEventListener.apply(giving.signal, args);
      },
      removeEventListener: (...args: Parameters<AbortSignal["removeEventListener"]>) => {
        listening -= 1;
        removeEventListener.apply(giving.signal, args);
      },
    });
    await fetchAll(testFetcher(), order(server.url), giving.signal);
    await assertFails(fetchAll(testFetcher(), order("http://127.0.0.2/"), giving.signal), "address-refused");
    assert.equal(listening, 0);
  });
});

test("nothing stays open, whatever a source did", async () => {
  const answers: RawAnswer[] = [
    () => httpAnswer("abc"),
    () => httpAnswer("abc", { length: 9 }),
    () => httpAnswer("abc", { status: "404 Not Found" }),
    () => "nonsense\r\n\r\n",
    () => httpAnswer("", { status: "302 Found", headers: { Location: "http://127.0.0.2/" } }),
    (_request, socket) => void socket.write(`${OK}Content-Length: 9\r\n\r\nabc`),
  ];
  const counted = () =>
    process.getActiveResourcesInfo().filter((kind) => /TCPSocketWrap|Timeout|GetAddrInfo|TLSWrap/.test(kind)).length;
  const before = counted();
  for (const answer of answers) {
    await using server = await openRawServer(answer);
    await fetchAll(testFetcher({ bounds: { idleMs: 20 } }), server.url).catch(() => undefined);
    await until(() => server.open.size === 0);
  }
  await until(() => counted() <= before);
});
