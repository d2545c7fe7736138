import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import type { JoinedTests } from "./joined/joined-tests.ts";
import { tellSources } from "./joined/told-sources.ts";
import { mergeReports, type ReportEvent } from "./merged-reports.ts";
import { mostlyWaits, waitsForNetwork } from "./test-files.ts";

/** One more than there are processors: each waits for the disk now and then. Half a gigabyte is enough for a file. */
const CONCURRENT_FILES = Math.max(2, Math.min(availableParallelism() + 1, Math.floor(totalmem() / 512 / 1024 ** 2)));
/** Files that leave the processor to others run beside those. */
const CONCURRENT_WAITING_FILES = 2;
const FILE_TIMEOUT_MS = 1_800_000;
/** A file in which nothing has happened for so long is given up, and says what it waited for (`test-deadline.ts`). */
const IDLE_MS = 60_000;
const NETWORK_IDLE_MS = 300_000;
/**
 * A test that works may take so long: on a busy machine one that runs real programs needs some minutes. One that works
 * for longer names a `timeout` of its own.
 */
const TEST_TIMEOUT_MS = 240_000;
const SLOWEST_FILES = 10;
/** Lets node:test report its own timeout before the process is ended. */
const DEADLINE_GRACE_MS = 1000;

/** Loaded into each file's process. */
function deadlineFlags(idleMs: number): string[] {
  return ["--import", `${import.meta.resolve("./test-deadline.ts")}?idleMs=${idleMs}`];
}

export interface TestOutcome {
  isPassed: boolean;
  /** `name (reason)` of every test that was skipped. */
  skipped: string[];
  /** Names of what tests left in their temporary folder; it is removed all the same. */
  leftBehind: string[];
  /** `seconds path` of the files that took longest, the slowest first. */
  slowest: string[];
}

export interface TestRunOptions {
  cwd: string;
  /** Runs what was joined from the files instead, and tells of the files. */
  joined?: JoinedTests | undefined;
  signal?: AbortSignal;
  timeoutMs?: number;
  testTimeoutMs?: number;
  idleMs?: number;
}

/**
 * Runs the files with node:test and writes its report to stdout. They start in the order given, those that mostly wait in
 * a row of their own.
 */
export async function runTests(files: readonly string[], options: TestRunOptions): Promise<TestOutcome> {
  const timeoutMs = options.timeoutMs ?? FILE_TIMEOUT_MS;
  process.env["CONSIGNE_TEST_DEADLINE_MS"] = String(timeoutMs + DEADLINE_GRACE_MS);
  // Reading TypeScript anew is a third of the work of a short test, and of each program that tests start.
  process.env["NODE_COMPILE_CACHE"] ??=
    options.joined?.compiledFolder ?? join(options.cwd, "node_modules/.cache/compiled");
  return withOwnTemporaryFolder(async (leftBehind) => {
    const skipped: string[] = [];
    const durations = new Map<string, number>();
    let isPassed = false;
    const rows = [
      { files: files.filter((file) => !mostlyWaits(file)), concurrency: CONCURRENT_FILES, idleMs: IDLE_MS },
      {
        files: files.filter((file) => mostlyWaits(file) && !waitsForNetwork(file)),
        concurrency: CONCURRENT_WAITING_FILES,
        idleMs: IDLE_MS,
      },
      { files: files.filter(waitsForNetwork), concurrency: 1, idleMs: NETWORK_IDLE_MS },
    ].filter((row) => row.files.length > 0);
    const streams = rows.map((row) =>
      run({
        files: row.files.map((file) => options.joined?.fileOf(file) ?? join(options.cwd, file)),
        cwd: options.cwd,
        concurrency: row.concurrency,
        timeout: timeoutMs,
        execArgv: [
          ...deadlineFlags(options.idleMs ?? row.idleMs),
          `--test-timeout=${options.testTimeoutMs ?? TEST_TIMEOUT_MS}`,
        ],
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    );
    for (const stream of streams) {
      if (options.joined !== undefined) tellSources(stream, options.joined);
      stream.on("test:pass", (event) => {
        if (event.skip === undefined || event.skip === false) return;
        skipped.push(typeof event.skip === "string" ? `${event.name} (${event.skip})` : event.name);
      });
      stream.on("test:summary", (summary) => {
        if (summary.file !== undefined) durations.set(relative(options.cwd, summary.file), summary.duration_ms);
      });
    }
    const report = new spec();
    const merged = mergeReports(streams);
    merged.on("data", ({ type, data }: ReportEvent) => {
      const summary = data as { file?: string; success?: boolean };
      if (type === "test:summary" && summary.file === undefined) isPassed = summary.success === true;
    });
    merged.pipe(report).pipe(process.stdout, { end: false });
    await once(report, "end");
    return { isPassed, skipped, leftBehind: leftBehind(), slowest: describeSlowest(durations) };
  });
}

function describeSlowest(durations: ReadonlyMap<string, number>): string[] {
  return [...durations]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, SLOWEST_FILES)
    .map(([file, durationMs]) => `${(durationMs / 1000).toFixed(1).padStart(6)} s  ${file}`);
}

/** Children find their temporary files in a folder of this run, which goes with it. */
async function withOwnTemporaryFolder<T>(work: (leftBehind: () => string[]) => Promise<T>): Promise<T> {
  const before = process.env["TMPDIR"];
  const folder = mkdtempSync(join(tmpdir(), "consigne-test-"));
  // A test may start something that runs as another user.
  chmodSync(folder, 0o755);
  process.env["TMPDIR"] = folder;
  try {
    return await work(() => readdirSync(folder).toSorted());
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
