import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { DAY_MS } from "./_services.ts";
import { dataFolder } from "./_server-process.ts";

const child = fileURLToPath(new URL("_job-child.ts", import.meta.url));

async function runChild(folder: string, lastStep?: string) {
  const args = [child, folder, ...(lastStep === undefined ? [] : [lastStep])];
  const program = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  program.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code, signal] = (await once(program, "close")) as [number | null, string | null];
  return { code, signal, steps: output.split("\n").filter(Boolean) };
}

/** A folder with something for every kind of job to do, and something that must stay. */
async function prepared(folder: string): Promise<{ discarded: string; kept: string }> {
  await using opened = await openPorts(embeddedEngines, await openDataFolder(folder, { mayCreate: true }));
  const { database, blobs } = opened.ports;
  const longAgo = new Date(Date.now() - 500 * DAY_MS);
  const lock = { kind: "ip", reason: "calls", lockedAt: longAgo, releasedAt: undefined } as const;
  await database.floodLocks.create({ ...lock, id: "old", subject: "192.0.2.1", lockedUntil: longAgo });
  const inForce = new Date(Date.now() + DAY_MS);
  await database.floodLocks.create({ ...lock, id: "kept", subject: "192.0.2.2", lockedUntil: inForce });
  const record = { accountId: undefined, apiKeyId: undefined, address: "x", action: "a", objectId: "o", details: {} };
  await database.audit.append([
    { ...record, id: "old", at: longAgo },
    { ...record, id: "kept", at: new Date() },
  ]);
  const keys: string[] = [];
  for (const text of ["discarded", "kept"]) {
    const staged = await blobs.stage();
    await staged.write(Buffer.from(text));
    await staged.complete();
    keys.push(staged.key);
  }
  const [discarded = "", kept = ""] = keys;
  await database.discardedBytes.add([discarded], new Date());
  return { discarded, kept };
}

/** What people could notice: all rows but those of the jobs themselves, and all files with bytes in them. */
async function contents(folder: string) {
  const files = (await readdir(folder, { recursive: true })).filter((name) => !/sqlite|lock/.test(name)).toSorted();
  const name = (await readdir(folder)).find((entry) => entry.endsWith(".sqlite")) ?? assert.fail();
  const database = new DatabaseSync(join(folder, name), { readOnly: true });
  const rows = (table: string, column: string) =>
    database
      .prepare(`select ${column} as id from ${table} order by 1`)
      .all()
      .map(({ id }) => id);
  try {
    return {
      files,
      locks: rows("flood_locks", "id"),
      audit: rows("audit_records", "id"),
      discarded: rows("discarded_bytes", "key"),
      jobs: rows("jobs", "kind || ' ' || state"),
    };
  } finally {
    database.close();
  }
}

test("jobs end the same wherever their worker was killed", async (context) => {
  const folder = await dataFolder(context);
  const origin = join(folder, "origin");
  const { discarded, kept } = await prepared(origin);
  const whole = join(folder, "whole");
  await cp(origin, whole, { recursive: true });
  const { steps, code } = await runChild(whole);
  assert.equal(code, 0);
  assert.ok(steps.length >= 12, steps.join(", "));
  const expected = await contents(whole);
  assert.deepEqual([expected.locks, expected.audit, expected.discarded], [["kept"], ["kept"], []]);
  assert.ok(expected.files.some((name) => name.includes(kept)));
  assert.ok(!expected.files.some((name) => name.includes(discarded)));
  for (const step of new Set(steps)) {
    const copy = join(folder, step.replaceAll(" ", "-"));
    await cp(origin, copy, { recursive: true });
    assert.equal((await runChild(copy, step)).signal, "SIGKILL", step);
    assert.equal((await runChild(copy)).code, 0, step);
    assert.deepEqual(await contents(copy), expected, `killed at "${step}"`);
  }
});
