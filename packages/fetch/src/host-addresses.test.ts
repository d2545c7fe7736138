import assert from "node:assert/strict";
import { test } from "node:test";
import { inTurns, reachableAddresses } from "./host-addresses.ts";
import { OpenEnds } from "./open-ends.ts";

test("names abandoned while others were looked up are never looked up", async () => {
  const asked: string[] = [];
  const slow: PromiseWithResolvers<string[]>[] = [];
  const resolve = inTurns(async (host) => {
    asked.push(host);
    if (!host.startsWith("slow")) return ["192.0.2.1"];
    const answer = Promise.withResolvers<string[]>();
    slow.push(answer);
    return answer.promise;
  }, 2);
  const find = (host: string, connectMs: number) =>
    reachableAddresses(host, { resolve, mayReach: () => true, connectMs }, new OpenEnds(new AbortController().signal));
  const unknown = { failure: "host-unknown" };
  // Twice as many as run at once: all are given up, and the first two still take their slots.
  const given = await Promise.allSettled(["slow1", "slow2", "slow3", "slow4"].map((host) => find(host, 50)));
  assert.deepEqual(
    given.map((one) => one.status === "rejected" && (one.reason as typeof unknown).failure),
    ["host-unknown", "host-unknown", "host-unknown", "host-unknown"],
  );
  const good = find("good", 60_000);
  assert.deepEqual(asked, ["slow1", "slow2"]);
  slow[0]?.reject(new Error("no answer"));
  assert.deepEqual(await good, ["192.0.2.1"]);
  assert.deepEqual(asked, ["slow1", "slow2", "good"]);
  slow[1]?.resolve([]);
  assert.deepEqual(await find("next", 60_000), ["192.0.2.1"]);
});
