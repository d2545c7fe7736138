import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openSqliteDatabase } from "@consigne/db";
import { assertAllIsThere, unpackOldData } from "./_old-data.ts";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import { Dice, times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";

const skip = lacking(["tar", "--version"]);
/** Many programs are started one after the other. */
const timeout = 300_000;
const dyingMigration = fileURLToPath(new URL("./_dying-migration.ts", import.meta.url));
const processesAtOnce = 2;
/** Each is a separate program; every migration adds more. */
const killedSteps = times({ sample: 12, full: Number.POSITIVE_INFINITY });
const dice = new Dice();

async function migrate(file: string, dieAt = 0) {
  const folder = dirname(file);
  const args = ["--no-warnings", dyingMigration, file, String(dieAt)];
  return finish(process.execPath, args, { variables: cleanVariables(folder), folder });
}

/** Every table with its rows, except for the times of migrations. */
function contents(file: string): Record<string, unknown> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const schema = database.prepare("select type, name, sql from sqlite_master order by name").all();
    const tables = schema.filter(({ type }) => type === "table").map(({ name }) => String(name));
    const rows = tables.map((name): [string, unknown] => {
      const columns = name === "kysely_migration" ? "name" : "*";
      return [name, database.prepare(`select ${columns} from "${name}" order by 1`).all()];
    });
    return { schema, ...Object.fromEntries(rows) };
  } finally {
    database.close();
  }
}

test(
  `a migration killed at any statement is completed by the next start (seed ${dice.seed})`,
  { skip, timeout },
  async (context) => {
    const parent = await mkdtemp(join(tmpdir(), "consigne-e2e-"));
    context.after(() => rm(parent, { recursive: true, force: true }));
    await unpackOldData(parent);
    const old = join(parent, "data", "consigne.sqlite");
    const whole = join(parent, "whole.sqlite");
    await copyFile(old, whole);
    const finished = await migrate(whole);
    assert.equal(finished.code, 0, finished.stderr);
    const after = contents(whole);
    assert.notDeepEqual(after, contents(old), "there was something to migrate");

    const statements = Number(finished.stdout);
    assert.ok(statements > 5);
    const steps = stepsToKillAt(statements);
    const killAtSteps = async (): Promise<void> => {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
        const file = join(parent, `${step}.sqlite`);
        await copyFile(old, file);
        const killed = await migrate(file, step);
        assert.equal(killed.signal, "SIGKILL", `statement ${step}: ${killed.stderr}`);
        await (await openSqliteDatabase({ path: file })).close();
        assert.deepEqual(withoutProbe(contents(file)), withoutProbe(after), `killed at statement ${step}`);
      }
    };
    await Promise.all(Array.from({ length: processesAtOnce }, killAtSteps));
  },
);

test("a server started after a killed migration has all its data", { skip, timeout }, async () => {
  await using server = await ServerProcess.prepare((folder) => unpackOldData(folder));
  const file = join(server.dataDir, "consigne.sqlite");
  const trial = join(server.folder, "trial.sqlite");
  await copyFile(file, trial);
  const statements = Number((await migrate(trial)).stdout);
  const killed = await migrate(file, Math.ceil(statements / 2));
  assert.equal(killed.signal, "SIGKILL", killed.stderr);
  await server.start();
  await assertAllIsThere(server);
});

/** Numbers from 1 to `count` in a random order: all of them, or a sample with the first and the last. */
function stepsToKillAt(count: number): number[] {
  const between = Array.from({ length: count - 2 }, (_, index) => index + 2);
  const shuffled = between.map((step) => ({ step, order: dice.next() })).toSorted((a, b) => a.order - b.order);
  return [1, count, ...shuffled.map(({ step }) => step)].slice(0, killedSteps);
}

/** Rewritten whenever a database is opened. */
function withoutProbe(tables: Record<string, unknown>): Record<string, unknown> {
  return { ...tables, write_probe: undefined };
}
