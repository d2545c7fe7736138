import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchRun } from "./bench-run.ts";
import { startChild, waitForLine } from "./child-server.ts";
import { type ConsigneChild, uploadText } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { runWrk, type WrkCall, writeWrkScript } from "./wrk.ts";

const SUB_FOLDERS = 10;
const WARM_UP_SECONDS = 1;
const CONNECTIONS = 64;

interface MeasuredCall extends WrkCall {
  aim: number | undefined;
}

/** Calls clients make most, beside a server that answers with the same bytes without looking at anything. */
export async function measureRequests(run: BenchRun): Promise<Comparison[]> {
  const server = await run.server();
  const calls: MeasuredCall[] = [
    { path: "file/info", body: { url: await uploadText(server, "notes.txt", "A few words to be kept.\n") }, aim: 0.35 },
    { path: "folder/ls", body: { folder_id: await makeFolders(server) }, aim: undefined },
  ];
  await using bare = await startBareServer(run, server, calls);
  const comparisons: Comparison[] = [];
  for (const call of calls)
    comparisons.push(await measureCall(run, call, { ours: server.url, bare: bare.url }, server));
  return comparisons;
}

async function measureCall(
  run: BenchRun,
  call: MeasuredCall,
  urls: { ours: string; bare: string },
  server: ConsigneChild,
): Promise<Comparison> {
  const script = await writeWrkScript(call, server);
  const rate = async (url: string, seconds: number): Promise<number> =>
    (await runWrk(`${url}/v1/${call.path}.cgi`, script, { connections: CONNECTIONS, seconds })).rate;
  const warmUp = Math.min(WARM_UP_SECONDS, run.plan.secondsOfRequests);
  await rate(urls.bare, warmUp);
  await rate(urls.ours, warmUp);
  const pairs: Pair[] = [];
  for (let round = 0; round < run.plan.requestRounds; round++) {
    const reference = await rate(urls.bare, run.plan.secondsOfRequests);
    pairs.push({ reference, ours: await rate(urls.ours, run.plan.secondsOfRequests) });
  }
  const head = {
    name: call.path,
    unit: "requests/s",
    referenceName: "bare node:http, same bytes",
    aim: call.aim,
  } as const;
  return compare(head, pairs);
}

/** Returns the id of a folder with a few others in it. */
async function makeFolders(server: ConsigneChild): Promise<number> {
  const { folder_id: parent } = await server.call("folder/mkdir", { folder_id: 0, name: "photos" });
  for (let year = 0; year < SUB_FOLDERS; year++) {
    await server.call("folder/mkdir", { folder_id: parent, name: `${2000 + year}` });
  }
  return Number(parent);
}

async function startBareServer(
  run: BenchRun,
  server: ConsigneChild,
  calls: readonly MeasuredCall[],
): Promise<{ url: string } & AsyncDisposable> {
  const answersFile = join(run.folder, "answers.json");
  const logFile = join(run.folder, "bare.log");
  const answers = await Promise.all(calls.map(async (call) => [`/v1/${call.path}.cgi`, await answerTo(server, call)]));
  await writeFile(answersFile, JSON.stringify(Object.fromEntries(answers)));
  const program = fileURLToPath(import.meta.resolve("./same-bytes-server.ts"));
  const child = startChild([process.execPath, program, answersFile], { logFile, cwd: run.folder });
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
  call: MeasuredCall,
): Promise<{ headers: Record<string, string>; body: string }> {
  const [name = "", value = ""] = server.authorization.split(": ");
  const answer = await fetch(`${server.url}/v1/${call.path}.cgi`, {
    method: "POST",
    headers: { [name]: value, "content-type": "application/json" },
    body: JSON.stringify(call.body),
  });
  if (answer.status !== 200) throw new Error(`${call.path} was answered with ${answer.status}.`);
  // These three Node writes by itself.
  const ofNode = new Set(["date", "connection", "keep-alive"]);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !ofNode.has(name)));
  return { headers, body: await answer.text() };
}
