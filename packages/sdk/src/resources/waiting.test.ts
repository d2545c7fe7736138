import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkError, ServerError } from "../errors.ts";
import type { Clock } from "../pacing/clock.ts";
import { waitUntilEnded } from "./waiting.ts";

class TestClock implements Clock {
  nowMs = 0;
  now = () => this.nowMs;
  sleep = async (ms: number) => void (this.nowMs += ms);
}
const away = new NetworkError("connection refused");
const broken = new ServerError({ endpoint: "import.show", status: 503, messageText: "restarting" });

/** Looks that come to this one after another: an error, an answer, or `undefined` while it has not ended. */
function waiting(looks: readonly (Error | string | undefined)[], more: { maxMs?: number } = {}) {
  const clock = new TestClock();
  const outages: string[] = [];
  let at = 0;
  const look = async () => {
    const found = looks[Math.min(at++, looks.length - 1)];
    if (found instanceof Error) throw found;
    return found;
  };
  const onOutage = ({ name }: Error) => void outages.push(name);
  const wait = { clock, signal: undefined, what: "Import 3", look, onOutage, maxOutageMs: 60_000, ...more };
  return { clock, outages, ended: waitUntilEnded(wait) };
}

test("waiting continues while the server restarts, and reports it", async () => {
  const { ended, outages, clock } = waiting([undefined, away, broken, undefined, away, "done"]);
  assert.equal(await ended, "done");
  assert.deepEqual(outages, ["NetworkError", "ServerError", "NetworkError"]);
  assert.equal(clock.nowMs, 50_000);
});

test("waiting ends when the server was away too long, however often it returned before", async () => {
  const { ended, clock } = waiting([undefined, away, undefined, away]);
  await assert.rejects(ended, away);
  assert.ok(clock.nowMs >= 80_000 && clock.nowMs <= 90_000, `${clock.nowMs}`);
});

test("waiting ends at once if no server ever answered, its certificate is untrusted, or it refuses", async () => {
  await assert.rejects(waiting([away]).ended, away);
  const untrusted = new NetworkError("certificate", { isUntrusted: true });
  await assert.rejects(waiting([undefined, untrusted]).ended, untrusted);
  const bug = new TypeError("no such function");
  await assert.rejects(waiting([undefined, bug]).ended, bug);
});

test("the maximum wait includes outages", async () => {
  await assert.rejects(
    waiting([undefined, away], { maxMs: 30_000 }).ended,
    /Import 3 was not finished within 30000 ms/,
  );
});
