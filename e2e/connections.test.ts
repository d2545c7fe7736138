import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ServerProcess } from "./_server-process.ts";
import { type WaitingCaller, WaitingCallers } from "./_waiting-callers.ts";

const PROXY_OFF = { CONSIGNE_TRUSTED_PROXIES: "none", CONSIGNE_LIMITS: "off" };
const portOf = (server: ServerProcess) => Number(new URL(server.url).port);
const others = Array.from({ length: 20 }, (_, at) => `127.0.0.${at + 2}`);
const START =
  "POST /v1/file/ls.cgi HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";

async function assertServed(server: ServerProcess): Promise<void> {
  for (let count = 0; count < 5; count++) await server.api.ok("folder/ls");
  await server.api.upload({ "served.txt": "x" });
}

/** Waits until exactly this many have got this answer. */
async function answered(callers: readonly WaitingCaller[], wanted: Readonly<Record<number, number>>): Promise<void> {
  const count = () =>
    Object.fromEntries(
      Object.keys(wanted).map((status) => [
        status,
        callers.filter((caller) => caller.received().startsWith(`HTTP/1.1 ${status} `)).length,
      ]),
    );
  const deadline = Date.now() + 50_000;
  while (JSON.stringify(count()) !== JSON.stringify(wanted)) {
    assert.ok(Date.now() < deadline, `were answered so: ${JSON.stringify(count())}`);
    await sleep(20);
  }
}

/** Each starts a server and hundreds of callers, which takes long on a busy machine. */
const WORK = { timeout: 5 * 60_000 };

suite("connections with a system limit of 256 open files", () => {
  const cases = {
    "idle ones behind a trusted proxy": { settings: { CONSIGNE_LIMITS: "off" }, addresses: ["127.0.0.1"], send: [] },
    "idle ones of one address": { settings: PROXY_OFF, addresses: ["127.0.0.2"], send: [] },
    "idle ones of many addresses": { settings: PROXY_OFF, addresses: others, send: [] },
    "unfinished requests of strangers": { settings: PROXY_OFF, addresses: others, send: [START] },
  };
  for (const [what, { settings, addresses, send }] of Object.entries(cases)) {
    test(`leave room for other callers: 300 ${what}`, WORK, async () => {
      await using server = await ServerProcess.start(settings, { openFiles: 256 });
      using waiting = await WaitingCallers.open(portOf(server), 300, { addresses, send });
      await assertServed(server);
      assert.ok(waiting.openCount < 150, `${waiting.openCount} are open`);
      if (addresses.length === 1 && settings === PROXY_OFF) return;
      await server.stop();
      assert.match(server.stdout, /"msg":"connection limit reached[^\n]*/);
    });
  }

  test("are never cut while a signed-in caller is sending or receiving", WORK, async () => {
    await using server = await ServerProcess.start(PROXY_OFF, { openFiles: 256 });
    const socket = connect({ port: portOf(server), host: "127.0.0.1", localAddress: "127.0.0.3" });
    socket.write(START.replace("Content-Type", `Authorization: Bearer ${server.apiKey}\r\nContent-Type`));
    await once(socket, "connect");
    await server.api.ok("folder/ls");
    using waiting = await WaitingCallers.open(portOf(server), 300, { addresses: others, send: [START] });
    await waiting.oneClosed("room to be made");
    socket.write("       }");
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
    socket.destroy();
  });
});

test("an address over its connection limit gets a 503 if it is still listening", WORK, async () => {
  const settings = { ...PROXY_OFF, CONSIGNE_MAX_CONNECTIONS_PER_ADDRESS: "4" };
  await using server = await ServerProcess.start(settings);
  const begun = START.replace("Content-Type", `Authorization: Bearer ${server.apiKey}\r\nContent-Type`);
  using busy = await WaitingCallers.open(portOf(server), 4, { addresses: ["127.0.0.2"], send: [begun] });
  await server.api.ok("folder/ls");
  using late = await WaitingCallers.open(portOf(server), 1, {
    addresses: ["127.0.0.2"],
    send: ["GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"],
  });
  await late.closed("the refusal");
  const answer = late.callers[0]?.received() ?? "";
  assert.match(answer, /^HTTP\/1\.1 503 [^]*\r\nretry-after: 5\r\n[^]*#593/i);
  assert.equal(busy.openCount, 4);
});

test(
  "behind a trusted proxy, requests are limited per forwarded address and the proxy's connections are not",
  WORK,
  async () => {
    await using server = await ServerProcess.start({
      CONSIGNE_LIMITS: "off",
      CONSIGNE_MAX_CONNECTIONS_PER_ADDRESS: "4",
    });
    const forwarded = (address: string) =>
      START.replace("Host: x", `Host: x\r\nX-Forwarded-For: ${address}\r\nAuthorization: Bearer ${server.apiKey}`);
    using busy = await WaitingCallers.open(portOf(server), 10, {
      addresses: ["127.0.0.1"],
      send: [forwarded("192.0.2.1")],
    });
    using other = await WaitingCallers.open(portOf(server), 1, {
      addresses: ["127.0.0.1"],
      send: [forwarded("192.0.2.2"), "       }"],
    });
    const [answer] = (await once(other.callers[0]!.socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
    await answered(busy.callers, { 503: 6 });
  },
);

test("an IPv6 /48 may have four times as many requests waiting as a single address", WORK, async () => {
  await using server = await ServerProcess.start({
    CONSIGNE_LIMITS: "off",
    CONSIGNE_MAX_CONNECTIONS_PER_ADDRESS: "4",
  });
  const from = async (address: string) => {
    const head = `Host: x\r\nX-Forwarded-For: ${address}\r\nAuthorization: Bearer ${server.apiKey}`;
    return WaitingCallers.open(portOf(server), 1, { addresses: [], send: [START.replace("Host: x", head)] });
  };
  using opened = new DisposableStack();
  const callers: WaitingCaller[] = [];
  for (let network = 1; network <= 20; network++)
    callers.push(...opened.use(await from(`2001:db8:7:${network}::1`)).callers);
  await answered(callers, { 503: 4 });
  const { callers: ofAnother } = opened.use(await from("2001:db8:8::1"));
  for (const { socket } of [...callers, ...ofAnother]) if (socket.writable) socket.write("       }");
  await answered(ofAnother, { 200: 1 });
  await answered(callers, { 503: 4, 200: 16 });
});
