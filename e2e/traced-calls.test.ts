import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { watchCalls } from "./_traced-calls.ts";

suite("the reader of strace logs", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "consigne-traced-"))));
  after(() => rm(folder, { recursive: true }));

  const seenIn = async (name: string, lines: readonly string[]): Promise<string[]> => {
    const log = join(folder, name);
    await writeFile(log, [...lines, "7  +++ killed by SIGKILL +++", ""].join("\n"));
    const seen: string[] = [];
    await watchCalls(log, {
      began: (thread, call) => seen.push(`${thread} ${call.name} began`),
      ended: (thread, call) => seen.push(`${thread} ${call.name} ended with ${call.result}`),
    });
    return seen;
  };

  test("reports calls that ended, even when interleaved with other threads", async () => {
    const lines = [
      '7  write(3<TCP:[1]>, "\\x41", 1 <unfinished ...>',
      "8  fsync(4</a>) = 0",
      "7  <... write resumed>) = 1",
    ];
    const expected = ["7 write began", "8 fsync began", "8 fsync ended with 0", "7 write ended with 1"];
    assert.deepEqual(await seenIn("between", lines), expected);
  });

  test("reports a call as started when the program was killed during it", async () => {
    assert.deepEqual(await seenIn("killed", ['7  write(3<TCP:[1]>, "\\x41", 1) = ?']), ["7 write began"]);
  });

  test("reports a call restarted by a signal once", async () => {
    const lines = ["7  fsync(4</a>) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)", "7  fsync(4</a>) = 0"];
    assert.deepEqual(await seenIn("again", lines), ["7 fsync began", "7 fsync ended with 0"]);
  });
});
