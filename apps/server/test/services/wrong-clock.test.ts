import assert from "node:assert/strict";
import { test } from "node:test";
import { createServices, floodProfiles, guest, isDomainError, MemoryRateLimiter, type Services } from "@consigne/core";
import { address, type Bench, DAY_MS, downloadText, HOUR_MS, MINUTE_MS, openBench, uploadTexts } from "../_services.ts";

const { authentic } = floodProfiles;
const refusal = (code: string) => (error: unknown) => isDomainError(error) && error.code === code;

/** As after a restart: nothing is remembered but what is in the database. */
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
  };
}

/** Runs `work` while the clock is three days ahead, then puts it right. */
async function threeDaysAhead<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
  const right = bench.clock.now();
  bench.clock.set(new Date(right.getTime() + 3 * DAY_MS));
  const result = await work();
  bench.clock.set(right);
  return result;
}

async function retryAfterMs(services: Pick<Services, "flood">): Promise<number> {
  try {
    await services.flood.refuseLocked(guest(address));
    return 0;
  } catch (error) {
    return error instanceof Error && "retryAfterMs" in error ? Number(error.retryAfterMs) : NaN;
  }
}

test("a lock that began by a clock that was ahead lasts for its length from now, over any number of starts", async () => {
  await using bench = await openBench({ flood: authentic });
  const { lockMs } = authentic.rules[0] ?? assert.fail();
  await threeDaysAhead(bench, async () => {
    for (let count = 0; count < 4; count++)
      await bench.services.flood.admit(guest(address), { operation: "file.ls" }).catch(() => undefined);
    assert.ok((await retryAfterMs(bench.services)) > 0);
  });
  const first = restarted(bench);
  assert.equal(await retryAfterMs(first), lockMs);
  const [lock] = await first.flood.listActive();
  assert.equal(lock?.lockedUntil.getTime(), bench.clock.now().getTime() + lockMs);
  bench.clock.advance(lockMs - MINUTE_MS);
  assert.equal(await retryAfterMs(restarted(bench)), MINUTE_MS, "a start in between begins nothing anew");
  assert.equal(await retryAfterMs(first), MINUTE_MS);
  bench.clock.advance(MINUTE_MS);
  assert.deepEqual([await retryAfterMs(first), await retryAfterMs(restarted(bench))], [0, 0]);
});

test("a lock stays on while the clock is put back and forth in one run", async () => {
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

test("a lock stays on while the clock is set forth in one run, unless the operator lifts it", async () => {
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
  const [lock] = await flood.listActive();
  bench.clock.advance(3 * DAY_MS);
  assert.equal(await restarted(bench).flood.release("operator", lock?.id ?? ""), true);
  bench.clock.advance(1000);
  assert.equal(await retryAfterMs({ flood }), 0);
});

test("a download link made by a clock that was ahead is over, a running download goes on", async () => {
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

test("a link made a moment before a small correction of the clock still works", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": "text" });
  const { text } = await bench.services.downloads.issueToken(owner, { fileId: file?.fileId ?? "" }, {});
  bench.clock.set(new Date(bench.clock.now().getTime() - 2 * MINUTE_MS));
  await bench.services.collector.collect();
  await bench.services.downloads.find(text, address);
});

test("an upload id and its report do not outlast their time, and an upload across the change is kept", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { uploads, collector } = bench.services;
  const wishes = { folder: "root", domain: undefined, password: "" } as const;
  const begin = async (id: string) => {
    const upload = await uploads.begin(id, owner);
    const file = await upload.openFile({ name: `${id}.txt`, contentType: undefined }, owner);
    await file.write(Buffer.from(id));
    await file.finish();
    return upload;
  };
  const running = await threeDaysAhead(bench, async () => {
    await (await begin("Finished01")).commit(owner, wishes);
    await begin("BrokenOff1");
    return begin("Running001");
  });
  await assert.rejects(uploads.getReport("Finished01"), refusal("upload-not-found"));
  await collector.collect();
  const again = await begin("BrokenOff1");
  await again.abort();
  const { files } = await running.commit(owner, wishes);
  await collector.collect();
  assert.equal(await downloadText(bench, owner, files[0]?.fileId ?? ""), "Running001");
  assert.equal((await uploads.getReport("Running001")).files.length, 1);
  bench.clock.advance(DAY_MS);
  await assert.rejects(uploads.getReport("Running001"), refusal("upload-not-found"));
  assert.equal((await bench.services.files.list(owner, "root", {})).count, 2);
});
