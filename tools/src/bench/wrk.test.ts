import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runWrk, writeWrkScript } from "./wrk.ts";

const CONNECTIONS = 2;
const isMissing = spawnSync("wrk", ["--version"]).error !== undefined;

test(
  "a server too busy for a single answer in the given time is measured again for longer",
  { skip: isMissing && process.env["CI"] !== "true" ? "wrk is not installed" : false },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "consigne-wrk-"));
    let closed = 0;
    const held: ServerResponse[] = [];
    const server = createServer((request, response) => {
      if (closed < CONNECTIONS) held.push(response);
      else response.end("{}");
    });
    server.on("connection", (socket) => socket.on("close", () => (closed += 1)));
    try {
      await once(server.listen(0, "127.0.0.1"), "listening");
      const { port } = server.address() as AddressInfo;
      const child = { logFile: join(folder, "log"), authorization: "Authorization: Bearer x" };
      const script = await writeWrkScript({ path: "v1/x.cgi", body: {} }, child);
      const { rate } = await runWrk(`http://127.0.0.1:${port}`, script, { connections: CONNECTIONS, seconds: 1 });
      assert.ok(rate > 0);
      assert.equal(held.length, CONNECTIONS, "the first run had no answer");
    } finally {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
