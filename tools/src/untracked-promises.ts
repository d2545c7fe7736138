import asyncHooks from "node:async_hooks";

/**
 * Loaded into every test file's process before node:test, which would follow each promise from its making to its end in
 * order to tell which test an error belongs to that nobody waited for: a sixth of the work of tests that run a whole
 * server in their process. Without that such an error fails the file, and is told below its tests.
 */
const { createHook } = asyncHooks;

Object.assign(asyncHooks, {
  createHook: (callbacks: asyncHooks.HookCallbacks): asyncHooks.AsyncHook => {
    const hook = createHook(callbacks);
    if (new Error("where").stack?.includes("node:internal/test_runner/") === true) hook.enable = () => hook;
    return hook;
  },
});
