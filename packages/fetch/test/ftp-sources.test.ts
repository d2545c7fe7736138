import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { suite, test } from "node:test";
import type { SourceOrder } from "@consigne/core";
import { assertFails, fetchAll, order, PRIVATE, testFetcher, until } from "./_fetching.ts";
import { type FtpLies, openFtpServer } from "./_ftp-server.ts";
import { openRawServer } from "./_raw-server.ts";

const FILE = "0123456789";
const V1 = { etag: undefined, modifiedAt: "20261128100000" };
const never = new AbortController().signal;

async function fetched(
  lies: Parameters<typeof openFtpServer>[1] = {},
  {
    path = "/pub/a.bin",
    sends,
    bounds,
    ...more
  }: Partial<SourceOrder> & {
    path?: string;
    sends?: NonNullable<Parameters<typeof openFtpServer>[2]>["sends"];
    bounds?: object;
  } = {},
) {
  await using server = await openFtpServer(FILE, lies, sends === undefined ? {} : { sends });
  try {
    const found = await fetchAll(
      testFetcher({ bounds: bounds ?? {} }),
      order(`ftp://127.0.0.1:${server.port}${path}`, more),
    );
    return { ...found, commands: server.commands };
  } finally {
    await until(() => server.open.size === 0);
  }
}

suite("a file over FTP", () => {
  test("arrives with its size, and its time as version", async () => {
    const { commands, ...found } = await fetched();
    assert.deepEqual([found.body, found.offset, found.sizeBytes, found.version], [FILE, 0, 10, V1]);
    assert.deepEqual(commands, [
      "USER anonymous",
      "PASS anonymous@",
      "TYPE I",
      "SIZE pub/a.bin",
      "MDTM pub/a.bin",
      "EPSV",
      "RETR pub/a.bin",
    ]);
  });
  test("is fetched with the login in its URL, which is never shown", async () => {
    await using server = await openFtpServer(FILE);
    const found = await fetchAll(testFetcher(), `ftp://me%40home:p%C3%A4ss@127.0.0.1:${server.port}/a`);
    assert.equal(found.url, `ftp://127.0.0.1:${server.port}/a`);
    const bytes = Buffer.from("päss").toString("latin1");
    assert.deepEqual(server.commands.slice(0, 2), ["USER me@home", `PASS ${bytes}`]);
  });
  test("is found at the given path, byte by byte", async () => {
    for (const [path, asked] of [
      ["/%2Fetc/motd", "/etc/motd"],
      ["/a%20b;type=i", "a b"],
      ["/a?b", "a?b"],
      ["/%E9%C3%A9", "\xe9\xc3\xa9"],
      ["/50%", "50%"],
    ] as const) {
      const { commands } = await fetched({}, { path });
      assert.equal(commands.at(-1), `RETR ${asked}`);
    }
  });
  test("without a size or time ends when the server says so", async () => {
    const { commands: _, ...found } = await fetched({ SIZE: () => "502 No.", MDTM: () => "502 No." });
    assert.deepEqual([found.body, found.sizeBytes, found.version], [FILE, undefined, undefined]);
  });
  test("is fetched with PASV if EPSV is not supported", async () => {
    assert.equal((await fetched({ EPSV: () => "500 What?" })).body, FILE);
  });
  test("is resumed with REST", async () => {
    const { commands, ...found } = await fetched({}, { from: 4, version: V1 });
    assert.deepEqual([found.body, found.offset, found.sizeBytes], ["456789", 4, 10]);
    assert.deepEqual(commands.slice(-2), ["REST 4", "RETR pub/a.bin"]);
  });
  test("is fetched from the start if it is another version, smaller than what is held, or REST is refused", async () => {
    for (const [lies, more] of [
      [{}, { from: 4, version: { etag: undefined, modifiedAt: "20251128100000" } }],
      [{}, { from: 11, version: V1 }],
      [{ REST: () => "502 No." }, { from: 4, version: V1 }],
      [{ MDTM: () => "502 No." }, { from: 4, version: V1 }],
    ] as const) {
      const found = await fetched(lies, more);
      assert.deepEqual([found.body, found.offset], [FILE, 0]);
    }
  });
  test("that is already held completely transfers no more bytes", async () => {
    const { commands, ...found } = await fetched({}, { from: 10, version: V1 });
    assert.deepEqual([found.body, found.offset, found.sizeBytes], ["", 10, 10]);
    assert.ok(!commands.some((command) => command.startsWith("RETR")));
  });
  test("whose final reply was lost is complete if its size matches, and not without a size", async () => {
    const lost: FtpLies = { END: () => undefined };
    assert.equal((await fetched(lost, { bounds: { idleMs: 30 } })).body, FILE);
    await assertFails(fetched({ ...lost, SIZE: () => "502 No." }, { bounds: { idleMs: 30 } }), "broken-off");
  });
});

