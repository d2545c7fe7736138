import assert from "node:assert/strict";
import { test } from "node:test";
import { type Actor, guest, isDomainError, type ReportHolder } from "@consigne/core";
import { type Bench, openBench } from "../_services.ts";

/** Adds reports of earlier uploads, oldest first. */
async function fill({ ports, clock }: Bench, prefix: string, count: number, holder: ReportHolder, nameLength = 10) {
  const file = { fileId: "f", name: "n".repeat(nameLength), sizeBytes: 0, whirlpool: "", domain: 0, removalCode: "" };
  await ports.database.transaction(async ({ uploads }) => {
    for (let at = 0; at < count; at++) {
      const expiresAt = new Date(clock.now().getTime() + at + 1000);
      await uploads.finish(idOf(prefix, at), { isIncoming: false, files: [file] }, expiresAt, holder);
    }
  });
}

const idOf = (prefix: string, at: number) => prefix + String(at).padStart(10 - prefix.length, "0");

async function upload({ services }: Bench, actor: Actor): Promise<string> {
  const { id } = services.uploads.offer();
  const begun = await services.uploads.begin(id, actor);
  await (await begun.openFile({ name: "a", contentType: undefined }, actor)).finish();
  await begun.commit(actor, { folder: "root", domain: undefined, password: "" });
  return id;
}

async function isKept({ services }: Bench, id: string): Promise<boolean> {
  try {
    return (await services.uploads.getReport(id)).files.length > 0;
  } catch (error) {
    assert.ok(isDomainError(error, "upload-not-found"));
    return false;
  }
}

/** How many of the earlier reports are left; the oldest were removed. */
async function leftOf(bench: Bench, prefix: string, count: number): Promise<number> {
  const kept: boolean[] = [];
  for (let at = 0; at < count; at++) kept.push(await isKept(bench, idOf(prefix, at)));
  const gone = kept.lastIndexOf(false) + 1;
  assert.ok(!kept.slice(0, gone).includes(true), "the oldest were removed");
  return count - gone;
}

test("the upload reports kept for an account are limited in number and size", async () => {
  await using bench = await openBench();
  const [owner, large, other] = [await bench.account(), await bench.account(), await bench.account()];
  await fill(bench, "many", 1000, { accountId: owner.account.id });
  await fill(bench, "large", 5, { accountId: large.account.id }, 1_000_000);
  await fill(bench, "other", 3, { accountId: other.account.id });
  assert.ok(await isKept(bench, await upload(bench, owner)));
  assert.equal(await leftOf(bench, "many", 1000), 999);
  assert.ok(await isKept(bench, await upload(bench, large)));
  assert.equal(await leftOf(bench, "large", 5), 4);
  assert.equal(await leftOf(bench, "other", 3), 3);
});

test("the upload reports kept for guests are limited per network and in total", async () => {
  await using bench = await openBench({ rules: { acceptsGuests: true } });
  await fill(bench, "net", 200, { network: "2001:db8:7::/48" });
  await fill(bench, "others", 17, { network: "192.0.2.1" }, 1_000_000);
  assert.ok(await isKept(bench, await upload(bench, guest("2001:db8:7:1::1"))));
  assert.equal(await leftOf(bench, "net", 200), 199);
  assert.equal(await leftOf(bench, "others", 17), 16);
});
