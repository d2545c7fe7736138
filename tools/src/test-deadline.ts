import { afterEach, beforeEach, type TestContext } from "node:test";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded into every test file's process. node:test ends a test that takes too long, but says nothing of what it waited
 * for, and waits without end for a process that something holds open. This says what was open, and ends the process.
 */
const NOTICE_MS = 60_000;
const limitMs = Number(process.env["CONSIGNE_TEST_DEADLINE_MS"]);
if (isMainThread && limitMs > 0) {
  setTimeout(() => {
    console.error(`Still running after ${limitMs} ms; open: ${describeOpen()}`);
    process.exit(1);
  }, limitMs).unref();
  const notices = new Map<string, NodeJS.Timeout>();
  beforeEach((context) => {
    const { fullName } = context as TestContext;
    const say = () => console.error(`${fullName}: has run for a minute; open: ${describeOpen()}`);
    notices.set(fullName, setTimeout(say, NOTICE_MS).unref());
  });
  afterEach((context) => {
    // Node's types do not know `error` yet.
    const { error, fullName } = context as TestContext & { error?: unknown };
    clearTimeout(notices.get(fullName));
    notices.delete(fullName);
    if (failureType(error) !== "testTimeoutFailure") return;
    console.error(`${fullName}: gave up; still open: ${describeOpen()}`);
  });
}

const failureType = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "failureType" in error ? error.failureType : undefined;

/** What keeps this process alive: programs by their command line, connections and servers by their address. */
function describeOpen(): string {
  // The only source of more than the kind of a handle; without it the kinds are said.
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
