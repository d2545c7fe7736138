import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createServices,
  FloodLockedError,
  type FloodProfile,
  floodProfiles,
  guest,
  MemoryRateLimiter,
} from "@consigne/core";
import { noFreeRules } from "@consigne/core/testing";
import { address, type Bench, byPassword, DAY_MS, HOUR_MS, MINUTE_MS, openBench } from "../_services.ts";

const LOCK_MS = 5 * MINUTE_MS;
const profile: FloodProfile = {
  ...floodProfiles.authentic,
  maxLockMs: DAY_MS,
  rules: [
    { per: "ip", operation: undefined, limit: { burst: 3, windowMs: DAY_MS }, lockMs: LOCK_MS, reason: "calls" },
    { per: "ip", operation: "credentials", limit: { burst: 2, windowMs: 1000 }, lockMs: MINUTE_MS, reason: "calls" },
  ],
};
const caller = guest(address);
const call = { operation: "file.ls" };

async function lockedFor(attempt: Promise<void>): Promise<number> {
  try {
    await attempt;
    return 0;
  } catch (error) {
    assert.ok(error instanceof FloodLockedError);
    return error.retryAfterMs;
  }
}

async function exhaust(bench: Bench, by = caller): Promise<number> {
  for (;;) {
    const ms = await lockedFor(bench.services.flood.admit(by, call));
    if (ms > 0) return ms;
  }
}

/** Like a server that is restarted on the same data. */
function restarted(bench: Bench) {
  const limiter = new MemoryRateLimiter(bench.clock);
  const rules = {
    uploads: bench.services.uploads.rules,
    flood: profile,
    listLimit: 10,
    maxEntries: 100,
    minFreeBytes: 0,
    freeDownloads: noFreeRules,
  };
  return createServices({ ...bench.ports, limiter }, rules).flood;
}

test("simultaneous calls make one lock", async () => {
  await using bench = await openBench({ flood: profile });
  const waits = await Promise.all(
    Array.from({ length: 20 }, () => lockedFor(bench.services.flood.admit(caller, call))),
  );
  assert.equal(waits.filter((ms) => ms === 0).length, 3);
  assert.ok(waits.every((ms) => ms === 0 || ms === LOCK_MS));
  assert.equal((await (await bench.services.flood.listActive("operator")).all()).length, 1);
});

test("a lock survives a restart, even for simultaneous calls", async () => {
  await using bench = await openBench({ flood: profile });
  await exhaust(bench);
  const flood = restarted(bench);
  const waits = await Promise.all([1, 2, 3].map(() => lockedFor(flood.admit(caller, call))));
  assert.deepEqual(waits, [LOCK_MS, LOCK_MS, LOCK_MS]);
  bench.clock.advance(LOCK_MS);
  assert.equal(await lockedFor(flood.admit(caller, call)), 0);
});

test("a repeated lock lasts twice as long, up to the maximum", async () => {
  await using bench = await openBench({ flood: { ...profile, maxLockMs: 3 * LOCK_MS } });
  const lengths: number[] = [];
  for (let round = 0; round < 3; round++) {
    lengths.push(await exhaust(bench));
    bench.clock.advance(lengths.at(-1) ?? 0);
  }
  assert.deepEqual(lengths, [LOCK_MS, 2 * LOCK_MS, 3 * LOCK_MS]);
});

test("a clock set back neither lifts a lock nor extends it", async () => {
  for (const backMs of [MINUTE_MS, 365 * DAY_MS]) {
    await using bench = await openBench({ flood: profile });
    await exhaust(bench);
    bench.clock.advance(-backMs);
    assert.equal(await lockedFor(bench.services.flood.admit(caller, call)), LOCK_MS);
    assert.ok((await lockedFor(restarted(bench).admit(caller, call))) <= LOCK_MS);
    bench.clock.advance(LOCK_MS - 1);
    assert.equal(await lockedFor(bench.services.flood.refuseLocked(caller)), 1);
    bench.clock.advance(1);
    assert.equal(await lockedFor(bench.services.flood.refuseLocked(caller)), 0);
  }
});

test("a lock lifted by another process ends within a second and does not return with the next call", async () => {
  await using bench = await openBench({ flood: profile });
  await exhaust(bench);
  const operator = restarted(bench);
  const [lock] = await (await operator.listActive("operator")).all();
  assert.equal(await operator.release("operator", lock?.id ?? ""), true);
  assert.equal(await operator.release("operator", lock?.id ?? ""), false);
  bench.clock.advance(1000);
  assert.equal(await lockedFor(bench.services.flood.admit(caller, call)), 0);
  assert.equal(await exhaust(bench), LOCK_MS, "a lifted lock does not count as repetition");
  const [record] = await bench.ports.database.audit.list({ objectId: lock?.id ?? "", limit: 1 });
  assert.equal(record?.action, "lock.release");
  assert.equal(record?.address, "operator");
});

