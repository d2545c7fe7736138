import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@consigne/core";
import { removeOldPace } from "./old-pace.ts";
import { SourceClients } from "./source-clients.ts";

const DAY_MS = 86_400_000;
/** In days. */
const ages = { "pace-old.json": 8, "pace-old.json.7": 8, "pace-locked.json": 6, "note.txt": 8 };

async function folderWithPace(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-pace-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, ageDays] of Object.entries(ages)) {
    await writeFile(join(folder, name), "{}");
    const at = (Date.now() - ageDays * DAY_MS) / 1000;
    await utimes(join(folder, name), at, at);
  }
  return folder;
}

test("the pace of hosts unused for a week is forgotten, and nothing else", async (context) => {
  const folder = await folderWithPace(context);
  await removeOldPace(folder, Date.now());
  assert.deepEqual((await readdir(folder)).toSorted(), ["note.txt", "pace-locked.json"]);
});

test("nothing is forgotten if no host was asked yet", async (context) => {
  const folder = await folderWithPace(context);
  await removeOldPace(join(folder, "none"), Date.now());
  assert.equal((await readdir(folder)).length, Object.keys(ages).length);
});

test("forgetting happens while sources are used", async (context) => {
  const stateFolder = await folderWithPace(context);
  const clients = new SourceClients({ fetch, clock: systemClock, stateFolder });
  clients.clientFor("http://source.example/v1", "key");
  while ((await readdir(stateFolder)).length > 2) await sleep(10);
  assert.deepEqual((await readdir(stateFolder)).toSorted(), ["note.txt", "pace-locked.json"]);
});
