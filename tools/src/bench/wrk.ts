import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ConsigneChild } from "./consigne-child.ts";
import { runTimed } from "./timed-command.ts";

const LONGEST_SECONDS = 60;

export interface WrkCall {
  path: string;
  body: unknown;
}

export type WrkServer = Pick<ConsigneChild, "logFile" | "authorization">;

export interface WrkFigures {
  /** Requests per second. */
  rate: number;
  medianMs: number;
  p99Ms: number;
}

/** Writes a script that makes wrk send this call, next to the log of the server. Returns its path. */
export async function writeWrkScript(call: WrkCall, server: WrkServer): Promise<string> {
  const script = join(dirname(server.logFile), `${call.path.replace("/", "-")}.lua`);
  await writeFile(script, scriptOf(call, server));
  return script;
}

/** On a machine that was too busy for a single answer in that time it is done again for longer, up to a minute. */
export async function runWrk(
  url: string,
  script: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<WrkFigures> {
  const { output } = await runTimed(["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url]);
  const counted = /^counted (\d+) (\d+) (\d+) (\d+) (\d+)$/m.exec(output)?.map(Number) ?? [];
  const [, requests, microseconds = 0, failed = 0, median = 0, p99 = 0] = counted;
  if (requests === 0 && failed === 0 && seconds < LONGEST_SECONDS) {
    return runWrk(url, script, { connections, seconds: Math.min(LONGEST_SECONDS, seconds * 4) });
  }
  if (requests === undefined || requests === 0 || failed > 0) {
    throw new Error(`wrk counts ${requests ?? "no"} answers and ${failed} failures: ${output}`);
  }
  return { rate: requests / (microseconds / 1_000_000), medianMs: median / 1000, p99Ms: p99 / 1000 };
}

/** The same for folders, each created and removed again. `name` must be different each time. */
export async function writeFolderScript(server: WrkServer, name: string): Promise<string> {
  const script = join(dirname(server.logFile), `${name}.lua`);
  const lines = [
    "local made, number = {}, 0",
    "request = function()",
    "  local id = table.remove(made)",
    `  if id then return wrk.format(nil, "/v1/folder/rm.cgi", nil, '{"folder_id":' .. id .. "}") end`,
    "  number = number + 1",
    `  local name = "${name} " .. number`,
    `  return wrk.format(nil, "/v1/folder/mkdir.cgi", nil, '{"folder_id":0,"name":"' .. name .. '"}')`,
    "end",
    "response = function(status, headers, body)",
    `  local id = body:match('"folder_id":(%d+)')`,
    "  if id then made[#made + 1] = id end",
    "end",
  ];
  await writeFile(script, [...headOf(server), ...lines, ...countingLines].join("\n"));
  return script;
}

const scriptOf = (call: WrkCall, server: WrkServer): string =>
  [...headOf(server), `wrk.body = [==[${JSON.stringify(call.body)}]==]`, ...countingLines].join("\n");

function headOf(server: WrkServer): string[] {
  const [name = "", value = ""] = server.authorization.split(": ");
  return [
    'wrk.method = "POST"',
    `wrk.headers["${name}"] = "${value}"`,
    'wrk.headers["Content-Type"] = "application/json"',
  ];
}

const countingLines = [
  "done = function(summary, latency, requests)",
  "  local e = summary.errors",
  "  local failed = e.connect + e.read + e.write + e.status + e.timeout",
  "  local median, p99 = latency:percentile(50), latency:percentile(99)",
  '  local line = "counted %d %d %d %d %d\\n"',
  "  io.write(string.format(line, summary.requests, summary.duration, failed, median, p99))",
  "end",
  "",
];