test("an IPv6 /64 network is one caller, and an IPv4-mapped address is the IPv4 caller", async () => {
  await using bench = await openBench({ flood: profile });
  await exhaust(bench, guest("2001:db8:1:2::1"));
  for (const same of ["2001:db8:1:2:ffff::9", "2001:0db8:0001:0002:0:0:0:1"])
    assert.ok((await lockedFor(bench.services.flood.refuseLocked(guest(same)))) > 0, same);
  assert.equal(await lockedFor(bench.services.flood.refuseLocked(guest("2001:db8:1:3::1"))), 0);
  await exhaust(bench, guest("::ffff:198.51.100.9"));
  for (const same of ["198.51.100.9", "::ffff:c633:6409"])
    assert.ok((await lockedFor(bench.services.flood.refuseLocked(guest(same)))) > 0, same);
  assert.equal(await lockedFor(bench.services.flood.refuseLocked(guest("198.51.100.10"))), 0);
});

test("guesses spread over the networks of an IPv6 /48 stop further guesses from it, and nobody else there", async () => {
  await using bench = await openBench({ flood: floodProfiles.authentic });
  const { flood } = bench.services;
  const wrong = async () => undefined;
  const figures = floodProfiles.authentic.figures;
  assert.ok(figures !== undefined);
  const from = (network: number) => `2001:db8:7:${network.toString(16)}::1`;
  let tried = 0;
  for (; tried < 500; tried++) {
    const error = await flood.guess(guest(from(tried)), wrong).catch((reason: unknown) => reason);
    if (error instanceof FloodLockedError) break;
  }
  assert.ok(tried >= figures.guesses && tried <= 5 * figures.guesses, `${tried} guesses`);
  const neighbour = guest(from(60_000));
  assert.ok((await lockedFor(flood.guess(neighbour, async () => "right").then(() => undefined))) > 0);
  assert.ok((await lockedFor(flood.admit(neighbour, { operation: "credentials" }))) > 0);
  for (const asked of [flood.refuseBanned(neighbour), flood.refuseLocked(neighbour), flood.admit(neighbour, call)])
    assert.equal(await lockedFor(asked), 0);
  assert.equal(await flood.guess(guest("2001:db8:8::1"), async () => "right"), "right");
  assert.equal((await (await flood.listActive("operator")).all())[0]?.subject, "2001:db8:7::/48");
});

test("refusals spread over the networks of an IPv6 /48 ban none that had few", async () => {
  await using bench = await openBench({ flood: floodProfiles.authentic });
  const { flood } = bench.services;
  const { refusals = 0 } = floodProfiles.authentic.figures ?? {};
  for (let at = 0; at <= 4 * refusals; at++) await flood.countRefusal(`2001:db8:9:${at % 8}::1`);
  const neighbour = guest("2001:db8:9:ffff::1");
  assert.equal(await lockedFor(flood.refuseBanned(neighbour)), 0);
  assert.equal(await flood.guess(neighbour, async () => "right"), "right");
});

test("guesses lock the address they come from, never the account they target", async () => {
  await using bench = await openBench({ flood: profile });
  const victim = await bench.account("victim@example.org");
  for (let guess = 0; guess < 3; guess++) {
    await assert.rejects(byPassword(bench, "victim@example.org", "a guess"));
  }
  assert.ok((await lockedFor(bench.services.flood.refuseLocked(caller))) > 0);
  assert.equal(await lockedFor(bench.services.flood.refuseLocked({ ...victim, address: "203.0.113.1" })), 0);
  const proved = await byPassword(bench, "victim@example.org", "a long password", "203.0.113.1");
  assert.equal(proved.account.id, victim.account.id);
});

test("calls made during a lock are not counted", async () => {
  await using bench = await openBench({ flood: profile });
  await exhaust(bench);
  for (let count = 0; count < 10; count++) await lockedFor(bench.services.flood.admit(caller, call));
  assert.equal((await bench.ports.database.floodLocks.listRecent("ip", address, new Date(0))).length, 1);
});

test("locks grow from minutes to a day, and start over after a day without one", async () => {
  await using bench = await openBench({ flood: { ...floodProfiles.authentic, rules: profile.rules } });
  const lengths: number[] = [];
  for (let round = 0; round < 11; round++) {
    lengths.push((await exhaust(bench)) / MINUTE_MS);
    bench.clock.advance((lengths.at(-1) ?? 0) * MINUTE_MS + MINUTE_MS);
  }
  assert.deepEqual(lengths, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]);
  bench.clock.advance(DAY_MS);
  assert.equal(await exhaust(bench), LOCK_MS);
});

