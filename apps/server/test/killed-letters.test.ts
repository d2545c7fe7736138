import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { secretHash } from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { servicesOn } from "./_housekeeping-once.ts";
import { dataFolder } from "./_server-process.ts";

const child = fileURLToPath(new URL("_remote-child.ts", import.meta.url));
const kinds = [
  "mail-password-reset",
  "mail-email-change",
  "mail-password-changed",
  "mail-email-changed",
  "mail-key-made",
  "mail-invitation",
  "mail-account-deleted",
].toSorted();
const steps = ["claimed", "send", "done"];

async function orderLetters(folder: string): Promise<void> {
  await using opened = await openPorts(embeddedEngines, await openDataFolder(folder, { mayCreate: true }));
  const { accountDeletion, accounts, addressChange, invitations, jobs, keys, passwordReset } = servicesOn(opened.ports);
  const ofMail = [...jobs.kinds.values()].filter(({ pool }) => pool === "mail");
  assert.deepEqual(ofMail.map(({ name }) => name).toSorted(), kinds);
  const add = (email: string) =>
    accounts.create("operator", { email, password: "a long password", planId: "unlimited" });
  const account = await add("killed@example.org");
  const person = accountActor({ account, address: "192.0.2.7", provedAt: new Date() });
  await passwordReset.request(account.email, "en", "192.0.2.7");
  await addressChange.request(person, "another@example.org", "en");
  await invitations.invite("operator", { email: "invited@example.org", planId: "free" });
  await keys.create(person, account, { name: "new" });
  await passwordReset.settle();
  // For the same account they would invalidate the links in the other mails.
  await accounts.setPassword("operator", await add("new-password@example.org"), "another long password");
  await accounts.setEmail("operator", await add("old-address@example.org"), "new-address@example.org");
  const leaving = { account: await add("leaving@example.org"), address: "192.0.2.7", provedAt: new Date() };
  await accountDeletion.request(accountActor(leaving), leaving.account.email);
}

/** Ends by itself, or as soon as a first attempt at every job has reached that step. */
async function sendLetters(folder: string, lastStep?: string): Promise<unknown> {
  const args = [child, folder, ...(lastStep === undefined ? [] : [lastStep, String(kinds.length)])];
  const program = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const [code, signal] = (await once(program, "close")) as [number | null, string | null];
  return signal ?? code;
}

function rowsOf(folder: string, query: string): string[] {
  const database = new DatabaseSync(join(folder, "consigne.sqlite"), { readOnly: true });
  try {
    return database
      .prepare(query)
      .all()
      .map((row) => Object.values(row).join(" "));
  } finally {
    database.close();
  }
}

for (const step of steps) {
  test(`each letter exists once, with a working link, although its first worker was killed at "${step}"`, async (context) => {
    const folder = await dataFolder(context);
    await orderLetters(folder);
    assert.equal(await sendLetters(folder, step), "SIGKILL");
    assert.equal(await sendLetters(folder), 0);
    assert.deepEqual(
      rowsOf(folder, "select kind, state, attempts from jobs order by 1"),
      kinds.map((kind) => `${kind} done 2`),
    );
    const outbox = join(folder, "outbox");
    const names = await readdir(outbox);
    assert.deepEqual(names.map((name) => `mail-${name.replace(/-[^-]+$/, "")}`).toSorted(), kinds);
    const letters = await Promise.all(names.map((name) => readFile(join(outbox, name), "utf8")));
    const tokens = letters.flatMap((letter) => /token=([A-Za-z0-9]{40})/.exec(letter)?.[1] ?? []);
    const kept = rowsOf(folder, "select hash from mailed_tokens union select hash from invitations order by 1");
    assert.deepEqual(tokens.map((token) => secretHash(token)).toSorted(), kept);
    assert.equal(kept.length, 3);
  });
}
