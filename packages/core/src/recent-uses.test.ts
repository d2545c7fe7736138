import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RecentUses } from "./recent-uses.ts";

suite("the last uses of keys and sessions", () => {
  const at = (seconds: number) => new Date(seconds * 1000);

  test("are written once a minute, and again if the clock was set back", () => {
    const uses = new RecentUses();
    const key = { id: "a", lastUsedAt: undefined };
    assert.deepEqual(
      [100, 101, 159, 160, 161, 50, 51].map((seconds) => uses.isDue(key, at(seconds))),
      [true, false, false, true, false, true, false],
    );
    assert.equal(uses.isDue({ id: "b", lastUsedAt: at(30) }, at(60)), false);
    assert.equal(uses.isDue({ id: "b", lastUsedAt: at(30) }, at(90)), true);
  });

  test("are forgotten after a while, even if one key is used all the time", () => {
    const uses = new RecentUses();
    for (let seconds = 0; seconds < 100_000; seconds += 60) {
      uses.isDue({ id: "busy", lastUsedAt: undefined }, at(seconds));
      for (let each = 0; each < 10; each += 1)
        uses.isDue({ id: `${seconds} ${each}`, lastUsedAt: undefined }, at(seconds));
    }
    assert.ok(uses.count <= 22, String(uses.count));
  });
});
