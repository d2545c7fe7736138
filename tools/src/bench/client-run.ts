import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repositoryRoot } from "../check-stage.ts";
import { onCore } from "./cores.ts";
import type { ConsigneChild } from "./consigne-child.ts";
import type { ClientFigures } from "./figures.ts";

/** The program as people start it. */
export const consigne = join(repositoryRoot, "apps/cli/bin/consigne.js");
const LOOK_MS = 20;
const LOG_DEADLINE_MS = 60_000;

/** The command line as a person starts it, with a home of its own. */
export class ConsigneClient {
  readonly #server: ConsigneChild;
  readonly #home: string;

  private constructor(server: ConsigneChild, home: string) {
    this.#server = server;
    this.#home = home;
  }

  static async open(server: ConsigneChild, home: string): Promise<ConsigneClient> {
    await mkdir(home, { recursive: true });
    return new ConsigneClient(server, home);
  }

  /** Runs `consigne` to its end. @throws {Error} with what it said when it does not end with 0 */
  async run(args: readonly string[], options: { core?: number } = {}): Promise<ClientFigures> {
    const before = await callsSoFar(this.#server);
    const startedAt = performance.now();
    const [program, ...words] = onCore([process.execPath, consigne, ...args], options.core);
    const child = spawn(program, words, {
      stdio: ["ignore", "ignore", "pipe"],
      env: this.environment,
    });
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    const closed = once(child, "close") as Promise<[number | null]>;
    const watching = watchMemory(child.pid ?? 0, closed);
    const [code] = await closed;
    const seconds = (performance.now() - startedAt) / 1000;
    if (code !== 0) throw new Error(`consigne ${args[0]} ended with ${code}: ${complaint}`);
    const [after, peakBytes] = [await callsSoFar(this.#server), await watching];
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

/** The kernel counts the highest itself; the last look before the end is as good as one at the end. */
async function watchMemory(pid: number, ended: Promise<unknown>): Promise<number> {
  let isRunning = true;
  const noteEnd = () => (isRunning = false);
  ended.then(noteEnd, noteEnd);
  let peakBytes = 0;
  while (isRunning) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    peakBytes = Math.max(peakBytes, Number(kibibytes ?? 0) * 1024);
    await sleep(LOOK_MS);
  }
  return peakBytes;
}

/** Calls of the API by the server's own log, which has a line for each request. */
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

/** The server keeps lines back for a while: once that of a last request is there, all before it are. */
async function wholeLog({ url, logFile }: ConsigneChild): Promise<string> {
  // Refusals alone name their request.
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
