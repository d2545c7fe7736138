import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AccountActor,
  createServices,
  DatabaseError,
  floodProfiles,
  guest,
  isDomainError,
  MemoryRateLimiter,
  planInForce,
  type Services,
} from "@consigne/core";
import { noFreeRules } from "@consigne/core/testing";
import {
  address,
  type Bench,
  DAY_MS,
  downloadText,
  HOUR_MS,
  MINUTE_MS,
  openBench,
  overriding,
  uploadTexts,
} from "../_services.ts";

const { authentic } = floodProfiles;
const refusal = (code: string) => (error: unknown) => isDomainError(error) && error.code === code;

/** As after a restart: only the database is remembered. */
function restarted(bench: Bench): Services {
  return createServices(bench.ports, settingsOf(bench));
}

function settingsOf(bench: Bench): Parameters<typeof createServices>[1] {
  return {
    uploads: bench.services.uploads.rules,
    flood: authentic,
    listLimit: 10,
    maxEntries: 100,
    minFreeBytes: 0,
    freeDownloads: noFreeRules,
  };
}

/** Runs `work` while the clock is this far ahead, then corrects it. */
async function setForth<T>(bench: Bench, byMs: number, work: () => Promise<T>): Promise<T> {
  const right = bench.clock.now();
  bench.clock.set(new Date(right.getTime() + byMs));
  const result = await work();
  bench.clock.set(right);
  return result;
}

const threeDaysAhead = <T>(bench: Bench, work: () => Promise<T>) => setForth(bench, 3 * DAY_MS, work);

/** One file in an upload with that id. */
function uploadAs(id: string, { services }: Bench, owner: AccountActor) {
  const uploads = overriding(services.uploads, { offer: () => ({ id }) });
  return uploadTexts({ services: { ...services, uploads } }, owner, { "a.txt": "text" });
}

async function retryAfterMs(services: Pick<Services, "flood">): Promise<number> {
  try {
    await services.flood.refuseLocked(guest(address));
    return 0;
  } catch (error) {
    return error instanceof Error && "retryAfterMs" in error ? Number(error.retryAfterMs) : NaN;
  }
}

test("a lock that started with a clock ahead lasts for its length from now, over any number of restarts", async () => {
  await using bench = await openBench({ flood: authentic });
  const { lockMs } = authentic.rules[0] ?? assert.fail();
  await threeDaysAhead(bench, async () => {
    for (let count = 0; count < 4; count++)
      await bench.services.flood.admit(guest(address), { operation: "file.ls" }).catch(() => undefined);
    assert.ok((await retryAfterMs(bench.services)) > 0);
  });
  const first = restarted(bench);
  assert.equal(await retryAfterMs(first), lockMs);
  const [lock] = await (await first.flood.listActive("operator")).all();
  assert.equal(lock?.lockedUntil.getTime(), bench.clock.now().getTime() + lockMs);
  bench.clock.advance(lockMs - MINUTE_MS);
  assert.equal(await retryAfterMs(restarted(bench)), MINUTE_MS, "a start in between does not reset anything");
  assert.equal(await retryAfterMs(first), MINUTE_MS);
  bench.clock.advance(MINUTE_MS);
  assert.deepEqual([await retryAfterMs(first), await retryAfterMs(restarted(bench))], [0, 0]);
});

test("a lock stays while the clock is set back and forth in one run", async () => {
  await using bench = await openBench({ flood: authentic });
  const { lockMs } = authentic.rules[0] ?? assert.fail();
  for (let count = 0; count < 4; count++)
    await bench.services.flood.admit(guest(address), { operation: "file.ls" }).catch(() => undefined);
  bench.clock.set(new Date(bench.clock.now().getTime() - 2 * HOUR_MS));
  assert.equal(await retryAfterMs(bench.services), lockMs);
  bench.clock.advance(lockMs - 1000);
  assert.equal(await retryAfterMs(bench.services), 1000);
  assert.equal(await retryAfterMs(restarted(bench)), 1000);
  bench.clock.advance(1000);
  assert.deepEqual([await retryAfterMs(bench.services), await retryAfterMs(restarted(bench))], [0, 0]);
});

