import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { TestContext } from "node:test";

/** Lets no file of these paths be opened in this process, as `chmod 0` would for anybody but root. */
export function makeUnreadable(t: TestContext, ...paths: string[]): void {
  const { open } = fs;
  const mocked = t.mock.method(fs, "open", async (...args: Parameters<typeof open>) => {
    const path = String(args[0]);
    if (!paths.includes(path)) return open(...args);
    const message = `EACCES: permission denied, open '${path}'`;
    throw Object.assign(new Error(message), { code: "EACCES", errno: -13, syscall: "open", path });
  });
  syncBuiltinESMExports();
  t.after(() => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  });
}
