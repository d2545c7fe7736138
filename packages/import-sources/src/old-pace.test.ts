import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@consigne/core";
import { SourceClients } from "./source-clients.ts";

test("forgets the pace of hosts that nobody asked for days", async (context) => {
  const stateFolder = await mkdtemp(join(tmpdir(), "consigne-pace-"));
  context.after(() => rm(stateFolder, { recursive: true, force: true }));
  for (const [name, ageDays] of [
    ["pace-old.json", 4],
    ["pace-locked.json", 2],
  ] as const) {
    await writeFile(join(stateFolder, name), "{}");
    const at = Date.now() / 1000 - ageDays * 86_400;
    await utimes(join(stateFolder, name), at, at);
  }
  const clients = new SourceClients({ fetch, clock: systemClock, stateFolder });
  clients.clientFor("http://source.example/v1", "key");
  while ((await readdir(stateFolder)).length > 1) await sleep(10);
  assert.deepEqual(await readdir(stateFolder), ["pace-locked.json"]);
});