test("a lock stays while the clock is set forward in one run, unless the operator lifts it", async () => {
  await using bench = await openBench();
  let passedMs = 0;
  const clock = { now: () => bench.clock.now(), elapsedMs: () => passedMs };
  const limiter = new MemoryRateLimiter(clock);
  const { flood } = createServices({ ...bench.ports, clock, limiter }, settingsOf(bench));
  const { lockMs } = authentic.rules[0] ?? assert.fail();
  for (let count = 0; count < 4; count++)
    await flood.admit(guest(address), { operation: "file.ls" }).catch(() => undefined);
  bench.clock.advance(3 * DAY_MS);
  assert.equal(await retryAfterMs({ flood }), lockMs);
  passedMs += lockMs - 1000;
  bench.clock.advance(3 * DAY_MS);
  assert.equal(await retryAfterMs({ flood }), 1000);
  bench.clock.advance(-6 * DAY_MS);
  assert.equal(await retryAfterMs({ flood }), 1000);
  const [lock] = await (await flood.listActive("operator")).all();
  bench.clock.advance(3 * DAY_MS);
  assert.equal(await restarted(bench).flood.release("operator", lock?.id ?? ""), true);
  bench.clock.advance(1000);
  assert.equal(await retryAfterMs({ flood }), 0);
});

test("a download link made by a clock that was ahead has expired, and a running download continues", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { downloads, collector } = bench.services;
  const [file] = await uploadTexts(bench, owner, { "a.txt": "text" });
  const fileId = file?.fileId ?? "";
  const running = await threeDaysAhead(bench, async () => {
    const { text } = await downloads.issueToken(owner, { fileId }, {});
    const stream = await (await downloads.find(text, address)).open();
    return { text, stream };
  });
  await assert.rejects(downloads.find(running.text, address), refusal("download-token-expired"));
  assert.equal((await collector.collect()).tokens, 1);
  await running.stream.recheck();
  await running.stream.close();
  bench.clock.advance(3 * DAY_MS);
  await assert.rejects(downloads.find(running.text, address), refusal("download-token-not-found"));
  assert.equal(await downloadText(bench, owner, fileId), "text");
});

test("a link made just before a small clock correction still works", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": "text" });
  const { text } = await bench.services.downloads.issueToken(owner, { fileId: file?.fileId ?? "" }, {});
  bench.clock.set(new Date(bench.clock.now().getTime() - 2 * MINUTE_MS));
  await bench.services.collector.collect();
  await bench.services.downloads.find(text, address);
});

test("an upload id and its report do not outlive their time, and an upload across the change is kept", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { uploads, collector } = bench.services;
  const options = { folder: "root", domain: undefined, password: "" } as const;
  const begin = async (id: string) => {
    const upload = await uploads.begin(id, owner);
    const file = await upload.openFile({ name: `${id}.txt`, contentType: undefined }, owner);
    await file.write(Buffer.from(id));
    await file.finish();
    return upload;
  };
  const running = await threeDaysAhead(bench, async () => {
    await (await begin("Finished01")).commit(owner, options);
    await begin("BrokenOff1");
    return begin("Running001");
  });
  await assert.rejects(uploads.getReport("Finished01"), refusal("upload-not-found"));
  await collector.collect();
  const again = await begin("BrokenOff1");
  await again.abort();
  const { files } = await running.commit(owner, options);
  await collector.collect();
  assert.equal(await downloadText(bench, owner, files[0]?.fileId ?? ""), "Running001");
  assert.equal((await uploads.getReport("Running001")).files.length, 1);
  bench.clock.advance(DAY_MS);
  await assert.rejects(uploads.getReport("Running001"), refusal("upload-not-found"));
  assert.equal((await bench.services.files.list(owner, "root", {})).count, 2);
});

