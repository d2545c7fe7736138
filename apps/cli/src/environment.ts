import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Environment variables as a plain record; only this file knows which of them are ours. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Settings read from environment variables. An empty variable counts as absent. */
export interface Environment {
  /** CONSIGNE_URL: the server to use. */
  serverUrl: string | undefined;
  /** CONSIGNE_SERVER_CA: PEM file with authorities to trust for the server, besides the system's. */
  serverCaFile: string | undefined;
  /** CONSIGNE_API_KEY, else ONEFICHIER_API_KEY. */
  apiKey: string | undefined;
  /** CONSIGNE_CONFIG_DIR, else `consigne` in XDG_CONFIG_HOME or in `~/.config`. */
  configFolder: string;
  /** Everything, for programs started by us. */
  variables: Variables;
}

export function readEnvironment(variables: Variables): Environment {
  const read = (name: string) => variables[name] || undefined;
  return {
    serverUrl: read("CONSIGNE_URL"),
    serverCaFile: read("CONSIGNE_SERVER_CA"),
    apiKey: read("CONSIGNE_API_KEY") ?? read("ONEFICHIER_API_KEY"),
    configFolder: read("CONSIGNE_CONFIG_DIR") ?? join(configHome(read("XDG_CONFIG_HOME")), "consigne"),
    variables,
  };
}

/** The XDG base directory rules say to ignore a relative path. */
function configHome(xdgConfigHome: string | undefined): string {
  return xdgConfigHome && isAbsolute(xdgConfigHome) ? xdgConfigHome : join(homedir(), ".config");
}
