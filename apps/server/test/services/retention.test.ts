import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createServices, floodProfiles, guest, type HousekeepingRules, usualHousekeeping } from "@consigne/core";
import { noFreeRules } from "@consigne/core/testing";
import { work } from "../_scheduled-work.ts";
import { type Bench, DAY_MS, openBench } from "../_services.ts";

const HOUR_MS = 3_600_000;

async function auditedActions({ services }: Bench): Promise<string[]> {
  return (await (await services.auditLog.list("operator", { limit: 100 })).all()).map(({ action }) => action);
}

test("a clock that jumped ahead ends no active upload, and removes no record of actions", async () => {
  await using bench = await openBench();
  const { partUploads, remoteUploads } = bench.services;
  const owner = await bench.account();
  for (let half = 0; half < 3; half++) await work(bench, "expire", undefined, DAY_MS / 2);
  const plan = { name: "large.bin", sizeBytes: 20_000_000, partBytes: undefined, contentType: undefined };
  const { id } = await partUploads.create(owner, { ...plan, place: "root", domain: undefined, password: "" });
  const bytes = Buffer.alloc(8 * 1024 * 1024, 7);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const part = await partUploads.openPart(owner, id, {
    number: 1,
    sizeBytes: bytes.length,
    proof: { sha256, leavesSha256: undefined },
  });
  assert.ok(part !== "there");
  await part.write(bytes);
  await part.finish();
  const urls = ["https://example.org/a"];
  const { request } = await remoteUploads.order(owner, { urls, folder: "root", headers: [] });
  await remoteUploads.cancel(owner, request.id);
  const done = await auditedActions(bench);
  assert.ok(done.length > 0);

  const right = bench.clock.now();
  await work(bench, "expire", undefined, 1000 * DAY_MS);
  assert.deepEqual(await auditedActions(bench), done);
  bench.clock.set(right);
  await work(bench, "expire", undefined, HOUR_MS);
  const there = await partUploads.describe(owner, id, { after: 0, limit: 10 });
  assert.deepEqual(
    there.parts.map(({ number }) => number),
    [1],
  );
  assert.equal((await remoteUploads.get(owner, request.id)).items.length, 1);

  // What has really become a thousand days old is removed a day later.
  await work(bench, "expire", undefined, 1000 * DAY_MS);
  for (let half = 0; half < 2; half++) await work(bench, "expire", undefined, DAY_MS / 2);
  assert.deepEqual(await auditedActions(bench), []);
  await assert.rejects(remoteUploads.get(owner, request.id), { code: "remote-upload-not-found" });
  assert.deepEqual((await partUploads.list(owner, { before: undefined, limit: 10 })).uploads, []);
});

/** As after a restart with another setting. */
function restarted(bench: Bench, days: number): Bench {
  const housekeeping: HousekeepingRules = { ...usualHousekeeping, guestFilesMs: days * DAY_MS };
  const services = createServices(bench.ports, {
    uploads: bench.services.uploads.rules,
    flood: floodProfiles.off,
    listLimit: 10,
    maxEntries: 100,
    minFreeBytes: 0,
    freeDownloads: noFreeRules,
    housekeeping,
  });
  return { ...bench, services };
}

test("guests' files are kept for another day when their time is shortened, or disabled and enabled", async () => {
  await using bench = await openBench({ rules: { acceptsGuests: true } });
  const visitor = guest("192.0.2.9");
  const send = async (name: string): Promise<string> => {
    const { uploads } = bench.services;
    const upload = await uploads.begin(uploads.offer().id, visitor);
    const file = await upload.openFile({ name, contentType: undefined }, visitor);
    await file.write(Buffer.from(name));
    await file.finish();
    const report = await upload.commit(visitor, { folder: "root", domain: undefined, password: "" });
    return report.files[0]?.fileId ?? "";
  };
  const isThere = async (fileId: string) => (await bench.ports.database.files.findById(fileId)) !== undefined;
  const soon = (at: Bench, kind = "guest-files") => work(at, kind, undefined, HOUR_MS + 1);
  const first = await send("first");
  const generous = restarted(bench, 300);
  for (let day = 0; day < 5; day++) await work(generous, "guest-files", undefined, DAY_MS - HOUR_MS);

  const strict = restarted(bench, 2);
  await soon(strict);
  assert.ok(await isThere(first), "shortened just now");
  await work(strict, "guest-files", undefined, DAY_MS - HOUR_MS);
  await soon(strict);
  assert.ok(!(await isThere(first)), "a day later");

  const second = await send("second");
  const off = restarted(bench, 0);
  for (let day = 0; day < 3; day++) await work(strict, "guest-files", undefined, DAY_MS / 2);
  await soon(off, "expire");
  bench.clock.advance(DAY_MS / 2);
  await soon(strict);
  assert.ok(await isThere(second), "switched on just now");
  await soon(strict);
  assert.ok(await isThere(second), "and no sooner than a day after");
  await work(strict, "guest-files", undefined, DAY_MS - HOUR_MS);
  assert.ok(!(await isThere(second)));
});