/** How a server notices that something has expired: somebody uses it, or housekeeping runs. */
const findings: [by: string, asked: boolean][] = [
  ["a call", true],
  ["the housekeeping", false],
];

for (const [by, isAsked] of findings) {
  const sweep = async (bench: Bench) => void (isAsked || (await bench.services.collector.collect()));

  test(`a download link that ${by} found expired stays expired when the clock is set back`, async () => {
    await using bench = await openBench();
    const owner = await bench.account();
    const { downloads } = bench.services;
    const [file] = await uploadTexts(bench, owner, { "a.txt": "text" });
    const issue = async () => (await downloads.issueToken(owner, { fileId: file?.fileId ?? "" }, {})).text;
    const [unused, used, open] = [await issue(), await issue(), await issue()];
    for (const text of [used, open]) await (await (await downloads.find(text, address)).open()).close();
    await setForth(bench, 6 * MINUTE_MS, async () => {
      if (isAsked) await assert.rejects(downloads.find(unused, address), refusal("download-token-expired"));
      await sweep(bench);
    });
    await setForth(bench, HOUR_MS, async () => {
      if (isAsked) await assert.rejects(downloads.find(used, address), refusal("download-token-expired"));
      else await sweep(bench);
    });
    const over = "download-token-expired";
    for (const services of [bench.services, restarted(bench)]) {
      for (const text of [unused, used]) await assert.rejects(services.downloads.find(text, address), refusal(over));
    }
    if (isAsked) await downloads.find(open, address);
  });

  test(`a report that ${by} found expired stays expired when the clock is set back`, async () => {
    await using bench = await openBench();
    const owner = await bench.account();
    const { uploads } = bench.services;
    await uploadAs("Report0001", bench, owner);
    assert.equal((await uploads.getReport("Report0001")).files.length, 1);
    await setForth(bench, 2 * DAY_MS, async () => {
      if (isAsked) await assert.rejects(uploads.getReport("Report0001"), refusal("upload-not-found"));
      await sweep(bench);
    });
    for (const services of [bench.services, restarted(bench)])
      await assert.rejects(services.uploads.getReport("Report0001"), refusal("upload-not-found"));
  });

  test(`an additional link that ${by} found expired stays expired when the clock is set back, until extended`, async () => {
    await using bench = await openBench();
    const owner = await bench.account();
    const { links, folders } = bench.services;
    const end = (ms: number) => new Date(bench.clock.now().getTime() + ms);
    const [file] = await uploadTexts(bench, owner, { "a.txt": "a" });
    const folder = await folders.create(owner, "root", "shared");
    const [ofFile, ofFolder, later] = [
      await links.add(owner, { fileId: file?.fileId ?? "" }, { endsAt: end(2 * DAY_MS) }),
      await links.add(owner, { folder: folder.id }, { endsAt: end(2 * DAY_MS) }),
      await links.add(owner, { fileId: file?.fileId ?? "" }, { endsAt: end(4 * DAY_MS) }),
    ];
    const stranger = guest(address);
    const open = (services: Bench["services"], fileId: string) => services.files.getDetails(stranger, { fileId }, "");
    const list = (services: Bench["services"]) => services.shares.list(stranger, ofFolder.id, undefined);
    await threeDaysAhead(bench, async () => {
      if (isAsked) {
        await assert.rejects(open(bench.services, ofFile.id), refusal("link-ended"));
        await assert.rejects(list(bench.services), refusal("link-ended"));
      }
      await sweep(bench);
    });
    for (const services of [bench.services, restarted(bench)]) {
      await assert.rejects(open(services, ofFile.id), refusal("link-ended"));
      await assert.rejects(list(services), refusal("link-ended"));
      await open(services, later.id);
    }
    for (const { id } of [ofFile, ofFolder]) await links.change(owner, id, { endsAt: end(DAY_MS) });
    await open(bench.services, ofFile.id);
    await list(bench.services);
  });

  test(`a key that ${by} found expired stays expired when the clock is set back, until extended`, async () => {
    await using bench = await openBench();
    const owner = await bench.account();
    const { keys } = bench.services;
    const end = (ms: number) => new Date(bench.clock.now().getTime() + ms);
    const ending = await keys.create("operator", owner.account, { name: "ending", expiresAt: end(2 * DAY_MS) });
    const later = await keys.create("operator", owner.account, { name: "later", expiresAt: end(4 * DAY_MS) });
    await threeDaysAhead(bench, async () => {
      if (isAsked) await assert.rejects(keys.authenticate(ending.text, address), refusal("unknown-credentials"));
      await sweep(bench);
    });
    for (const services of [bench.services, restarted(bench)]) {
      await assert.rejects(services.keys.authenticate(ending.text, address), refusal("unknown-credentials"));
      await services.keys.authenticate(later.text, address);
    }
    await keys.change("operator", ending.key.id, { expiresAt: end(DAY_MS) });
    await keys.authenticate(ending.text, address);
    bench.clock.advance(DAY_MS);
    await assert.rejects(keys.authenticate(ending.text, address), refusal("unknown-credentials"));
    await keys.change("operator", ending.key.id, { expiresAt: undefined });
    assert.equal((await keys.authenticate(ending.text, address)).key?.expiresAt, undefined);
    await keys.authenticate(later.text, address);
  });
}

