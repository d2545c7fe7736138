import type { CommandCall, OptionSpec } from "../command-line/command.ts";
import type { DropInSettings } from "../drop-in/drop-in-session.ts";

/** Options of the commands that start the drop-in proxy. */
export const dropInOptions: readonly OptionSpec[] = [
  { flags: "--url <url>", description: "server to use instead of 1fichier (CONSIGNE_URL, or http://127.0.0.1:8080)" },
  {
    flags: "--server-ca <file>",
    description: "PEM file with authorities to trust for the server (CONSIGNE_SERVER_CA)",
  },
  {
    flags: "--no-proxy-password",
    description: "let every user and program of this machine use the proxy; not for shared machines",
  },
  { flags: "--verbose", description: "note each request on standard error" },
];

export function dropInSettings({ options, environment, output }: CommandCall, port: number): DropInSettings {
  return {
    serverUrl: options.text("url"),
    serverCaFile: options.text("serverCa"),
    port,
    withPassword: options.isSet("proxyPassword"),
    environment,
    note: output.note,
    isVerbose: options.isSet("verbose"),
  };
}
