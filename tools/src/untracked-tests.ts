import hooks from "node:async_hooks";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded before node:test into each file's process of a run of all tests. node:test follows every promise from where it
 * was made, to find the test in which something happens; with servers in the process that is an eighth of the work. Left
 * to it are timers, connections and the like, and what suites and tests do before they first wait. An error that nobody
 * caught still fails its file, if not always the right test: `test-deadline.ts` says which ones ran then.
 */
if (isMainThread) {
  const { createHook } = hooks;
  const withoutPromises = { trackPromises: false };
  hooks.createHook = (callbacks) => createHook({ ...callbacks, ...withoutPromises });
  // It keeps what it finds now; all others find the real one.
  await import("node:test");
  hooks.createHook = createHook;
}
