import hooks from "node:async_hooks";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded before node:test into each file's process in a run of all tests. node:test tracks every promise from where it
 * was created, to find the test in which something happens. With servers in the process, that is an eighth of the work.
 * It still tracks timers, connections and the like, and what suites and tests do before they first wait. An uncaught
 * error still fails its file, but not always the right test: `test-deadline.ts` reports which ones were running.
 */
if (isMainThread) {
  const { createHook } = hooks;
  const withoutPromises = { trackPromises: false };
  hooks.createHook = (callbacks) => createHook({ ...callbacks, ...withoutPromises });
  // It keeps what it finds now. All others get the real one.
  await import("node:test");
  hooks.createHook = createHook;
}
