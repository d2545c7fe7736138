import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "../errors.ts";
import { type Account, defaultAccountSettings } from "./account.ts";
import { isPlanId, planInForce } from "./plans.ts";
import { requireRoom } from "./quota.ts";

const now = new Date("2026-03-01T12:00:00Z");
const account = (planId: Account["planId"]): Account => ({
  id: "a",
  email: "a@example.org",
  passwordHash: "",
  planId,
  planEndsAt: undefined,
  quotaBytes: undefined,
  isAdmin: false,
  isLocked: false,
  removesAt: undefined,
  rootFolderId: 1,
  settings: defaultAccountSettings,
  createdAt: now,
});

test("an expired plan counts as free, to the millisecond", () => {
  const planAt = (ms: number) =>
    planInForce({ ...account("premium"), planEndsAt: new Date(now.getTime() + ms) }, now).id;
  assert.deepEqual([planAt(1), planAt(0), planAt(-1)], ["premium", "free", "free"]);
  assert.equal(planInForce(account("premium"), now).id, "premium");
});

test("an account's own quota replaces the plan's, even after the plan has ended", () => {
  const quotaOf = (changes: Partial<Account>) =>
    planInForce({ ...account("unlimited"), ...changes }, now).storageQuotaBytes;
  assert.deepEqual([quotaOf({}), quotaOf({ quotaBytes: 5 }), quotaOf({ quotaBytes: 0 })], [undefined, 5, 0]);
  assert.equal(quotaOf({ planEndsAt: now, quotaBytes: 5 }), 5);
});

test("plan names are known, and names of object members are not", () => {
  assert.ok(isPlanId("premium-gold"));
  for (const text of ["constructor", "__proto__", "", "Premium"]) assert.ok(!isPlanId(text));
});

test("a quota may be filled to its last byte but not beyond", async () => {
  const rows = (sizeBytes: number) =>
    ({
      files: { getUsage: async () => ({ fileCount: 1, sizeBytes }) },
      partUploads: { getHeld: async () => ({ count: 0, sizeBytes: 0, receivedBytes: 0 }) },
      trash: { getUsage: async () => ({ count: 0, sizeBytes: 0, receivedBytes: 0 }) },
      versions: { getUsage: async () => ({ count: 0, sizeBytes: 0, receivedBytes: 0 }) },
    }) as unknown as Parameters<typeof requireRoom>[0];
  const TB = 1_000_000_000_000;
  await requireRoom(rows(TB - 3), account("free"), [1, 2], now);
  await assert.rejects(requireRoom(rows(TB - 3), account("free"), [2, 2], now), (error) =>
    isDomainError(error, "quota-exceeded"),
  );
  await assert.rejects(requireRoom(rows(0), account("free"), [50_000_000_001], now), (error) =>
    isDomainError(error, "file-too-large"),
  );
  await requireRoom(rows(Number.MAX_SAFE_INTEGER), account("unlimited"), [TB], now);
});
