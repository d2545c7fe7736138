import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../check-stage.ts";
import { type BenchOptions, type PartName, readBenchOptions, usage } from "./bench-options.ts";
import { fullPlan, neededDiskBytes, quickPlan } from "./bench-plan.ts";
import { measureClient } from "./client-part.ts";
import { measureDelay } from "./delay-part.ts";
import { measureFar } from "./far-part.ts";
import { measureFlush } from "./flush-part.ts";
import { measurePeers } from "./peers-part.ts";
import { measureTus } from "./tus-part.ts";
import { measureTrees } from "./trees-part.ts";
import { measureWrites } from "./writes-part.ts";
import type { ClientMemory } from "./figures.ts";
import { findLacking } from "./bench-programs.ts";
import { type BenchReport, emptyReport, renderFigures, writeReport } from "./bench-report.ts";
import { type BenchRun, openBenchRun } from "./bench-run.ts";
import { measureMemory } from "./memory-part.ts";
import { measurePages } from "./pages-part.ts";
import { measureRemote } from "./remote-part.ts";
import { measureRequests } from "./requests-part.ts";
import { measureStart } from "./start-part.ts";
import { measureSync } from "./sync-part.ts";
import { runTimed } from "./timed-command.ts";
import { measureDownload, measureUpload, measureUploadsAtOnce } from "./transfer-parts.ts";

const documentation = join(repositoryRoot, "docs");

async function main(options: BenchOptions): Promise<void> {
  const startedAt = performance.now();
  const report = emptyReport(options);
  const lacking = findLacking(options.parts, options.mayInstall);
  const plan = options.isQuick ? quickPlan : fullPlan;
  await requireRoom(neededDiskBytes(plan));
  await using run = await openBenchRun(tmpdir(), plan);
  for (const part of options.parts) {
    const reason = reasonToSkip(part, lacking.get(part) ?? []);
    if (reason === undefined) await measure(part, run, report);
    else report.skipped.push({ part, reason });
  }
  report.seconds = (performance.now() - startedAt) / 1000;
  console.log(`\n${renderFigures(report)}`);
  if (options.outputFolder === undefined) return;
  const written = await writeReport(report, options.outputFolder);
  if (options.outputFolder === documentation) {
    await runTimed([join(repositoryRoot, "node_modules/.bin/oxfmt"), "--write", ...written]);
  }
  console.log(`Written: ${written.join(", ")}`);
}

function reasonToSkip(part: PartName, lacking: readonly string[]): string | undefined {
  if (lacking.length > 0) return `this machine has no ${lacking.join(" and no ")}`;
  if (["memory", "client", "sync", "peers", "trees", "flush", "far"].includes(part) && !existsSync("/proc/self/status"))
    return "only Linux tells a program's peak";
  if (["remote", "start"].includes(part) && !existsSync("/proc/self/stat"))
    return "only Linux tells a program's processor time";
  if (part === "client" && availableParallelism() < 2) return "it needs two cores";
  return undefined;
}

async function measure(part: PartName, run: BenchRun, report: BenchReport): Promise<void> {
  console.log(`Measuring ${part} ...`);
  switch (part) {
    case "upload":
      report.comparisons.push(...(await measureUpload(run)), ...(await measureUploadsAtOnce(run)));
      return;
    case "tus":
      report.comparisons.push(...(await measureTus(run)));
      return;
    case "download":
      report.comparisons.push(...(await measureDownload(run)));
      return;
    case "requests":
      report.comparisons.push(...(await measureRequests(run)));
      return;
    case "memory":
      report.memory.push(...(await measureMemory(run)));
      return;
    case "delay":
      report.delays.push(...(await measureDelay(run)));
      return;
    case "peers":
      addTo(report, await measurePeers(run));
      return;
    case "trees":
      addTo(report, await measureTrees(run));
      return;
    case "flush":
      addTo(report, await measureFlush(run));
      return;
    case "writes":
      report.comparisons.push(...(await measureWrites(run)));
      return;
    case "far":
      addTo(report, await measureFar(run));
      return;
    case "client":
      addTo(report, await measureClient(run));
      return;
    case "sync":
      report.sync.push(await measureSync(run));
      return;
    case "start":
      report.comparisons.push(...(await measureStart(run)));
      return;
    case "remote":
      report.comparisons.push(...(await measureRemote(run)));
      return;
    case "pages":
      report.pages.push(...(await measurePages(run)));
      return;
  }
}

function addTo(
  report: BenchReport,
  measured: Partial<Pick<BenchReport, "comparisons" | "delays">> & { memory?: ClientMemory[] },
): void {
  report.comparisons.push(...(measured.comparisons ?? []));
  report.delays.push(...(measured.delays ?? []));
  report.clientMemory.push(...(measured.memory ?? []));
}

async function requireRoom(neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize > neededBytes) return;
  const needed = (neededBytes / 1024 ** 3).toFixed(1);
  throw new Error(`${tmpdir()} has no ${needed} GiB free; choose another folder with TMPDIR.`);
}

function optionsOrUsage(): BenchOptions | undefined {
  try {
    return readBenchOptions(process.argv.slice(2), documentation);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

const options = optionsOrUsage();
if (options === undefined) process.exitCode = 2;
else await main(options);
