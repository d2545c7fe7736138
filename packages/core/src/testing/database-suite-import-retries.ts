import assert from "node:assert/strict";
import { test } from "node:test";
import { messageBytesOf, textBytesOf } from "../imports/import-texts.ts";
import { begun, due, entry } from "./database-suite-import-samples.ts";
import { at, may, type OpenDatabase } from "./database-suite-samples.ts";

export function importRetryTests(open: OpenDatabase): void {
  test("restarts what has ended, and reopens what failed, in parts", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id } = await begun(opened.database);
    const folder = { isFolder: true, sizeBytes: undefined };
    const names = ["a", "b", "c"].map((name) => entry(name));
    await imports.addEntries(id, [entry("no", { state: "failed" }), entry("f", folder), ...names], { collisions: 0 });
    await imports.endEntry(id, 0, { state: "done", messages: [] });
    assert.equal(await imports.hasRetriable(id), false);
    for (const place of [2, 3, 4]) {
      await imports.noteAttempt(id, place, { attempts: 8, notBefore: at(50), messages: [] });
      await imports.endEntry(id, place, { state: "failed", messages: [{ code: "text", text: "no" }] });
    }
    assert.equal(await imports.hasRetriable(id), true);
    const again = { jobId: "next", sealedAccess: "new access", apiKeyId: undefined, address: "192.0.2.9" };
    await imports.reopen(may(id) as never, again);
    assert.equal((await imports.findById(id))?.jobId, "job", "only ended entries are restarted");
    await imports.handOver(id, { jobId: "job", messages: [], pauses: 5 });
    await imports.end(id, { state: "failed", at: at(9), messages: [{ code: "server-failed" }] });
    await imports.reopen(may(id) as never, again);
    const { state, messages, pauses, endedAt, ...found } = (await imports.findById(id))!;
    assert.deepEqual([state, messages, pauses, endedAt], ["walking", [], 0, undefined]);
    assert.deepEqual({ ...found, ...again }, found);
    const next = (after: number) => imports.reopenFailed(id, { after, limit: 2, now: at(60) });
    assert.deepEqual([await next(-1), await next(3), await next(4)], [3, undefined, undefined]);
    const { tallies } = (await imports.findById(id))!;
    assert.deepEqual(tallies.folders, { open: 1, done: 1, failed: 0 });
    assert.deepEqual(
      [tallies.files.open, tallies.files.failed],
      [
        { count: 3, bytes: 30 },
        { count: 1, bytes: 10 },
      ],
    );
    assert.deepEqual(
      (await imports.listDue(id, "file", due())).map(({ place, attempts, messages: said }) => [place, attempts, said]),
      [
        [5, 0, []],
        [3, 0, []],
        [4, 0, []],
      ],
    );
  });

  test("counts the space taken by the texts of entries through every change", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id } = await begun(opened.database);
    const textBytes = async () => (await imports.findById(id))?.textBytes;
    const say = (text: string) => ({ messages: [{ code: "text", text } as const], notBefore: at(5) });
    const failed = { state: "failed", ...say("é") } as const;
    const entries = [entry("é"), entry("b"), entry("no", failed)];
    const names = entries.reduce((sum, each) => sum + textBytesOf(each), 0);
    const added = (text: string) => messageBytesOf(say(text).messages);
    await imports.addEntries(id, entries, { collisions: 0 });
    assert.equal(await textBytes(), names);
    await imports.noteAttempt(id, 1, { attempts: 1, ...say("é") });
    await imports.noteAttempt(id, 1, { attempts: 2, ...say("busy, busy") });
    await imports.noteAttempt(id, 1, { attempts: 3, notBefore: at(9) });
    assert.equal(await textBytes(), names + added("busy, busy"));
    const [tried] = await imports.listDue(id, "file", due());
    assert.deepEqual([tried?.place, tried?.messages], [2, []]);
    await imports.endEntry(id, 1, { state: "failed", ...say("gone") });
    await imports.noteAttempt(id, 1, { attempts: 4, ...say("too late") });
    assert.equal(await textBytes(), names + added("gone"));
    await imports.reopenFailed(id, { after: -1, limit: 9, now: at(10) });
    assert.equal(await textBytes(), names);
    await imports.removeUnfinished(id, 99);
    assert.equal(await textBytes(), 0);
  });
}