test("a lock for too many calls allows uploads and pages, and a ban does not", async () => {
  const flood: FloodProfile = {
    ...profile,
    rules: [
      ...profile.rules.slice(0, 1),
      { per: "ip", operation: "credentials", limit: { burst: 2, windowMs: DAY_MS }, lockMs: HOUR_MS, reason: "abuse" },
    ],
  };
  await using bench = await openBench({ flood });
  const service = bench.services.flood;
  await exhaust(bench);
  assert.equal(await lockedFor(service.refuseBanned(caller)), 0);
  const wrong = async () => undefined;
  for (let count = 0; count < 2; count++) assert.equal(await service.guess(guest(address), wrong), undefined);
  await assert.rejects(service.guess(guest(address), wrong), FloodLockedError, "guesses during a lock are counted");
  assert.equal(await lockedFor(service.refuseBanned(caller)), HOUR_MS);
  assert.equal(await lockedFor(restarted(bench).refuseBanned(caller)), HOUR_MS);
  assert.equal(await lockedFor(service.refuseLocked(caller)), HOUR_MS, "the longer lock is reported");
  assert.equal((await (await service.listActive("operator")).all()).length, 2);
});

test("refused calls lead to one ban, which further ones do not extend", async () => {
  const rules: FloodProfile["rules"] = [
    { per: "ip", operation: "refusal", limit: { burst: 3, windowMs: MINUTE_MS }, lockMs: HOUR_MS, reason: "abuse" },
  ];
  await using bench = await openBench({ flood: { ...profile, rules } });
  const service = bench.services.flood;
  for (let count = 0; count < 3; count++) await service.countRefusal(address);
  assert.equal(await lockedFor(service.admit(caller, call)), 0);
  await Promise.all([1, 2, 3].map(() => service.countRefusal(address)));
  assert.equal(await lockedFor(service.admit(caller, call)), HOUR_MS);
  bench.clock.advance(HOUR_MS - 1);
  await service.countRefusal(address);
  assert.equal(await lockedFor(service.admit(caller, call)), 1);
  assert.equal((await (await service.listActive("operator")).all()).length, 1);
  bench.clock.advance(1);
  assert.equal(await lockedFor(service.admit(caller, call)), 0);
});

test("each authentic limit has its number, its subject and its duration", async () => {
  const cases = [
    { operation: "user.info", waitMs: 59_999, kind: "ip", reason: "account-info" },
    { operation: "user.info", waitMs: 299_999, kind: "account", reason: "account-info" },
    { operation: "user.info", waitMs: 300_000 },
    { operation: "file.ls", detail: "7", waitMs: 29_999, kind: "account", reason: "listings" },
    { operation: "file.ls", detail: "7", waitMs: 30_000 },
    { operation: "file.ls", detail: "everything", waitMs: 3_599_999, kind: "account", reason: "listings" },
    { operation: "file.ls", detail: "everything", waitMs: 3_600_000 },
    { operation: "file.ls", waitMs: 1000 },
  ];
  for (const { waitMs, kind, reason, ...subject } of cases) {
    await using bench = await openBench({ flood: floodProfiles.authentic });
    const actor = await bench.account();
    await bench.services.flood.admit(actor, subject);
    bench.clock.advance(waitMs);
    await lockedFor(bench.services.flood.admit(actor, subject));
    const [lock] = await (await bench.services.flood.listActive("operator")).all();
    assert.deepEqual([lock?.kind, lock?.reason], [kind, reason], JSON.stringify(subject));
  }
});

test("a key used from many addresses is locked itself, but not its account's other keys", async () => {
  await using bench = await openBench({ flood: floodProfiles.authentic });
  const owner = await bench.account();
  const key = await bench.keyed(owner);
  const other = await bench.keyed(owner);
  const waits: number[] = [];
  for (let host = 1; host <= 11; host++)
    waits.push(await lockedFor(bench.services.flood.admit({ ...key, address: `198.51.100.${host}` }, call)));
  assert.deepEqual(waits, [...Array<number>(10).fill(0), LOCK_MS]);
  assert.equal(await lockedFor(bench.services.flood.admit(other, call)), 0);
  const [lock] = await (await bench.services.flood.listActive("operator")).all();
  assert.deepEqual([lock?.kind, lock?.subject, lock?.reason], ["key", key.key?.id, "calls"]);
});

test("passwords waiting in one network of an IPv6 /48 delay no other, and the whole /48 has a limit", async () => {
  await using bench = await openBench({ flood: floodProfiles.authentic });
  const { flood } = bench.services;
  const gate = Promise.withResolvers<string>();
  const held = Array.from({ length: 200 }, (_, at) =>
    flood.guess(guest(`2001:db8:7:${at % 2}::1`), () => gate.promise),
  );
  await assert.rejects(
    flood.guess(guest("2001:db8:7:9::1"), async () => "right"),
    { code: "too-busy" },
  );
  assert.equal(await flood.guess(guest("2001:db8:8::1"), async () => "right"), "right");
  gate.resolve("right");
  assert.deepEqual(new Set(await Promise.all(held)), new Set(["right"]));
  const slow = Promise.withResolvers<string>();
  const first = flood.guess(guest("2001:db8:7:1::1"), () => slow.promise);
  assert.equal(
    await flood.guess(guest("2001:db8:7:2::1"), async () => "right"),
    "right",
    "a neighbour's turn is independent",
  );
  slow.resolve("right");
  await first;
});
