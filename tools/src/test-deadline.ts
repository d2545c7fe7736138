import { isMainThread } from "node:worker_threads";

/**
 * Loaded into every test file's process. node:test ends a test that takes too long, but waits without end for a process
 * that something holds open; this ends it and says what that was.
 */
const limitMs = Number(process.env["CONSIGNE_TEST_DEADLINE_MS"]);
if (isMainThread && limitMs > 0) {
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().filter((name) => name !== "Immediate");
    console.error(`Still running after ${limitMs} ms; open: ${open.join(", ")}`);
    process.exit(1);
  }, limitMs).unref();
}
