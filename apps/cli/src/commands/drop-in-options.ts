import type { CommandCall } from "../command-line/command.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import type { DropInSettings } from "../drop-in/drop-in-session.ts";

/** Options of the commands that start the drop-in proxy. */
export const dropInOptions = [
  {
    flags: "--url <url>",
    description: "server to use instead of 1fichier (default: CONSIGNE_URL, or http://127.0.0.1:8080)",
  },
  {
    flags: "--server-ca <file>",
    description: "PEM file with certificate authorities to trust for the server (default: CONSIGNE_SERVER_CA)",
    completes: "local",
  },
  {
    flags: "--no-proxy-password",
    description: "let every user and program on this machine use the proxy; not for shared machines",
  },
  { flags: "--verbose", description: "log each request to standard error" },
] as const satisfies readonly OptionSpec[];

export function dropInSettings(
  { options, environment, output }: CommandCall<ValuesOf<typeof dropInOptions>>,
  port: number,
): DropInSettings {
  return {
    serverUrl: options.url,
    serverCaFile: options.serverCa,
    port,
    withPassword: options.proxyPassword,
    environment,
    note: output.note,
    isVerbose: options.verbose,
  };
}
