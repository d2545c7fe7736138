import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repositoryRoot } from "../check-stage.ts";
import { onCore } from "./cores.ts";
import type { ConsigneChild } from "./consigne-child.ts";
import type { ClientFigures } from "./figures.ts";
import { runWatched } from "./watched-command.ts";

/** The program as users start it. */
export const consigne = join(repositoryRoot, "apps/cli/bin/consigne.js");
const LOOK_MS = 20;
const LOG_DEADLINE_MS = 60_000;

/** The command line as a user starts it, with its own home folder. */
export class ConsigneClient {
  readonly #server: ConsigneChild;
  readonly #home: string;

  readonly #through: readonly string[];

  private constructor(server: ConsigneChild, home: string, through: readonly string[]) {
    this.#server = server;
    this.#home = home;
    this.#through = through;
  }

  /** @param through a prefix for each command, such as one that moves it into another network */
  static async open(server: ConsigneChild, home: string, through: readonly string[] = []): Promise<ConsigneClient> {
    await mkdir(home, { recursive: true });
    return new ConsigneClient(server, home, through);
  }

  /** Runs `consigne`. @throws {Error} with its output if the exit code is not 0 */
  async run(args: readonly string[], options: { core?: number } = {}): Promise<ClientFigures> {
    const before = await callsSoFar(this.#server);
    const command = onCore([process.execPath, consigne, ...args], options.core);
    const [program = "", ...words] = [...this.#through, ...command];
    const { seconds, peakBytes } = await runWatched([program, ...words], this.environment, `consigne ${args[0]}`);
    const after = await callsSoFar(this.#server);
    return { seconds, calls: after.calls - before.calls, refused: after.refused - before.refused, peakBytes };
  }

  get cacheFolder(): string {
    return join(this.#home, "cache");
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...cleanEnvironment(),
      CONSIGNE_URL: this.#server.url,
      CONSIGNE_API_KEY: this.#server.apiKey,
      CONSIGNE_CONFIG_DIR: join(this.#home, "config"),
      XDG_CACHE_HOME: this.cacheFolder,
      XDG_RUNTIME_DIR: this.#home,
      RCLONE_CONFIG: join(this.#home, "rclone.conf"),
      HOME: this.#home,
    };
  }
}

function cleanEnvironment(): Record<string, string | undefined> {
  const foreign = /^(NODE_COMPILE_CACHE$|CONSIGNE_|ONEFICHIER_|RCLONE_|.*_proxy$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Counts the API calls in the server's own log, which has a line for each request. */
async function callsSoFar(server: ConsigneChild): Promise<{ calls: number; refused: number }> {
  let calls = 0;
  let refused = 0;
  for (const line of (await wholeLog(server)).split("\n")) {
    if (!line.startsWith("{")) continue;
    const { msg, path = "", status } = JSON.parse(line) as { msg?: string; path?: string; status?: number };
    if (msg !== "request" || !/^\/v1\/.+\.cgi$/.test(path) || path.endsWith("/upload.cgi")) continue;
    calls += 1;
    if (status === 403 || status === 429) refused += 1;
  }
  return { calls, refused };
}

/** The server buffers lines for a while. Once the line of a last request has arrived, all earlier ones have too. */
async function wholeLog({ url, logFile }: ConsigneChild): Promise<string> {
  // Only refusals include the id of their request.
  const answer = await fetch(`${url}/v1/none`);
  const last = answer.headers.get("x-request-id");
  if (last === null) throw new Error("The server does not name its requests.");
  const deadline = performance.now() + LOG_DEADLINE_MS;
  for (;;) {
    const text = await readFile(logFile, "utf8");
    const at = text.indexOf(last);
    if (at !== -1) return text.slice(0, text.lastIndexOf("\n", at) + 1);
    if (performance.now() > deadline) throw new Error(`The server does not log request ${last}.`);
    await sleep(LOOK_MS);
  }
}
