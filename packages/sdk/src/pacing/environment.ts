import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Where what belongs to this user and may be lost is kept: the same folder from a desktop session, a cron job and a
 * service, which is why it is not `XDG_RUNTIME_DIR` unless there is no home.
 */
export function cacheFolder(variables = process.env, platform: string = process.platform): string {
  const set = (name: string) => variables[name] || undefined;
  const home = set("HOME") ?? set("USERPROFILE") ?? safeHome();
  const base =
    set("XDG_CACHE_HOME") ??
    (platform === "win32" ? set("LOCALAPPDATA") : undefined) ??
    (home === undefined ? undefined : join(home, platform === "darwin" ? "Library/Caches" : ".cache")) ??
    set("XDG_RUNTIME_DIR") ??
    join(tmpdir(), `consigne-${process.getuid?.() ?? "user"}`);
  return join(base, "consigne");
}

/** Where proxies are named. */
export const proxyVariables = (): Readonly<Record<string, string | undefined>> => process.env;

function safeHome(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
