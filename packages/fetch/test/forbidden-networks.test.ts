import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assertFails, fetchAll, order, PRIVATE, PUBLIC, testFetcher } from "./_fetching.ts";
import { httpAnswer, openRawServer, type RawServer, redirectTo } from "./_raw-server.ts";

const secret = () => httpAnswer("secret");

/** A server on every address of this machine, which must never be connected to. */
async function openForbidden(host = PRIVATE): Promise<RawServer> {
  return openRawServer(secret, { host });
}

suite("addresses of the own network", () => {
  const spellings = [
    "127.0.0.1",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "any.localhost",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "１２７.０.０.１",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "good.example@127.0.0.1",
    "good.example:80@127.0.0.1",
    "1.1.1.1@127.0.0.1",
    "169.254.169.254",
    "[fd00:ec2::254]",
    "100.100.100.200",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "[fc00::1]",
    "[fe80::1]",
    "255.255.255.255",
    "224.0.0.1",
  ];
  for (const spelling of spellings)
    test(`${spelling} is refused`, async () => {
      await using server = await openForbidden("127.0.0.1");
      const fetcher = testFetcher({ allow: [] });
      for (const scheme of ["http", "https", "ftp"]) {
        const error = await assertFails(
          fetchAll(fetcher, `${scheme}://${spelling}:${server.port}/a`),
          "address-refused",
        );
        assert.equal(error.isFinal, true);
        assert.doesNotMatch(error.message, /\d/, "the message names no address");
      }
      assert.equal(server.connections, 0);
    });
  for (const address of [
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://127.0.0.1:99999/",
    "http://256.1.1.1/",
    "http://0x100000000/",
    "http://1.1.1.1.1/",
    "http:///",
    "http://",
    "",
    "file",
    `http://a.example/${"a".repeat(10_000)}`,
  ])
    test(`${address.slice(0, 40)} is not an address`, async () => {
      await assertFails(fetchAll(testFetcher(), address), "address-invalid");
    });
  for (const scheme of ["file", "gopher", "data", "ftps", "sftp", "ws", "javascript", "blob", "dict", "ldap", "unix"])
    test(`${scheme} is not a scheme to fetch with`, async () => {
      const error = await assertFails(fetchAll(testFetcher(), `${scheme}://127.0.0.1/etc/passwd`), "address-invalid");
      assert.equal(error.isFinal, true);
    });
});

test("ports of other protocols are refused over HTTP, also after a redirect", async () => {
  for (const address of ["http://127.0.0.1:25/", "https://127.0.0.1:22/", "http://127.0.0.1:6667/"]) {
    await assertFails(fetchAll(testFetcher(), address), "address-invalid");
    await using server = await openRawServer(() => redirectTo(address));
    await assertFails(fetchAll(testFetcher(), server.url), "address-invalid");
  }
});

suite("names that resolve to the own network", () => {
  test("are refused without a connection if all their addresses are private", async () => {
    await using server = await openForbidden();
    const fetcher = testFetcher({ resolve: async () => [PRIVATE, "::1", "10.0.0.1"] });
    const error = await assertFails(fetchAll(fetcher, `http://evil.example:${server.port}/`), "address-refused");
    assert.doesNotMatch(error.message, /\d/);
    assert.equal(server.connections, 0);
  });
  test("are connected at their public addresses only if they have both", async () => {
    await using secretServer = await openForbidden();
    await using server = await openRawServer(() => httpAnswer("public"), { host: PUBLIC, port: secretServer.port });
    for (const addresses of [
      [PRIVATE, PUBLIC],
      [PUBLIC, PRIVATE],
      ["::1", PRIVATE, `::ffff:${PUBLIC}`, "::"],
    ]) {
      const found = await fetchAll(
        testFetcher({ resolve: async () => addresses }),
        `http://both.example:${server.port}/`,
      );
      assert.equal(found.body, "public");
    }
    assert.equal(secretServer.connections, 0);
  });
  test("rebinding: a connection goes to the address that was checked, whatever the name resolves to later", async () => {
    await using secretServer = await openForbidden();
    await using server = await openRawServer(() => httpAnswer("public"), { host: PUBLIC, port: secretServer.port });
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return asked.length === 1 ? [PUBLIC] : [PRIVATE];
    };
    const fetcher = testFetcher({ resolve });
    const found = await fetchAll(fetcher, `http://rebind.example:${server.port}/`);
    assert.equal(found.body, "public");
    assert.deepEqual(asked, ["rebind.example"], "resolved once per connection");
    assert.equal(server.requests[0]?.headers.get("host"), `rebind.example:${server.port}`, "the name is kept");
    await assertFails(fetchAll(fetcher, `http://rebind.example:${server.port}/`), "address-refused");
    assert.equal(secretServer.connections, 0);
  });
  test("rebinding: the name is checked again for each redirect and restart", async () => {
    await using secretServer = await openForbidden();
    for (const [answer, from] of [
      [redirectTo("/next"), 0],
      [httpAnswer("", { status: "416 Range Not Satisfiable" }), 5],
    ] as const) {
      await using server = await openRawServer(() => answer, { host: PUBLIC });
      let asked = 0;
      const resolve = async () => ((asked += 1) === 1 ? [PUBLIC] : [PRIVATE]);
      const fetched = fetchAll(testFetcher({ resolve }), order(`http://rebind.example:${server.port}/`, { from }));
      await assertFails(fetched, "address-refused");
      assert.equal(asked, 2);
      assert.equal(server.connections, 1);
    }
    assert.equal(secretServer.connections, 0);
  });
  test("are unknown if the resolver returns no address", async () => {
    for (const resolve of [
      async () => [],
      async () => ["localhost", "127.1", "0x7f.1"],
      () => Promise.reject(new Error("ENOTFOUND")),
    ])
      await assertFails(fetchAll(testFetcher({ resolve }), "http://nothing.example/"), "host-unknown");
  });
  test("are given up if the resolver never answers", async () => {
    const fetcher = testFetcher({ resolve: () => new Promise(() => undefined), bounds: { connectMs: 20 } });
    await assertFails(fetchAll(fetcher, "http://silent.example/"), "host-unknown");
  });
});

suite("redirects", () => {
  const leading = async (location: string): Promise<Awaited<ReturnType<typeof assertFails>>> => {
    await using server = await openRawServer(() => redirectTo(location));
    const error = await assertFails(
      fetchAll(testFetcher({ resolve: async () => [PRIVATE] }), server.url),
      location.startsWith("http") ? "address-refused" : "redirects",
    );
    assert.equal(server.connections, 1);
    return error;
  };
  test("to the own network are refused by address and by name, before connecting", async () => {
    await using server = await openForbidden();
    for (const host of [
      PRIVATE,
      "[::1]",
      "2130706434",
      "inside.example",
      "[::ffff:127.0.0.2]",
      "0x7f.2",
      "169.254.169.254",
    ]) {
      const error = await leading(`http://${host}:${server.port}/`);
      assert.equal(error.isFinal, true);
    }
    assert.equal(server.connections, 0);
  });
  test("to anything but http and https are refused", async () => {
    for (const scheme of ["ftp", "file", "gopher", "data", "dict", "javascript"])
      await leading(`${scheme}://example.org/x`);
  });
});
