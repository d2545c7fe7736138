import { appendFileSync } from "node:fs";
import { afterEach, beforeEach, type TestContext } from "node:test";
import { isMainThread } from "node:worker_threads";
import { familyTicks, workOfThis, writtenBytesOfThis } from "./process-times.ts";

/**
 * Loaded into every test file's process. node:test ends a test that takes too long, but does not say what it waited
 * for. It waits forever for a process that something keeps open, and cannot tell a waiting test from one that works on
 * a busy machine. This module reports what was open, and ends a process if nothing happens any more in it and its
 * descendants. It also records the processor time of the file.
 */
const limitMs = Number(process.env["CONSIGNE_TEST_DEADLINE_MS"]);
const given = new URL(import.meta.url).searchParams;
const idleMs = Number(given.get("idleMs"));
/** Where the processor time is recorded. */
const workList = given.get("workList");
/** Checks of the processor time within the idle limit. */
const LOOKS = 6;
/**
 * The share of the available processor time below which a process is idle. Ticking timers and a server without callers
 * use less.
 */
const IDLE_SHARE = 0.005;
const TICKS_A_MS = 0.1;

if (isMainThread && limitMs > 0) {
  setTimeout(() => end(`Still running after ${limitMs} ms`), limitMs).unref();
  const running = new Set<string>();
  beforeEach((context) => {
    running.add((context as TestContext).fullName);
  });
  afterEach((context) => {
    // Node's types do not include `error` yet.
    const { error, fullName } = context as TestContext & { error?: unknown };
    running.delete(fullName);
    if (failureType(error) !== "testTimeoutFailure") return;
    console.error(`${fullName}: gave up; still open: ${describeOpen()}`);
  });
  // node:test cannot assign these to a test when it runs untracked (`untracked-tests.ts`).
  const tell = (error: unknown, kind: string) =>
    console.error(`${[...running].join(", ") || "Outside of the tests"}: ${kind}: ${describeError(error)}`);
  process.on("uncaughtExceptionMonitor", tell);
  process.on("unhandledRejection", (reason) => tell(reason, "unhandledRejection"));
  if (workList !== null) {
    process.on("exit", () => appendFileSync(workList, `${workOfThis()} ${process.argv[1]}\n`));
  }
  if (idleMs > 0) watchIdleness(() => [...running].join(", "));
}

/**
 * Ends the process if it and its children used almost no processor time for `idleMs`. A process that writes may be
 * waiting for the disk: if others fill it, hundreds of flushes take a minute without processor time. Writes of its
 * children do not count, because a server regularly records that it is running.
 */
function watchIdleness(describeRunning: () => string): void {
  const looks: { ticks: number; written: number | undefined }[] = [];
  let ticksOfLooking = 0;
  let last = new Map<number, number>();
  let worked = 0;
  setInterval(() => {
    const begun = process.cpuUsage();
    const family = familyTicks(process.pid, last.keys());
    if (family === undefined) return;
    // Only increases count: a process that has ended takes its time with it.
    for (const [pid, ticks] of family) worked += Math.max(0, ticks - (last.get(pid) ?? 0));
    last = family;
    const ticks = worked - ticksOfLooking;
    const written = writtenBytesOfThis();
    looks.push({ ticks, written });
    // On a busy machine there are many processes to search, which is not work of the test.
    const { user, system } = process.cpuUsage(begun);
    ticksOfLooking += ((user + system) / 1000) * TICKS_A_MS;
    const before = looks.length > LOOKS ? looks.shift() : undefined;
    if (before === undefined || ticks - before.ticks > idleMs * TICKS_A_MS * IDLE_SHARE) return;
    if (written !== before.written) return;
    end(`${describeRunning() || "After the last test"}: nothing has happened for ${idleMs} ms`);
  }, idleMs / LOOKS).unref();
}

function end(reason: string): never {
  console.error(`${reason}; open: ${describeOpen()}`);
  process.exit(1);
}

const describeError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const failureType = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "failureType" in error ? error.failureType : undefined;

/** What keeps this process alive: programs by their command line, connections and servers by their address. */
function describeOpen(): string {
  // The only source with details of a handle. Without it, only the kinds are reported.
  const { _getActiveHandles: list } = process as unknown as { _getActiveHandles?: () => readonly object[] };
  const handles = (list?.() ?? []).map(describeHandle).filter((text) => text !== undefined);
  const kinds = process.getActiveResourcesInfo().filter((name) => name !== "Immediate");
  return [...handles, ...new Set(kinds)].join(", ");
}

function describeHandle(handle: object): string | undefined {
  const of = handle as {
    spawnargs?: readonly string[];
    remotePort?: number;
    listening?: boolean;
    address?: () => unknown;
  };
  if (of.spawnargs !== undefined) return `program \`${of.spawnargs.join(" ")}\``;
  if (of.remotePort !== undefined) return `connection to port ${of.remotePort}`;
  if (of.listening === true) return `server at ${JSON.stringify(of.address?.())}`;
  return undefined;
}
