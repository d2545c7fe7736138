import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { familyTicks } from "./process-times.ts";

const skip = familyTicks(process.pid) === undefined ? "this system tells nothing in /proc" : false;

test("a process whose parent was killed still belongs to the family of those who knew it", { skip }, async () => {
  const program = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["inherit", "ignore", "ignore"] });
    child.on("spawn", () => console.log(child.pid));`;
  const parent = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout.setEncoding("utf8"), "data")) as [string];
  const pid = Number(line);
  try {
    const before = familyTicks(process.pid) ?? new Map<number, number>();
    assert.ok(before.has(parent.pid ?? 0) && before.has(pid));
    parent.kill("SIGKILL");
    await once(parent, "exit");
    assert.equal(familyTicks(process.pid)?.has(pid), false);
    const after = familyTicks(process.pid, before.keys()) ?? new Map<number, number>();
    assert.deepEqual([after.has(pid), after.has(parent.pid ?? 0)], [true, false]);
  } finally {
    process.kill(pid, "SIGKILL");
  }
});
