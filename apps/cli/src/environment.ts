import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { cacheFolder as sharedCacheFolder, homeFolder } from "@consigne/sdk/cache-folder";

/** Environment variables as a plain record; only this file knows which of them are ours. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Settings read from environment variables. An empty variable counts as missing. */
export interface Environment {
  /** CONSIGNE_URL: the server to use. */
  serverUrl: string | undefined;
  /** CONSIGNE_SERVER_CA: PEM file with authorities to trust for the server, in addition to the system's. */
  serverCaFile: string | undefined;
  /** CONSIGNE_API_KEY, else ONEFICHIER_API_KEY. */
  apiKey: string | undefined;
  /** The variable that the key comes from. */
  apiKeyVariable: string;
  /** CONSIGNE_SOURCE_KEY: the API key for the source server of an import. */
  sourceKey: string | undefined;
  /** CONSIGNE_PROFILE: the profile to use by default. */
  profile: string | undefined;
  /** How a person starts this program again: by its name, or through npx if the name is not on the PATH. */
  programCall: string;
  /** NO_COLOR, or a terminal without colours. */
  isColorUnwanted: boolean;
  /** CONSIGNE_CONFIG_DIR, else `consigne` in XDG_CONFIG_HOME or in `~/.config`. */
  configFolder: string;
  /** CONSIGNE_CACHE_DIR, else `consigne` in XDG_CACHE_HOME or in `~/.cache`. */
  cacheFolder: string;
  /** Where the pace of calls is stored: CONSIGNE_CACHE_DIR, else the folder that other programs of this user share. */
  paceFolder: string;
  /** The variables that determined the folders; `default` without any. */
  folderOrigins: { config: string; cache: string };
  /** All variables, for programs started by us. */
  variables: Variables;
}

export function readEnvironment(variables: Variables): Environment {
  const read = (name: string) => variables[name] || undefined;
  const ownFolder = (own: string, base: string, usual: string): { path: string; origin: string } => {
    const [named, above] = [read(own), read(base)];
    if (named !== undefined) return { path: named, origin: own };
    // The XDG base directory specification says to ignore a relative path.
    if (above !== undefined && isAbsolute(above)) return { path: join(above, "consigne"), origin: base };
    return { path: join(homeFolder(variables) ?? userInfo().homedir, usual, "consigne"), origin: "default" };
  };
  const config = ownFolder("CONSIGNE_CONFIG_DIR", "XDG_CONFIG_HOME", ".config");
  const cache = ownFolder("CONSIGNE_CACHE_DIR", "XDG_CACHE_HOME", ".cache");
  return {
    serverUrl: read("CONSIGNE_URL"),
    serverCaFile: read("CONSIGNE_SERVER_CA"),
    apiKey: read("CONSIGNE_API_KEY") ?? read("ONEFICHIER_API_KEY"),
    apiKeyVariable: read("CONSIGNE_API_KEY") === undefined ? "ONEFICHIER_API_KEY" : "CONSIGNE_API_KEY",
    sourceKey: read("CONSIGNE_SOURCE_KEY"),
    profile: read("CONSIGNE_PROFILE"),
    programCall: isCalledByNpx(read) ? "npx --no-install consigne" : "consigne",
    isColorUnwanted: read("NO_COLOR") !== undefined || read("TERM") === "dumb",
    configFolder: config.path,
    cacheFolder: cache.path,
    paceFolder: read("CONSIGNE_CACHE_DIR") ?? sharedCacheFolder(variables),
    folderOrigins: { config: config.origin, cache: cache.origin },
    variables,
  };
}

/** npm tells programs what it was asked to run; one of them may in turn start us by our name. */
function isCalledByNpx(read: (name: string) => string | undefined): boolean {
  return read("npm_command") === "exec" && /^"?consigne"?(\s|$)/.test(read("npm_lifecycle_script") ?? "");
}
