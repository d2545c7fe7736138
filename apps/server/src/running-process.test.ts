import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { nameOfProcess, runsHere } from "./running-process.ts";

test(
  "a process is distinguished from others, and known to have ended",
  { skip: process.platform !== "linux" },
  async () => {
    const own = await nameOfProcess(process.pid);
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const name = await nameOfProcess(child.pid ?? 0);
    assert.ok(own !== undefined && name !== undefined && own !== name);
    assert.deepEqual([await runsHere(own), await runsHere(name)], [true, true]);
    const later = name.replace(/^(\d+) (\d+)/, (_all, pid: string, started: string) => `${pid} ${Number(started) + 1}`);
    assert.equal(await runsHere(later), false, "another process had that number");
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(await runsHere(name), false);
    assert.equal(await runsHere("nobody"), false);
  },
);
