import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchRun } from "./bench-run.ts";
import { startChild, waitForLine } from "./child-server.ts";
import type { ConsigneChild } from "./consigne-child.ts";
import type { WrkCall } from "./wrk.ts";

/**
 * Answers these calls with the same bytes as our server.
 * @param program its URL
 */
export async function startBareServer(
  run: BenchRun,
  server: ConsigneChild,
  calls: readonly WrkCall[],
  program: string,
): Promise<{ url: string } & AsyncDisposable> {
  const answersFile = join(run.folder, "answers.json");
  const logFile = join(run.folder, "bare.log");
  const answers = await Promise.all(calls.map(async (call) => [`/v1/${call.path}.cgi`, await answerTo(server, call)]));
  await writeFile(answersFile, JSON.stringify(Object.fromEntries(answers)));
  const child = startChild([process.execPath, fileURLToPath(program), answersFile], {
    logFile,
    cwd: run.folder,
  });
  try {
    const port = await waitForLine(logFile, /^port (\d+)$/m);
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

async function answerTo(
  server: ConsigneChild,
  call: WrkCall,
): Promise<{ headers: Record<string, string>; body: string }> {
  const [name = "", value = ""] = server.authorization.split(": ");
  const answer = await fetch(`${server.url}/v1/${call.path}.cgi`, {
    method: "POST",
    headers: { [name]: value, "content-type": "application/json" },
    body: JSON.stringify(call.body),
  });
  if (answer.status !== 200) throw new Error(`${call.path} was answered with ${answer.status}.`);
  // Node writes these three itself.
  const ofNode = new Set(["date", "connection", "keep-alive"]);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !ofNode.has(name)));
  return { headers, body: await answer.text() };
}
