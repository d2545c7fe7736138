import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSmtpMailer } from "@consigne/mail";
import pino from "pino";
import { startJobs } from "../../src/job-workers.ts";
import { openBench } from "../_services.ts";

/** Accepts connections, and says nothing. */
async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    sockets,
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test("a mail server that never answers delays letters, and nothing else", async () => {
  const server = await silentServer();
  const address = { host: "127.0.0.1", port: server.port, isTlsFromStart: false, user: undefined, password: undefined };
  const page = () => "http://localhost/page";
  const links = { forgottenPassword: page, keys: page, passwordReset: page, emailConfirmation: page, invitation: page };
  const mailer = openSmtpMailer(address, { from: () => "consigne@example.org", links });
  await using bench = await openBench({ replace: () => ({ mailer }) });
  const { services, ports } = bench;
  for (let count = 0; count < 10; count++) {
    const { account } = await bench.account();
    await services.accounts.setPassword("operator", account, `another long password ${count}`);
  }
  const atOnce = { total: 1, perAccount: 1, perHost: 1 };
  const running = startJobs(ports, services, pino({ enabled: false }), atOnce);
  try {
    while (server.sockets.size < 2) await sleep(10);
    const kind = services.schedules[0]?.kind ?? assert.fail("no schedule");
    const id = await ports.database.transaction((rows) => services.jobs.add(rows, { kind }));
    services.jobs.wake();
    while ((await services.jobs.find("operator", id ?? ""))?.state !== "done") await sleep(10);
    assert.equal(server.sockets.size, 2, "the first mails are still waiting for an answer");
  } finally {
    server.close();
    await running[Symbol.asyncDispose]();
  }
});
