import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { availableParallelism, homedir, tmpdir, totalmem } from "node:os";
import { dirname, join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import type { JoinedTests } from "./joined/joined-tests.ts";
import { tellSources } from "./joined/told-sources.ts";
import { mergeReports, type ReportEvent } from "./merged-reports.ts";
import { mostlyWaits, waitsForNetwork } from "./test-files.ts";

/**
 * One more than there are processors, because each file waits for the disk now and then. Half a gigabyte is enough for
 * a file.
 */
const CONCURRENT_FILES = Math.max(2, Math.min(availableParallelism() + 1, Math.floor(totalmem() / 512 / 1024 ** 2)));
/** Files that mostly wait run in addition to those. */
const CONCURRENT_WAITING_FILES = 2;
const FILE_TIMEOUT_MS = 1_800_000;
/** A file that is idle for this long is ended, and reports what it waited for (`test-deadline.ts`). */
const IDLE_MS = 60_000;
const NETWORK_IDLE_MS = 300_000;
/**
 * The limit for a single test. On a busy machine, tests that run real programs need some minutes. Longer ones set a
 * `timeout` themselves.
 */
const TEST_TIMEOUT_MS = 240_000;
const SLOWEST_FILES = 10;
/** Lets node:test report its own timeout before the process is ended. */
const DEADLINE_GRACE_MS = 1000;

/** Loaded into each file's process. A file run alone uses node:test without changes, to make it easier to debug. */
function preloadFlags(idleMs: number, workList: string, isTracked: boolean): string[] {
  const deadline = new URL("test-deadline.ts", import.meta.url);
  deadline.search = new URLSearchParams({ idleMs: String(idleMs), workList }).toString();
  const files = [...(isTracked ? [] : [import.meta.resolve("./untracked-tests.ts")]), deadline.href];
  return files.flatMap((file) => ["--import", file]);
}

export interface TestOutcome {
  isPassed: boolean;
  /** `name (reason)` of every skipped test. */
  skipped: string[];
  /** Names of files that tests left in their temporary folder. They are removed anyway. */
  leftBehind: string[];
  /** Seconds, processor time and path of the slowest files, slowest first. */
  slowest: string[];
  /** Processor time of all files and the programs they started, in milliseconds. */
  workMs: number;
}

export interface TestRunOptions {
  cwd: string;
  /** Runs the bundled files, but reports the paths of their sources. */
  joined?: JoinedTests | undefined;
  signal?: AbortSignal;
  timeoutMs?: number;
  testTimeoutMs?: number;
  idleMs?: number;
}

/**
 * Runs the files with node:test and writes its report to stdout. They start in the given order, and those that mostly
 * wait in a separate queue.
 */
export async function runTests(files: readonly string[], options: TestRunOptions): Promise<TestOutcome> {
  const timeoutMs = options.timeoutMs ?? FILE_TIMEOUT_MS;
  process.env["CONSIGNE_TEST_DEADLINE_MS"] = String(timeoutMs + DEADLINE_GRACE_MS);
  // Compiling TypeScript again is a third of the work of a short test, and of each program that tests start.
  process.env["NODE_COMPILE_CACHE"] ??=
    options.joined?.compiledFolder ?? join(options.cwd, "node_modules/.cache/compiled");
  if (options.joined !== undefined) process.env["CONSIGNE_TEST_TABLES"] = options.joined.tablesFolder;
  return withOwnTemporaryFolder(async (leftBehind, workList) => {
    // Where files that need the console find the one built by the first of them.
    process.env["CONSIGNE_TEST_CONSOLE"] = join(dirname(workList), "console");
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
          ...preloadFlags(options.idleMs ?? row.idleMs, workList, options.joined === undefined),
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
    const work = readWork(workList, (file) => relative(options.cwd, options.joined?.sourceOf(file) ?? file));
    return {
      isPassed,
      skipped,
      leftBehind: leftBehind(),
      slowest: describeSlowest(durations, work),
      workMs: [...work.values()].reduce((sum, each) => sum + each, 0),
    };
  });
}

/** What the files' processes recorded when they ended (`test-deadline.ts`): milliseconds by file. */
function readWork(workList: string, pathOf: (file: string) => string): Map<string, number> {
  const lines = existsSync(workList) ? readFileSync(workList, "utf8").split("\n").slice(0, -1) : [];
  return new Map(
    lines.map((line) => {
      const [ms = "", ...file] = line.split(" ");
      return [pathOf(file.join(" ")), Number(ms)];
    }),
  );
}

function describeSlowest(durations: ReadonlyMap<string, number>, work: ReadonlyMap<string, number>): string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1).padStart(6)} s`;
  return [...durations]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, SLOWEST_FILES)
    .map(([file, ms]) => `${seconds(ms)}, of the processor ${seconds(work.get(file) ?? 0)}  ${file}`);
}

/** Gives child processes temporary files and a user cache in a folder of this run, which is removed with it. */
async function withOwnTemporaryFolder<T>(
  work: (leftBehind: () => string[], workList: string) => Promise<T>,
): Promise<T> {
  const before = { TMPDIR: process.env["TMPDIR"], XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] };
  const whole = mkdtempSync(join(tmpdir(), "consigne-test-"));
  const folder = join(whole, "t");
  mkdirSync(folder);
  // A test may start something that runs as another user.
  for (const each of [whole, folder]) chmodSync(each, 0o755);
  const cache = makeCache(join(whole, "cache"));
  Object.assign(process.env, { TMPDIR: folder, XDG_CACHE_HOME: cache });
  try {
    return await work(() => [...readdirSync(folder), ...writtenInto(cache)].toSorted(), join(whole, "work"));
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    removeRun(whole);
  }
}

/** A test that was ended early may have left its own disk mounted, or programs that still write. */
function removeRun(folder: string): void {
  for (const path of mountedBelow(folder)) spawnSync("umount", ["--lazy", path], { stdio: "ignore" });
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    console.error(`${folder} could not be removed: ${String(error)}`);
  }
}

function mountedBelow(folder: string): string[] {
  if (process.platform !== "linux") return [];
  const paths = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return paths.filter((path) => path.startsWith(`${folder}/`)).toReversed();
}

/** Creates a cache folder that only has the suites' programs from the user's real cache. */
function makeCache(folder: string): string {
  const programs = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "consigne-tests");
  mkdirSync(folder);
  try {
    mkdirSync(programs, { recursive: true });
    symlinkSync(programs, join(folder, "consigne-tests"));
  } catch {
    // A user without a writable home keeps no programs there.
  }
  return folder;
}

/** Our own files that a test wrote to the user's cache. Other programs, such as browsers, are ignored. */
function writtenInto(cache: string): string[] {
  const folder = join(cache, "consigne");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name !== "compiled")
    .map((name) => `cache/consigne/${name}`);
}
