import { homedir, tmpdir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where disposable data of this user is kept: the same folder from a desktop session, a cron job and a service, which
 * is why it is not `XDG_RUNTIME_DIR` unless there is no home.
 */
export function cacheFolder(variables = process.env, platform: string = process.platform): string {
  // The XDG base directory rules say to ignore a relative path.
  const set = (name: string) => absolute(variables[name]);
  const home = homeFolder(variables);
  const base =
    set("XDG_CACHE_HOME") ??
    (platform === "win32" ? set("LOCALAPPDATA") : undefined) ??
    (home === undefined ? undefined : join(home, platform === "darwin" ? "Library/Caches" : ".cache")) ??
    set("XDG_RUNTIME_DIR") ??
    join(tmpdir(), `consigne-${process.getuid?.() ?? "user"}`);
  return join(base, "consigne");
}

/** The variables that name proxies. */
export const proxyVariables = (): Readonly<Record<string, string | undefined>> => process.env;

/**
 * The home folder of this user; undefined if there is none. A HOME that is empty or relative counts as none: it would
 * lead to the working folder, which may be somebody else's.
 */
export function homeFolder(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  return absolute(variables["HOME"]) ?? absolute(variables["USERPROFILE"]) ?? systemHome();
}

function systemHome(): string | undefined {
  try {
    return absolute(homedir()) ?? absolute(userInfo().homedir);
  } catch {
    return undefined;
  }
}

const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined;
