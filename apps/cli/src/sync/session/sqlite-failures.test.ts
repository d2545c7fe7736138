import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { isDamage, isDiskTrouble, isHeldByAnother, isSqliteFailure } from "../trees/sqlite-failures.ts";
import { SyncError } from "../trees/sync-error.ts";
import { TargetClaim } from "./target-claim.ts";

const kindsOf = (error: unknown) => ({
  held: isHeldByAnother(error),
  full: isDiskTrouble(error),
  damaged: isDamage(error),
});

function failureOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    assert.ok(isSqliteFailure(error));
    return error;
  }
  return assert.fail("nothing failed");
}

test("a locked file, a full disk and a file in another format are told apart", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "consigne-sqlite-"));
  t.after(() => rmSync(folder, { recursive: true }));
  using holder = new DatabaseSync(join(folder, "held"));
  holder.exec("BEGIN EXCLUSIVE");
  using other = new DatabaseSync(join(folder, "held"), { timeout: 0 });
  const held = failureOf(() => other.exec("BEGIN EXCLUSIVE"));
  assert.deepEqual(kindsOf(held), { held: true, full: false, damaged: false });
  using small = new DatabaseSync(":memory:");
  const full = failureOf(() => small.exec("PRAGMA max_page_count = 1; CREATE TABLE a (b); CREATE TABLE c (d);"));
  assert.deepEqual(kindsOf(full), { held: false, full: true, damaged: false });
  writeFileSync(join(folder, "text"), "words ".repeat(1000));
  using text = new DatabaseSync(join(folder, "text"));
  const foreign = failureOf(() => text.exec("CREATE TABLE a (b)"));
  assert.deepEqual(kindsOf(foreign), { held: false, full: false, damaged: true });
  assert.deepEqual(kindsOf(new Error("else")), { held: false, full: false, damaged: false });
});

test("a lock that cannot be written is not reported as held by somebody else", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "consigne-claim-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const remote = { apiUrl: "https://host/v1", path: "/backup" };
  assert.throws(
    () => TargetClaim.hold(join(folder, "missing"), remote),
    (error) =>
      error instanceof SyncError && error.code === "index-unusable" && /CONSIGNE_CACHE_DIR/.test(error.message),
  );
});
