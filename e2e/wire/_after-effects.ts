import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { TestServer } from "@consigne/testkit";
import { send } from "./_wire.ts";

const PATIENCE_MS = 50_000;

/** Whatever was sent: the server is alive and ready, and keeps neither a staged file nor a handle to one. */
export async function assertUnharmed(server: TestServer): Promise<void> {
  for (const path of ["/healthz", "/readyz"]) {
    const answer = await send(`${server.url}${path}`);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  }
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = await leftBehind(server);
    if (left.length === 0) return;
    assert.ok(Date.now() < deadline, `left behind: ${left.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function leftBehind(server: TestServer): Promise<string[]> {
  const bytes = join(server.dataDir, "bytes");
  const staged = await readdir(join(bytes, "staging"));
  if (!existsSync("/proc/self/fd")) return staged;
  const handles = await Promise.all(
    (await readdir("/proc/self/fd")).map((fd) => readlink(join("/proc/self/fd", fd)).catch(() => "")),
  );
  // What small blobs share stays open.
  const isOurs = (path: string) => path.startsWith(`${bytes}/`) && !path.startsWith(`${bytes}/packs/`);
  return [...staged, ...handles.filter(isOurs)];
}

/** Heap after a garbage collection, if the test runs with `gc`; otherwise an upper bound. */
export function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/**
 * Sends bytes as they are and returns everything received until the server closed. If it need not close, tests must not
 * assert anything that has to arrive within `patienceMs`.
 */
export async function sendRaw(
  server: TestServer,
  chunks: readonly (string | Buffer)[],
  options: { patienceMs?: number; endsAfterwards?: boolean } = {},
): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const received: Buffer[] = [];
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(received).toString("latin1"));
    };
    const timer = setTimeout(finish, options.patienceMs ?? PATIENCE_MS);
    socket.on("data", (chunk) => received.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", finish);
    for (const chunk of chunks) socket.write(chunk);
    if (options.endsAfterwards === true) socket.end();
  });
}

/** Status lines in the received text. */
export const statusesIn = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