suite("a hostile FTP server", () => {
  test("cannot redirect data with PASV: it comes from the checked host or not at all", async () => {
    // The secret listens on the data port. Other ports of the checked host are outside this test.
    await using server = await openFtpServer(FILE, {
      EPSV: () => "500 What?",
      PASV: (_, { dataPort }) => `227 Passive (127,0,0,2,${dataPort >> 8},${dataPort & 255})`,
    });
    await using secret = await openRawServer(() => "secret", { host: PRIVATE, port: server.dataPort });
    assert.equal((await fetchAll(testFetcher(), `ftp://127.0.0.1:${server.port}/a`)).body, FILE);
    assert.equal(server.dataConnections, 1);
    await using pointing = await openFtpServer(FILE, {
      EPSV: () => "500 What?",
      PASV: (_, { dataPort }) => `227 Passive (10,0,0,1,${dataPort >> 8},${dataPort & 255})`,
    });
    assert.equal((await fetchAll(testFetcher(), `ftp://127.0.0.1:${pointing.port}/a`)).body, FILE);
    assert.equal(secret.connections, 0);
  });
  test("cannot redirect data with EPSV either", async () => {
    for (const reply of [
      (port: number) => `229 Extended (|1|127.0.0.2|${port}|)`,
      (port: number) => `229 Extended (||127.0.0.2|${port}|)`,
      () => "229 Extended (|||0|)",
      () => "229 Extended (|||70000|)",
      () => "229 Extended",
    ])
      await assertFails(
        fetched({ EPSV: (_, { dataPort }) => reply(dataPort), PASV: () => "500 What?" }),
        "contradiction",
      );
  });
  test("cannot rebind: data comes from the address of the control connection, whatever the name resolves to", async () => {
    await using server = await openFtpServer(FILE);
    let asked = 0;
    const resolve = async () => ((asked += 1) === 1 ? ["127.0.0.1"] : [PRIVATE]);
    const found = await fetchAll(testFetcher({ resolve }), `ftp://rebind.example:${server.port}/a`);
    assert.equal(found.body, FILE);
    assert.equal(asked, 1);
  });
  test("gets no commands from line breaks in a path or login", async () => {
    await using server = await openFtpServer(FILE);
    for (const address of ["/a%0d%0aDELE%20b", "/a%0ab", "/a%00b", "//%0d", "/", "/folder/", ""])
      await assertFails(
        fetchAll(testFetcher(), `ftp://127.0.0.1:${server.port}${address}`),
        "address-invalid",
        address,
      );
    for (const login of ["a%0d%0aDELE:b", "a:b%0aDELE", "a%00:b"])
      await assertFails(fetchAll(testFetcher(), `ftp://${login}@127.0.0.1:${server.port}/a`), "address-invalid", login);
    assert.deepEqual(server.commands, []);
  });
  test("is reported as refusing for good or for now", async () => {
    for (const [lies, failure] of [
      [{ PASS: () => "530 Wrong." }, "refused"],
      [{ USER: () => "530 TLS first." }, "refused"],
      [{ USER: () => "332 Account?" }, "unavailable"],
      [{ RETR: () => "550 No such file." }, "refused"],
      [{ RETR: () => "450 Busy." }, "unavailable"],
      [{ RETR: () => "425 No data connection." }, "unavailable"],
      [{ greeting: () => "421 Too many." }, "unavailable"],
      [{ greeting: () => "120 In two minutes." }, "unavailable"],
    ] as const) {
      const error = await assertFails(fetched(lies), failure);
      assert.equal(error.isFinal, failure === "refused");
      assert.doesNotMatch(error.message, /Wrong|such file\.|Too many|minutes\./);
    }
    const { message } = await assertFails(fetched({ USER: () => "530 TLS first." }), "refused");
    assert.match(message, /FTPS/);
  });
  test("is abandoned if it does not speak FTP, or never stops", async () => {
    for (const greeting of [
      "HTTP/1.1 200 OK",
      "SSH-2.0-x",
      "",
      "22",
      "220-a\r\n".repeat(10_000),
      `220 ${"a".repeat(100_000)}`,
    ])
      await assertFails(fetched({ greeting: () => greeting }), "contradiction", greeting.slice(0, 20));
    for (const verb of ["USER", "SIZE", "RETR"])
      await assertFails(fetched({ [verb]: () => "nonsense" }), "contradiction");
  });
  test("is abandoned if it falls silent", async () => {
    const silent = () => undefined;
    for (const verb of ["greeting", "USER", "PASS", "SIZE", "EPSV", "RETR"])
      await assertFails(fetched({ [verb]: silent }, { bounds: { headMs: 30 } }), "too-slow", verb);
    await assertFails(fetched({}, { bounds: { idleMs: 30 }, sends: (socket) => void socket.write("012") }), "too-slow");
  });
  test("that sends fewer or more bytes than the size delivers no file", async () => {
    await assertFails(fetched({}, { sends: (socket) => void socket.end("012") }), "broken-off");
    await assertFails(fetched({}, { sends: (socket) => void socket.end(`${FILE}x`) }), "contradiction");
    await assertFails(fetched({ SIZE: () => "213 4" }), "contradiction");
    const reset = { sends: (socket: Socket) => void socket.resetAndDestroy() };
    await assertFails(fetched({ SIZE: () => "502 No." }, reset), "broken-off");
  });
  test("that reports a failure at the end delivers no file", async () => {
    for (const size of ["213 10", "502 No."])
      await assertFails(fetched({ SIZE: () => size, END: () => "426 Aborted." }), "broken-off");
  });
  test("whose size is invalid gives no size", async () => {
    for (const size of ["213 -1", "213 1e1", "213 99999999999999999999", "213 ", "213 0x10"])
      assert.equal((await fetched({ SIZE: () => size })).sizeBytes, undefined);
  });
});

test("a caller who gives up on FTP frees both connections", async () => {
  await using server = await openFtpServer(FILE, {}, { sends: (socket) => void socket.write("012") });
  const giving = new AbortController();
  const reason = new Error("given up");
  const opened = await testFetcher().open(order(`ftp://127.0.0.1:${server.port}/a`), giving.signal);
  await assert.rejects(
    async () => {
      for await (const _ of opened.bytes) giving.abort(reason);
    },
    (error) => error === reason,
  );
  await until(() => server.open.size === 0);
  const closed = await testFetcher().open(order(`ftp://127.0.0.1:${server.port}/a`), never);
  closed.close();
  await until(() => server.open.size === 0);
});
