import fsAtOnce from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { TestContext } from "node:test";

/** Makes these paths unreadable in this process, as `chmod 0` would for anybody but root. */
export function makeUnreadable(t: TestContext, ...paths: string[]): void {
  const { open, opendir } = fs;
  const { openSync } = fsAtOnce;
  const refuse = (syscall: string, path: string) => {
    if (!paths.includes(path)) return;
    const message = `EACCES: permission denied, ${syscall} '${path}'`;
    throw Object.assign(new Error(message), { code: "EACCES", errno: -13, syscall, path });
  };
  const opening = t.mock.method(fs, "open", async (...args: Parameters<typeof open>) => {
    refuse("open", String(args[0]));
    return open(...args);
  });
  const openingAtOnce = t.mock.method(fsAtOnce, "openSync", (...args: Parameters<typeof openSync>) => {
    refuse("open", String(args[0]));
    return openSync(...args);
  });
  const listing = t.mock.method(fs, "opendir", async (...args: Parameters<typeof opendir>) => {
    refuse("opendir", String(args[0]));
    return opendir(...args);
  });
  syncBuiltinESMExports();
  t.after(() => {
    opening.mock.restore();
    openingAtOnce.mock.restore();
    listing.mock.restore();
    syncBuiltinESMExports();
  });
}
