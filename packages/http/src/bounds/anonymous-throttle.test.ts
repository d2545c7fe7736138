import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { accountActor, sampleAccount } from "@consigne/core/testing";
import fastify from "fastify";
import { Shares } from "./shares.ts";
import { AnonymousThrottle, STRANGERS_PER_TURN } from "./anonymous-throttle.ts";

const ask = (from: string, isKnown = false) =>
  `GET /${from} HTTP/1.1\r\nhost: x\r\n${isKnown ? "authorization: key\r\n" : ""}\r\n`;

/** Records who is started in which turn of the event loop. */
async function listening(context: TestContext) {
  const app = fastify();
  const begun: { from: string; turn: number }[] = [];
  let turn = 0;
  let isOver = false;
  app.decorateRequest("actor", undefined);
  app.decorateRequest("address", undefined);
  app.addHook("onRequest", async (request) => {
    request.address = request.url.slice(1);
    if (request.headers.authorization === undefined) return;
    request.actor = accountActor({ account: { ...sampleAccount(), rootFolderId: 1 }, address: request.address });
  });
  new AnonymousThrottle(new Shares([])).watch(app);
  app.get("/:from", (request, reply) => {
    begun.push({ from: request.url.slice(1), turn });
    void reply.send("");
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const sockets: Socket[] = [];
  context.after(async () => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
    await app.close();
  });
  void (async () => {
    for (; !isOver; turn++) await nextTurn();
  })();
  const open = async () => {
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    sockets.push(socket.on("error", () => undefined).resume());
    await once(socket, "connect");
    return socket;
  };
  const seen = async (count: number) => {
    while (begun.length < count) await nextTurn();
    return begun;
  };
  return { open, seen };
}

test("each turn of the event loop starts only a few strangers' requests, however many arrive at once", async (context) => {
  const { open, seen } = await listening(context);
  const crowd = await open();
  crowd.write(ask("198.51.100.1").repeat(100));
  const turns = Map.groupBy(await seen(100), ({ turn }) => turn);
  for (const [turn, all] of turns) assert.ok(all.length <= 4, `${all.length} in turn ${turn}`);
});

test("known callers do not wait for strangers, nor one stranger for all requests of another", async (context) => {
  const { open, seen } = await listening(context);
  const socket = await open();
  // In one write, so that all of them arrive at once.
  socket.write(ask("198.51.100.1").repeat(100) + ask("198.51.100.2") + ask("192.0.2.1", true));
  const places = (await seen(102)).map(({ from }) => from);
  const known = places.indexOf("192.0.2.1");
  const other = places.indexOf("198.51.100.2");
  assert.ok(known <= STRANGERS_PER_TURN, `the known caller came ${known}th`);
  assert.ok(other <= STRANGERS_PER_TURN + 3, `the other stranger came ${other}th`);
});

test("the addresses of an IPv6 /48 take turns together", async (context) => {
  const { open, seen } = await listening(context);
  const socket = await open();
  const crowd = Array.from({ length: 100 }, (_, index) => ask(`2001:db8:7:${index.toString(16)}::1`)).join("");
  socket.write(crowd + ask("198.51.100.2"));
  const places = (await seen(101)).map(({ from }) => from);
  const other = places.indexOf("198.51.100.2");
  assert.ok(other <= STRANGERS_PER_TURN + 3, `the other stranger came ${other}th`);
  assert.equal(new Set(places).size, 101);
});

test("a caller who has left uses up no turn", async (context) => {
  const { open, seen } = await listening(context);
  const [gone, staying] = [await open(), await open()];
  gone.write(ask("198.51.100.1").repeat(1000));
  gone.destroy();
  staying.write(ask("198.51.100.2"));
  while (!(await seen(1)).some(({ from }) => from === "198.51.100.2")) await nextTurn();
  assert.ok((await seen(1)).length <= 2 * STRANGERS_PER_TURN, `${(await seen(1)).length} were begun`);
});
