import { onStopSignal } from "@consigne/launcher/stop-signals";
import { countWithin } from "../command-line/amounts.ts";
import { defineCommand, jsonOption } from "../command-line/command.ts";
import type { DropInSession } from "../drop-in/drop-in-session.ts";
import { dropInOptions, dropInSettings } from "./drop-in-options.ts";

export const proxyCommand = defineCommand({
  name: "proxy",
  description: "Run only the proxy of `run`, for programs started elsewhere.",
  options: [
    ...dropInOptions,
    {
      flags: "--port <number>",
      description: "port on 127.0.0.1 (default: a free one)",
      parse: countWithin({ most: 65_535 }),
    },
    { flags: "--print-env", description: "print only the lines to enter in a shell" },
    jsonOption("address", "port", "server", "caBundle", "environment"),
  ],
  examples: [
    { line: "consigne proxy --port 8118", purpose: "serve programs whose settings take a proxy, until Ctrl-C" },
  ],
  async handler(call) {
    const { options, output } = call;
    const { port = 0 } = options;
    const stopped = new Promise<void>((resolve) => void onStopSignal(() => resolve()));
    const { startDropIn } = await import("../drop-in/drop-in-session.ts");
    await using session = await startDropIn(dropInSettings(call, port));
    const isJson = options.json;
    output.print(isJson ? JSON.stringify(description(session)) : textForPeople(session, options.printEnv));
    await stopped;
  },
});

function description({ port, serverUrl, program }: DropInSession) {
  return {
    address: `127.0.0.1:${port}`,
    port,
    server: serverUrl,
    caBundle: program.bundlePath,
    environment: program.variables,
  };
}

/** A single text, so that a program reading it through a pipe gets all of it or nothing. */
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
