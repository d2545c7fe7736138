import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import type { BenchReport } from "./bench-report.ts";
import { compare, medianOf, meetsAim } from "./figures.ts";
import { type PartName, partNames, readBenchOptions } from "./bench-options.ts";

/**
 * Left out because they start as many servers again, and programs no other test needs, for code that the others also
 * run.
 */
const leftOut = new Set<PartName>(["peers", "trees", "flush"]);
const measuredParts = partNames.filter((part) => !leftOut.has(part));

describe("a quick benchmark run", () => {
  let folder: string;
  after(() => rm(folder, { recursive: true, force: true }));

  test(
    "measures each part whose programs are installed, names the others, and writes its files",
    { timeout: 900_000 },
    async (context) => {
      folder = await mkdtemp(join(tmpdir(), "consigne-bench-test-"));
      const program = join(import.meta.dirname, "main.ts");
      const child = spawn(process.execPath, [program, "--quick", "--no-install", "--out", folder, ...measuredParts], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ended = once(child, "close");
      const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
      assert.equal((await ended)[0], 0, complaint + output);
      const report = JSON.parse(await readFile(join(folder, "performance.json"), "utf8")) as BenchReport;
      const page = await readFile(join(folder, "performance.md"), "utf8");
      for (const { part, reason } of report.skipped) {
        context.diagnostic(`${part} was not measured: ${reason}`);
        assert.ok(page.includes(`Not measured: ${part}, because ${reason}.`));
      }
      const skipped = new Set(report.skipped.map(({ part }) => part));
      const expected = {
        upload: 3,
        tus: 1,
        writes: 2,
        far: 2,
        download: 1,
        requests: 3,
        client: 6,
        start: 8,
        remote: 5,
      };
      const counts = Object.entries(expected).map(([part, count]) => (skipped.has(part as "upload") ? 0 : count));
      assert.equal(
        report.comparisons.length,
        counts.reduce((sum, count) => sum + count, 0),
      );
      assert.equal(report.memory.length, skipped.has("memory") ? 0 : 2);
      assert.equal(report.delays.length, skipped.has("delay") ? 0 : 5);
      assert.ok(report.delays.every(({ name, longestMs }) => longestMs > 0 && page.includes(name)));
      assert.equal(report.pages.length, skipped.has("pages") ? 0 : 12);
      assert.ok(report.pages.every(({ name, figure }) => figure.min >= 0 && page.includes(name)));
      const memories = Object.entries({ client: 2, far: 2 } as const);
      assert.equal(
        report.clientMemory.length,
        memories.reduce((sum, [part, count]) => sum + (skipped.has(part as "client") ? 0 : count), 0),
      );
      assert.equal(report.sync.length, skipped.has("sync") ? 0 : 1);
      for (const { ours, folders, files } of report.sync) {
        assert.ok(ours.first.calls <= 4 * folders + files / 100 && ours.again.calls <= folders + 2);
        assert.deepEqual([ours.first.refused, ours.again.refused], [0, 0]);
      }
      for (const { name, ours, reference, ratio } of report.comparisons) {
        assert.ok(page.includes(name));
        for (const figure of [ours, reference, ratio]) assert.ok(figure.median > 0);
      }
    },
  );
});

describe("the figures", () => {
  test("use the middle of an odd number and the mean of the middle two of an even number", () => {
    assert.equal(medianOf([9, 1, 5]), 5);
    assert.equal(medianOf([4, 1, 9, 2]), 3);
  });

  test("compare neighbours, so that a slow moment of the machine does not count against one side", () => {
    const pairs = [
      { ours: 50, reference: 100 },
      { ours: 5, reference: 10 },
      { ours: 40, reference: 80 },
    ];
    const { ours, ratio } = compare({ name: "x", unit: "MiB/s", referenceName: "y", aim: undefined }, pairs);
    assert.deepEqual({ median: ours.median, min: ours.min, max: ours.max }, { median: 40, min: 5, max: 50 });
    assert.equal(ratio.median, 0.5);
    assert.equal(ratio.min, 0.5);
  });

  test("meet a target by much for a rate and by little for a time", () => {
    const pairs = [{ ours: 11, reference: 10 }];
    const meets = (unit: "MiB/s" | "ms", aim: number) =>
      meetsAim(compare({ name: "x", unit, referenceName: "y", aim }, pairs));
    assert.deepEqual([meets("MiB/s", 0.8), meets("MiB/s", 1.2)], [true, false]);
    assert.deepEqual([meets("ms", 0.8), meets("ms", 1.2)], [false, true]);
  });

  test("meet a target by their own value, or by their difference", () => {
    const pairs = [{ ours: 11, reference: 10 }];
    const meets = (judged: "ours" | "difference", unit: "s" | "requests/s", aim: number) =>
      meetsAim(compare({ name: "x", unit, referenceName: "y", aim, judged }, pairs));
    assert.deepEqual([meets("ours", "requests/s", 11), meets("ours", "requests/s", 12)], [true, false]);
    assert.deepEqual([meets("difference", "s", 1), meets("difference", "s", 0.9)], [true, false]);
  });
});

describe("the options", () => {
  test("write only a full run's figures into the documentation", () => {
    assert.equal(readBenchOptions([], "docs").outputFolder, "docs");
    assert.equal(readBenchOptions(["--quick"], "docs").outputFolder, undefined);
    assert.equal(readBenchOptions(["--only", "upload"], "docs").outputFolder, undefined);
    assert.equal(readBenchOptions(["--only", "upload", "--out", "x"], "docs").outputFolder, "x");
  });

  test("refuse unknown parts and options", () => {
    assert.deepEqual(readBenchOptions(["--only", "memory,upload"], "docs").parts, ["upload", "memory"]);
    assert.deepEqual(readBenchOptions(["memory", "upload"], "docs"), {
      ...readBenchOptions(["--only", "upload,memory"], "docs"),
    });
    assert.throws(() => readBenchOptions(["--only", "uploads"], "docs"), TypeError);
    assert.throws(() => readBenchOptions(["--slow"], "docs"), TypeError);
  });
});
