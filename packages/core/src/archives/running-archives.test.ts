import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RunningArchives } from "./running-archives.ts";

const refusal = (code: string) => ({ name: "DomainError", code });

suite("running archives", () => {
  test("are limited to four per caller, and each that ends makes room", () => {
    const running = new RunningArchives();
    const [first] = Array.from({ length: 4 }, () => running.take("one"));
    assert.throws(() => running.take("one"), refusal("too-many-downloads"));
    first?.[Symbol.dispose]();
    running.take("one");
  });

  test("are limited to eight for guests of one network, so that others have room", () => {
    const running = new RunningArchives();
    const ofNetwork = Array.from({ length: 8 }, (_, index) => running.take(`guest ${index}`, "network"));
    assert.throws(() => running.take("guest 9", "network"), refusal("too-many-downloads"));
    for (let index = 0; index < 8; index++) running.take(`other ${index}`);
    assert.throws(() => running.take("yet another"), refusal("too-busy"));
    for (const each of ofNetwork) each[Symbol.dispose]();
    for (let index = 0; index < 8; index++) running.take(`guest ${index}`, "network");
    assert.throws(() => running.take("yet another"), refusal("too-busy"), "an ended archive is subtracted once");
  });
});
