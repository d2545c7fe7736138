import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { mayBeTold } from "../src/redirects.ts";
import { assertFails, fetchAll, order, testFetcher } from "./_fetching.ts";
import { httpAnswer, openRawServer, type RawServer, redirectTo } from "./_raw-server.ts";

const fetcher = testFetcher({ resolve: async () => ["127.0.0.1"] });
const headers = [
  ["Authorization", "Bearer key"],
  ["Cookie", "session=1"],
  ["X-Api-Key", "key"],
] as const;

/** The values a server received, in the order of its requests. */
const told = (server: RawServer) =>
  server.requests.map(({ path, headers }) => [
    path,
    headers.get("authorization"),
    headers.get("cookie"),
    headers.get("x-api-key"),
  ]);

suite("redirects", () => {
  test("are followed, and the result says where they ended", async () => {
    for (const status of ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]) {
      await using server = await openRawServer(({ path }) =>
        path === "/a/b?c" ? redirectTo("../d#part", status) : httpAnswer("here"),
      );
      const found = await fetchAll(fetcher, `${server.url}/a/b?c#start`);
      assert.deepEqual([found.body, found.url], ["here", `${server.url}/d`]);
    }
  });
  test("are followed ten times, and not an eleventh", async () => {
    await using server = await openRawServer(({ path }) => {
      const left = Number(path.slice(1));
      return left === 0 ? httpAnswer("here") : redirectTo(`/${left - 1}`);
    });
    assert.equal((await fetchAll(fetcher, `${server.url}/10`)).body, "here");
    const error = await assertFails(fetchAll(fetcher, `${server.url}/11`), "redirects");
    assert.equal(error.isFinal, true);
    await assertFails(fetchAll(fetcher, `${server.url}/50`), "redirects");
  });
  test("in a loop are noticed at once", async () => {
    await using server = await openRawServer(({ path }) => redirectTo(path === "/a" ? "/b" : "/a"));
    await assertFails(fetchAll(fetcher, `${server.url}/a`), "redirects");
    assert.equal(server.requests.length, 2);
  });
  test("to nowhere are refused", async () => {
    for (const answer of [
      httpAnswer("", { status: "302 Found" }),
      redirectTo(""),
      redirectTo("http://"),
      redirectTo("https://[::1"),
      httpAnswer("", { status: "300 Multiple Choices", headers: { Location: "/x" } }),
      httpAnswer("", { status: "305 Use Proxy", headers: { Location: "http://127.0.0.1:1/" } }),
    ]) {
      await using server = await openRawServer(({ path }) => (path === "/" ? answer : httpAnswer("no")));
      await assertFails(fetchAll(fetcher, server.url), "redirects");
    }
  });
  test("with non-ASCII letters lead to the right place", async () => {
    await using server = await openRawServer(({ path }) =>
      path === "/" ? redirectTo(Buffer.from("/é").toString("latin1")) : httpAnswer(path),
    );
    assert.equal((await fetchAll(fetcher, server.url)).body, "/%C3%A9");
  });
});

