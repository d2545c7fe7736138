import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ConsigneChild } from "./consigne-child.ts";
import { runTimed } from "./timed-command.ts";

export interface WrkCall {
  path: string;
  body: unknown;
}

export interface WrkFigures {
  /** Requests in a second. */
  rate: number;
  medianMs: number;
  p99Ms: number;
}

/** Returns the path of a script that makes wrk send this call; it lies beside the log of the server it is for. */
export async function writeWrkScript(call: WrkCall, server: ConsigneChild): Promise<string> {
  const script = join(dirname(server.logFile), `${call.path.replace("/", "-")}.lua`);
  await writeFile(script, scriptOf(call, server));
  return script;
}

export async function runWrk(
  url: string,
  script: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<WrkFigures> {
  const { output } = await runTimed(["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url]);
  const counted = /^counted (\d+) (\d+) (\d+) (\d+) (\d+)$/m.exec(output)?.map(Number) ?? [];
  const [, requests = 0, microseconds = 0, failed = 0, median = 0, p99 = 0] = counted;
  if (requests === 0 || failed > 0) throw new Error(`wrk counts ${failed} failures: ${output}`);
  return { rate: requests / (microseconds / 1_000_000), medianMs: median / 1000, p99Ms: p99 / 1000 };
}

function scriptOf(call: WrkCall, server: ConsigneChild): string {
  const [name = "", value = ""] = server.authorization.split(": ");
  return [
    'wrk.method = "POST"',
    `wrk.headers["${name}"] = "${value}"`,
    'wrk.headers["Content-Type"] = "application/json"',
    `wrk.body = [==[${JSON.stringify(call.body)}]==]`,
    "done = function(summary, latency, requests)",
    "  local e = summary.errors",
    "  local failed = e.connect + e.read + e.write + e.status + e.timeout",
    "  local median, p99 = latency:percentile(50), latency:percentile(99)",
    '  local line = "counted %d %d %d %d %d\\n"',
    "  io.write(string.format(line, summary.requests, summary.duration, failed, median, p99))",
    "end",
    "",
  ].join("\n");
}
