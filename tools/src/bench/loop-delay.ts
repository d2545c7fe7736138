import { readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConsigneChild } from "./consigne-child.ts";

const LOOK_MS = 10;
const DEADLINE_MS = 60_000;

/**
 * The longest delay of the event loop since the previous call, in milliseconds, for a server started with `delayFile`.
 */
export async function longestDelay(server: ConsigneChild, file: string): Promise<number> {
  await rm(file, { force: true });
  process.kill(server.pid, "SIGUSR2");
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return Number(text);
    if (performance.now() > deadline) throw new Error("The server does not tell how long its event loop was held.");
    await sleep(LOOK_MS);
  }
}
