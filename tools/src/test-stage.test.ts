import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { writtenBytesOfThis } from "./process-times.ts";
import type { TestOutcome } from "./test-stage.ts";

const stage = pathToFileURL(join(import.meta.dirname, "test-stage.ts")).href;

const lacksProc = existsSync("/proc/self/stat") ? false : "no /proc tells what processes do";

/** Writes to a disk in memory are not counted. */
function lacksCountedWrites(): string | false {
  const before = writtenBytesOfThis();
  const folder = mkdtempSync(join(tmpdir(), "test-stage-"));
  writeFileSync(join(folder, "file"), "x", { flush: true });
  rmSync(folder, { recursive: true });
  return writtenBytesOfThis() === before ? "nobody counts what is written to the temporary folder" : false;
}

interface Ended {
  outcome: TestOutcome;
  report: string;
}

/** Runs them in a separate process, because node:test does not start runs within a run. */
async function runIn(files: Record<string, string>, options: object = {}, setUp = ""): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "test-stage-"));
  try {
    mkdirSync(join(folder, "e2e"));
    for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
    const given = JSON.stringify({ cwd: folder, ...options });
    const script = `
      const { runTests } = await import(${JSON.stringify(stage)});
      const options = ${given};
      ${setUp}
      const outcome = await runTests(${JSON.stringify(Object.keys(files))}, options);
      process.stdout.write("\\nOUTCOME " + JSON.stringify(outcome));`;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    writeFileSync(join(folder, "driver.mjs"), script);
    const child = spawn(process.execPath, [join(folder, "driver.mjs")], {
      env: { ...env, FOLDER: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    for await (const text of child.stdout.setEncoding("utf8")) output += String(text);
    const [report = "", outcome = ""] = output.split("\nOUTCOME ");
    return { report, outcome: JSON.parse(outcome) as TestOutcome };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const plain = (body: string) =>
  `import test from "node:test"; import fs from "node:fs"; import os from "node:os"; ${body}`;

suite("the test runner", () => {
  test("passes if everything passed, and ends with node:test's counts", async () => {
    const { outcome, report } = await runIn({
      "b.test.ts": plain('test("first", () => {});'),
      "a.test.ts": plain('test("second", () => {});'),
    });
    assert.equal(outcome.isPassed, true);
    assert.match(report, /ℹ tests 2\n[^]*ℹ pass 2\nℹ fail 0\n/);
    assert.ok(report.indexOf("first") < report.indexOf("second"), "files ran in a different order");
  });

  test("fails on a failing test, a file that cannot start, and one that never ends", async () => {
    for (const source of ['test("a", () => { throw new Error("no"); });', "process.exit(3);", "missing();"]) {
      const { outcome } = await runIn({ "a.test.ts": plain(source), "b.test.ts": plain('test("b", () => {});') });
      assert.equal(outcome.isPassed, false, source);
    }
    const endless = plain('setInterval(() => {}, 1000); test("a", () => new Promise(() => {}));');
    const { outcome } = await runIn({ "a.test.ts": endless }, { timeoutMs: 1000 });
    assert.equal(outcome.isPassed, false);
  });

  test("ends a test after its time limit, and says what it waited for", async () => {
    const waiting = `
      import { createServer } from "node:net";
      test("a", async () => { createServer().listen(0, "127.0.0.1"); await new Promise(() => {}); });
      test("b", { timeout: 60_000 }, () => new Promise((resolve) => setTimeout(resolve, 1500)));
      test("ends", () => setImmediate(() => process.exit()));`;
    const { outcome, report } = await runIn({ "a.test.ts": plain(waiting) }, { testTimeoutMs: 1000 });
    assert.equal(outcome.isPassed, false);
    assert.match(report, /✖ a [^]*test timed out after 1000ms/);
    assert.match(report, /✔ b /);
    assert.match(report, /a: gave up; still open: server at [{]"address":"127\.0\.0\.1"/);
  });

  test("gives up when nothing happens any more, and leaves working tests alone", { skip: lacksProc }, async () => {
    const waiting = `
      import { spawn } from "node:child_process";
      test("waits", async () => { spawn("sleep", ["60"]); await new Promise(() => {}); });`;
    const working = `
      import { spawn } from "node:child_process";
      import { once } from "node:events";
      const busy = "const end = Date.now() + 4000; while (Date.now() < end);";
      test("works", () => { const end = Date.now() + 4000; while (Date.now() < end); });
      test("lets work", async () => { await once(spawn(process.execPath, ["-e", busy]), "exit"); });`;
    const files = { "a.test.ts": plain(waiting), "b.test.ts": plain(working) };
    const { outcome, report } = await runIn(files, { idleMs: 2000 });
    assert.equal(outcome.isPassed, false);
    assert.match(report, /waits: nothing has happened for 2000 ms; open: program `sleep 60`/);
    assert.match(report, /✔ works [^]*✔ lets work /);
    assert.match(report, /ℹ fail 1\n/);
  });

  test("leaves tests that wait for a disk alone", { skip: lacksCountedWrites() }, async () => {
    const writing = `
      import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
      import { setTimeout as sleep } from "node:timers/promises";
      test("writes", async () => {
        const folder = mkdtempSync("./written-");
        const file = openSync(folder + "/file", "w");
        for (let count = 0; count < 8; count++) {
          writeSync(file, "x");
          fsyncSync(file);
          await sleep(500);
        }
        closeSync(file);
        rmSync(folder, { recursive: true });
      });`;
    const { outcome, report } = await runIn({ "a.test.ts": plain(writing) }, { idleMs: 2000 });
    assert.equal(outcome.isPassed, true, report);
  });

  test("counts files that mostly wait together with the others", async () => {
    const names = ["a.test.ts", "e2e/rclone-x.test.ts", "e2e/rclone-y.test.ts"];
    const { outcome, report } = await runIn(
      Object.fromEntries(names.map((name) => [name, plain(`test("${name}", () => {});`)])),
    );
    assert.equal(outcome.isPassed, true);
    assert.equal(report.match(/ℹ tests 3\n/g)?.length, 1);
    assert.equal(report.match(/ℹ pass /g)?.length, 1);
    const failing = { "a.test.ts": plain('test("a", () => {});'), "e2e/rclone.test.ts": plain("missing();") };
    assert.equal((await runIn(failing)).outcome.isPassed, false);
  });

  test("reports the longest files, and the time that they and their programs worked", async () => {
    const busy = "while (process.cpuUsage().user < 1e6) for (let i = 0; i < 1e6; i++);";
    const slow = `
      const { execFileSync } = await import("node:child_process");
      test("b", () => void execFileSync(process.execPath, ["-e", ${JSON.stringify(busy)}]));
      test("c", () => new Promise((resolve) => setTimeout(resolve, 3000)));`;
    const { outcome } = await runIn({ "quick.test.ts": plain('test("a", () => {});'), "slow.test.ts": plain(slow) });
    const [first = "", second] = outcome.slowest;
    assert.match(first, /^ +\d+\.\d s, of the processor +[1-9]\d*\.\d s {2}slow\.test\.ts$/);
    assert.match(second ?? "", /^ +\d+\.\d s, of the processor +0\.\d s {2}quick\.test\.ts$/);
    assert.ok(outcome.workMs >= 1000, String(outcome.workMs));
  });

  test("runs bundled files, and reports places in their source", async () => {
    const joining = `
      const { JoinedTests } = await import(${JSON.stringify(new URL("joined/joined-tests.ts", stage).href)});
      using joined = await JoinedTests.join(options.cwd, ["e2e/a.test.ts"], []);
      options.joined = joined;`;
    const failing = `
      console.error("at", new Error("told").stack.split("\\n")[1]);

      test("named", () => { throw new Error("no", { cause: new Error("deep") }); });`;
    const { outcome, report } = await runIn({ "e2e/a.test.ts": plain(failing) }, {}, joining);
    assert.equal(outcome.isPassed, false);
    assert.match(outcome.slowest.join(), /s {2}e2e\/a\.test\.ts$/);
    assert.match(report, /test at \S+\/e2e\/a\.test\.ts:4:\d+\n/);
    assert.equal(report.match(/\/test-stage-\w+\/e2e\/a\.test\.ts:4:\d+/g)?.length, 3, report);
    assert.match(report, /at +at \S*\/e2e\/a\.test\.ts:2:\d+/);
    assert.doesNotMatch(report, /\.mjs/);
    const broken = await runIn({ "e2e/a.test.ts": plain("process.exit(3);") }, {}, joining);
    assert.match(broken.report, /✖ \S+\/e2e\/a\.test\.ts /);
  });

  test("tracks no promises in bundled files, and says in which test an error was not caught", async () => {
    const joining = `
      const { JoinedTests } = await import(${JSON.stringify(new URL("joined/joined-tests.ts", stage).href)});
      using joined = await JoinedTests.join(options.cwd, ["e2e/a.test.ts"], []);
      options.joined = joined;`;
    const careless = `
      const { createHook, executionAsyncId } = await import("node:async_hooks");
      const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      let order = "";
      test.suite("outer", () => {
        test.before(() => wait(1).then(() => (order += "outer ")));
        test.suite("inner", () => {
          test.before(() => wait(1).then(() => (order += "inner ")));
          test("is within", () => assert.equal(order, "outer inner "));
        });
      });
      test("throws", async () => {
        await wait(1);
        setTimeout(() => { throw new Error("thrown"); });
        await wait(100);
      });
      test("rejects", async () => {
        await wait(1);
        void Promise.reject(new Error("rejected"));
        await wait(100);
      });
      test("others follow promises", async () => {
        const made = [];
        const hook = createHook({ init: (id, type) => made.push(type) }).enable();
        await Promise.resolve();
        hook.disable();
        assert.ok(made.includes("PROMISE"));
      });`;
    const follows = 'test("followed: " + (await Promise.resolve().then(executionAsyncId) > 1), () => {});';
    const source = `import assert from "node:assert/strict"; ${plain(careless + follows)}`;
    const { outcome, report } = await runIn({ "e2e/a.test.ts": source }, {}, joining);
    assert.equal(outcome.isPassed, false);
    assert.match(report, /▶ inner\n +✔ is within .*\n +✔ inner .*\n✔ outer /);
    assert.match(report, /followed: false/);
    assert.match(report, /throws: uncaughtException: Error: thrown\n +at \S* ?\(?\S*\/e2e\/a\.test\.ts:14:/);
    assert.match(report, /rejects: unhandledRejection: Error: rejected\n/);
    assert.match(report, /✔ others follow promises /);
    assert.match(report, /✖ \S+\/e2e\/a\.test\.ts /);
    const alone = await runIn({ "a.test.ts": source });
    assert.match(alone.report, /followed: true[^]*✖ throws /);
  });

  test("names what was skipped and why", async () => {
    const { outcome } = await runIn({
      "a.test.ts": plain('test("a", { skip: "no rclone" }, () => {}); test.skip("b", () => {});'),
    });
    assert.deepEqual(outcome.skipped, ["a (no rclone)", "b"]);
    assert.equal(outcome.isPassed, true);
  });

  test("keeps the user's cache from the tests, except for their programs, and names what they wrote there", async () => {
    const body = `test("a", () => {
      const cache = process.env.XDG_CACHE_HOME;
      assert.deepEqual(fs.readdirSync(cache), ["consigne-tests"]);
      fs.mkdirSync(cache + "/consigne/compiled", { recursive: true });
      fs.writeFileSync(cache + "/consigne/pace-1.json", "{}");
    });`;
    const { outcome } = await runIn({ "a.test.ts": `import assert from "node:assert/strict"; ${plain(body)}` });
    assert.deepEqual([outcome.isPassed, outcome.leftBehind], [true, ["cache/consigne/pace-1.json"]]);
  });

  test("runs for a user without a writable home", async () => {
    const { outcome } = await runIn(
      { "a.test.ts": plain('test("a", () => {});') },
      {},
      `process.env.XDG_CACHE_HOME = "/dev/null";`,
    );
    assert.deepEqual([outcome.isPassed, outcome.leftBehind], [true, []]);
  });

  test("names and removes what tests leave in the temporary folder", async () => {
    const body = `test("a", () => {
      fs.mkdtempSync(os.tmpdir() + "/forgotten-");
    });`;
    const { outcome, report } = await runIn({
      "a.test.ts": plain(body),
      "b.test.ts": plain(`test("where " + os.tmpdir(), () => {});`),
    });
    assert.match(outcome.leftBehind.join(), /^forgotten-\w+$/);
    const folder = /where (\S+)/.exec(report)?.[1] ?? "";
    assert.match(folder, /consigne-test-/);
    assert.equal(existsSync(folder), false);
  });

  test("removes its folder although a test that was killed left a disk mounted in it", async (t) => {
    const body = `test("in " + os.tmpdir(), () => {
      const disk = fs.mkdtempSync(os.tmpdir() + "/disk-");
      const { status } = process.getBuiltinModule("node:child_process").spawnSync("mount", ["-t", "tmpfs", "none", disk]);
      if (status === 0) fs.writeFileSync(disk + "/x", "x");
      else console.log("no mount");
    });`;
    const { outcome, report } = await runIn({ "a.test.ts": plain(body) });
    if (report.includes("no mount")) return t.skip("this user may not mount");
    assert.ok(outcome.isPassed, report);
    const folder = /in (\S+)/.exec(report)?.[1] ?? "";
    assert.match(folder, /consigne-test-/);
    assert.equal(existsSync(folder), false);
  });

  test("stops the running files when told to", async () => {
    const endless = plain('setInterval(() => {}, 1000); test("a", () => new Promise(() => {}));');
    const stopper =
      "const stop = new AbortController(); options.signal = stop.signal; setTimeout(() => stop.abort(), 500);";
    const { outcome } = await runIn({ "a.test.ts": endless }, {}, stopper);
    assert.equal(outcome.isPassed, false);
  });
});
