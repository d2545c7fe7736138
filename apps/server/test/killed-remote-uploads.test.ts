import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Services } from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { KILLED_TEXT, KILLED_URL, killedImports, killedSource } from "./_killed-source.ts";
import { servicesOn } from "./_housekeeping-once.ts";
import { dataFolder } from "./_server-process.ts";

const child = fileURLToPath(new URL("_remote-child.ts", import.meta.url));

async function runChild(folder: string, lastStep?: string) {
  const args = [child, folder, ...(lastStep === undefined ? [] : [lastStep])];
  const program = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  program.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code, signal] = (await once(program, "close")) as [number | null, string | null];
  return { code, signal, steps: output.split("\n").filter(Boolean) };
}

type Owner = ReturnType<typeof accountActor>;

/** A folder whose only account has ordered something. */
async function prepared(folder: string, order: (services: Services, owner: Owner) => Promise<unknown>): Promise<void> {
  await using opened = await openPorts(embeddedEngines, await openDataFolder(folder, { mayCreate: true }));
  const services = servicesOn({ ...opened.ports, sources: killedSource(), importSources: killedImports() });
  const account = await services.accounts.create("operator", {
    email: "killed@example.org",
    password: "a long password",
    planId: "unlimited",
  });
  const owner = accountActor({ account, address: "192.0.2.7" });
  await order(services, owner);
  await services.bytesRemover.settle();
}

/** What people could notice, except for random ids and times: each file with the bytes its rows refer to. */
async function contents(folder: string) {
  const database = new DatabaseSync(join(folder, "consigne.sqlite"), { readOnly: true });
  const rows = (query: string) =>
    database
      .prepare(query)
      .all()
      .map((row) => Object.values(row).join(" "));
  try {
    return {
      files: rows("select name, f.size_bytes, b.whirlpool from files f join blobs b on b.key = f.blob_key"),
      items: rows(
        "select i.state, i.message, i.file_name, i.sealed_url is null from remote_items i join files f on f.id = i.file_id",
      ),
      requests: rows("select ended_at is not null, sealed_headers is null from remote_requests"),
      usage: rows("select file_count, size_bytes from accounts"),
      imports: rows("select state, files_done, files_failed, folders_done, sealed_access is null from imports"),
      uploads: rows("select count(*) from audit_records where action = 'file.upload'"),
      jobs: rows("select kind, state from jobs"),
    };
  } finally {
    database.close();
  }
}

async function storedText(folder: string): Promise<string> {
  await using opened = await openPorts(embeddedEngines, await openDataFolder(folder, { mayCreate: false }));
  const { database, blobs } = opened.ports;
  const [blob] = await database.blobs.listPage(undefined, 9);
  const reader = await blobs.open(blob?.key ?? "");
  try {
    const buffer = Buffer.alloc(1000);
    return buffer.subarray(0, await reader.read(buffer)).toString();
  } finally {
    await reader.close();
  }
}

/** A worker killed at the step, followed by another, leaves the same as a worker that nobody killed. */
async function assertEndsAlike(
  origin: string,
  copy: string,
  { step, expected }: { step: string; expected: Awaited<ReturnType<typeof contents>> },
): Promise<void> {
  await cp(origin, copy, { recursive: true });
  assert.equal((await runChild(copy, step)).signal, "SIGKILL", step);
  assert.equal((await runChild(copy)).code, 0, step);
  assert.deepEqual(await contents(copy), expected, `killed at "${step}"`);
  assert.equal(await storedText(copy), KILLED_TEXT, `killed at "${step}"`);
}

test("a remote upload has the same outcome wherever its worker was killed", async (context) => {
  const folder = await dataFolder(context);
  const origin = join(folder, "origin");
  await prepared(origin, ({ remoteUploads }, owner) =>
    remoteUploads.order(owner, { urls: [KILLED_URL], folder: "root", headers: [["X-Token", "t"]] }),
  );
  const whole = join(folder, "whole");
  await cp(origin, whole, { recursive: true });
  const { steps, code } = await runChild(whole);
  assert.equal(code, 0);
  assert.deepEqual(steps, ["claimed", "admitted", "opened", "received", "stored", "filed", "done"]);
  const expected = await contents(whole);
  assert.deepEqual(expected.items, ["done  a.bin 1"]);
  assert.deepEqual([expected.requests, expected.uploads, expected.files.length], [["1 1"], ["1"], 1]);
  for (const step of steps) await assertEndsAlike(origin, join(folder, step), { step, expected });
});

test("an import ends with one file wherever its worker was killed", async (context) => {
  const folder = await dataFolder(context);
  const origin = join(folder, "origin");
  const access = { kind: "account", url: "https://api.example.org/v1", apiKey: "k".repeat(32), path: "/" } as const;
  await prepared(origin, ({ imports }, owner) => imports.order(owner, { access, folder: "root", isPlan: false }));
  const whole = join(folder, "whole");
  await cp(origin, whole, { recursive: true });
  const { steps } = await runChild(whole);
  const inFile = ["located", "received", "proved", "filed"];
  assert.deepEqual(steps, ["claimed", "folder", "folder", "walked", ...inFile, "done"]);
  const expected = await contents(whole);
  assert.deepEqual([expected.imports, expected.files.length, expected.uploads], [["done 1 0 2 1"], 1, ["1"]]);
  // Each child takes a while: steps between two writes of rows are left out.
  for (const step of ["folder", "walked", "received", "proved", "filed"])
    await assertEndsAlike(origin, join(folder, step), { step, expected });
});