test("a key whose link was refused because the key had expired stays expired when the clock is set back", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { downloads, keys } = bench.services;
  const [file] = await uploadTexts(bench, owner, { "a.txt": "text" });
  const key = await bench.keyed(owner, { expiresAt: new Date(bench.clock.now().getTime() + MINUTE_MS) });
  const { text } = await downloads.issueToken(key, { fileId: file?.fileId ?? "" }, {});
  await setForth(bench, 2 * MINUTE_MS, () =>
    assert.rejects(downloads.find(text, address), refusal("unknown-credentials")),
  );
  await assert.rejects(downloads.find(text, address), refusal("unknown-credentials"));
  const [listed] = (await keys.list("operator", owner.account)).first;
  assert.ok(listed?.endedAt !== undefined);
});

test("a plan follows the date only: a clock that was ahead takes nobody's plan away", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  await bench.services.accounts.setPlan(
    "operator",
    owner.account,
    "premium",
    new Date(bench.clock.now().getTime() + DAY_MS),
  );
  const planOf = async () =>
    planInForce(await bench.services.accounts.getByEmail("operator", owner.account.email), bench.clock.now())
      .hasApiAccess;
  await threeDaysAhead(bench, async () => {
    assert.equal(await planOf(), false);
    await bench.services.collector.collect();
  });
  assert.equal(await planOf(), true);
});

test("expired items are refused even if no row can be written", async () => {
  const full = async () => Promise.reject(new DatabaseError("full", "disk full"));
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        apiKeys: overriding(database.apiKeys, { endExpired: full }),
        downloadTokens: overriding(database.downloadTokens, { expire: full }),
        uploads: overriding(database.uploads, { expire: full }),
      }),
    }),
  });
  const owner = await bench.account();
  const { downloads, keys, uploads } = bench.services;
  const [file] = await uploadAs("Report0002", bench, owner);
  const link = await downloads.issueToken(owner, { fileId: file?.fileId ?? "" }, {});
  const expiresAt = new Date(bench.clock.now().getTime() + DAY_MS);
  const key = await keys.create("operator", owner.account, { name: "ending", expiresAt });
  bench.clock.advance(2 * DAY_MS);
  await assert.rejects(downloads.find(link.text, address), refusal("download-token-expired"));
  await assert.rejects(keys.authenticate(key.text, address), refusal("unknown-credentials"));
  await assert.rejects(uploads.getReport("Report0002"), refusal("upload-not-found"));
});
