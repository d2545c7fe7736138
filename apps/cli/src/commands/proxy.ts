import { jsonOption } from "../command-line/command.ts";
import type { CommandSpec } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import type { DropInSession } from "../drop-in/drop-in-session.ts";
import { dropInOptions, dropInSettings } from "./drop-in-options.ts";

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export const proxyCommand: CommandSpec = {
  name: "proxy",
  description: "Keep the proxy of `run` running, for programs started elsewhere.",
  options: [
    ...dropInOptions,
    { flags: "--port <number>", description: "port on 127.0.0.1 (a free one)" },
    { flags: "--print-env", description: "print only the lines for a shell" },
    jsonOption("address", "port", "server", "caBundle", "environment"),
  ],
  async handler(call) {
    const { options, output } = call;
    const port = portNumber(options.text("port"));
    const stopped = nextSignal();
    const { startDropIn } = await import("../drop-in/drop-in-session.ts");
    await using session = await startDropIn(dropInSettings(call, port));
    const isJson = options.isSet("json");
    output.print(isJson ? JSON.stringify(description(session)) : textForPeople(session, options.isSet("printEnv")));
    await stopped;
  },
};

function portNumber(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port < 65_536)) throw new UsageError("--port takes a number from 0 to 65535.");
  return port;
}

function description({ port, serverUrl, program }: DropInSession) {
  return {
    address: `127.0.0.1:${port}`,
    port,
    server: serverUrl,
    caBundle: program.bundlePath,
    environment: program.variables,
  };
}

/** One piece of text, so that whoever reads it through a pipe gets all of it or nothing. */
function textForPeople({ port, serverUrl, program }: DropInSession, isOnlyLines: boolean): string {
  const lines = Object.entries(program.variables).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  if (isOnlyLines) return lines.join("\n");
  return [
    `# Proxy on 127.0.0.1:${port}, 1fichier hosts go to ${serverUrl}. Ctrl-C stops it.`,
    "# Enter these lines in the shell that starts the programs:",
    ...lines,
  ].join("\n");
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of stopSignals) process.once(signal, () => resolve());
  });
}