suite("the login given for one host", () => {
  test("is sent to it, as Basic, and kept out of URLs", async () => {
    await using server = await openRawServer(({ path }) => (path === "/" ? redirectTo("/next") : httpAnswer("here")));
    const found = await fetchAll(fetcher, order(`http://us%65r:p%C3%A4ss@127.0.0.1:${server.port}`));
    assert.equal(found.url, `${server.url}/next`);
    const basic = `Basic ${Buffer.from("user:päss").toString("base64")}`;
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.get("authorization")),
      [basic, basic],
    );
  });
  test("is sent to no other host, port or scheme, and not again after a redirect back", async () => {
    await using first = await openRawServer(({ path }) =>
      path === "/back" ? httpAnswer("here") : redirectTo(`http://other.example:${second.port}/there`),
    );
    await using second = await openRawServer(() => redirectTo(`http://127.0.0.1:${first.port}/back`));
    for (const more of [{ headers }, {}]) {
      const login = more.headers === undefined ? "user:pass@" : "";
      await fetchAll(fetcher, order(`http://${login}127.0.0.1:${first.port}/`, more));
    }
    const nothing = ["/there", undefined, undefined, undefined];
    assert.deepEqual(told(second), [nothing, nothing]);
    const back = told(first).filter(([path]) => path === "/back");
    assert.deepEqual(
      back,
      [nothing, nothing].map((each) => each.with(0, "/back")),
    );
    assert.deepEqual(told(first)[0], ["/", "Bearer key", "session=1", "key"]);
  });
  test("is not sent to the same host under another name", async () => {
    await using server = await openRawServer(({ path }) =>
      path === "/" ? redirectTo(`http://name.example:${server.port}/there`) : httpAnswer(""),
    );
    await fetchAll(fetcher, order(server.url, { headers }));
    assert.deepEqual(told(server)[1], ["/there", undefined, undefined, undefined]);
  });
  test("is sent to the same scheme, host and port only, or where HTTP becomes HTTPS", () => {
    const may = (from: string, to: string) => mayBeTold(new URL(from), new URL(to));
    assert.ok(may("http://a.example/x", "http://A.example:80/y"));
    assert.ok(may("http://a.example/", "https://a.example/"));
    for (const [from, to] of [
      ["https://a.example/", "http://a.example/"],
      ["http://a.example/", "https://b.example/"],
      ["http://a.example/", "https://www.a.example/"],
      ["http://a.example/", "https://a.example:8443/"],
      ["http://a.example:8080/", "https://a.example/"],
      ["http://a.example/", "http://a.example:8080/"],
      ["http://a.example/", "http://a.example./"],
    ] as const)
      assert.ok(!may(from, to), `${from} ${to}`);
  });
  test("is never taken from a redirect", async () => {
    await using server = await openRawServer(({ path }) =>
      path === "/" ? redirectTo(`http://admin:admin@127.0.0.1:${server.port}/there`) : httpAnswer(""),
    );
    const { url } = await fetchAll(fetcher, server.url);
    assert.equal(url, `${server.url}/there`);
    assert.deepEqual(told(server)[1], ["/there", undefined, undefined, undefined]);
  });
  test("is in no message", async () => {
    for (const address of [
      "http://user:hunter2@127.0.0.2/",
      "http://user:hunter2@127.0.0.1:1/",
      "http://user:hunter2@[::/",
      "http://user:hunter2%0d@127.0.0.1/",
      "gopher://user:hunter2@127.0.0.1/",
    ]) {
      const error = await fetchAll(fetcher, address).then(
        () => assert.fail(),
        (error: unknown) => error as Error,
      );
      assert.doesNotMatch(`${error.stack} ${String(error.cause)}`, /hunter2/, address);
    }
  });
});

suite("headers given with a URL", () => {
  test("are dropped if they belong to the connection, a proxy or us", async () => {
    await using server = await openRawServer(() => httpAnswer(""));
    const kept = ["accept-language", "cookie", "referer", "x-token"];
    const dropped = [
      "host connection content-length transfer-encoding te trailer upgrade expect keep-alive proxy-authorization",
      "proxy-connection range if-range if-none-match if-match accept-encoding forwarded via x-real-ip x-client-ip",
      "x-forwarded-for x-forwarded-host x-forwarded-proto x_forwarded_for true-client-ip cf-connecting-ip",
      "x-original-url x-rewrite-url x-http-method-override",
    ].flatMap((line) => line.split(" "));
    const given = [...kept, ...dropped].map((name) => [name.toUpperCase(), "5"] as const);
    await fetchAll(fetcher, order(server.url, { headers: given }));
    const request = server.requests[0]!;
    assert.deepEqual(
      [...request.headers.keys()].toSorted(),
      ["accept", "accept-encoding", "connection", "host", "user-agent", ...kept].toSorted(),
    );
    assert.equal(request.headers.get("accept-encoding"), "identity");
    assert.equal(request.headers.get("connection"), "close");
    assert.equal(request.headers.get("host"), `127.0.0.1:${server.port}`);
  });
  test("may set the user agent and the login", async () => {
    await using server = await openRawServer(() => httpAnswer(""));
    const given = [
      ["User-Agent", "mine"],
      ["Authorization", "Bearer mine"],
      ["Accept", "text/html"],
    ] as const;
    await fetchAll(fetcher, order(`http://user:pass@127.0.0.1:${server.port}`, { headers: given }));
    const request = server.requests[0]!;
    assert.deepEqual(
      ["user-agent", "authorization", "accept"].map((name) => request.headers.get(name)),
      ["mine", "Bearer mine", "text/html"],
    );
  });
  test("that cannot be sent are refused before connecting", async () => {
    await using server = await openRawServer(() => httpAnswer(""));
    for (const header of [
      ["X-A", "a\r\nX-Forwarded-For: 127.0.0.1"],
      ["X-A", "a\nHost: b"],
      ["X-A\r\nHost", "b"],
      ["X-A", "a\0b"],
      ["X-A", "€"],
      ["", "b"],
      ["X A", "b"],
      ["X-A:", "b"],
      ["X-A", "a".repeat(20_000)],
    ] as const) {
      const error = await assertFails(fetchAll(fetcher, order(server.url, { headers: [header] })), "address-invalid");
      assert.equal(error.isFinal, true);
    }
    const many = Array.from({ length: 51 }, (_, at) => [`x-${at}`, "a"] as const);
    await assertFails(fetchAll(fetcher, order(server.url, { headers: many })), "address-invalid");
    assert.equal(server.connections, 0);
  });
});
