import type { BenchRun } from "./bench-run.ts";
import { startBareServer } from "./bare-server.ts";
import { type ConsigneChild, uploadText } from "./consigne-child.ts";
import { fillFolder } from "./filled-folder.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { runWrk, type WrkCall, writeWrkScript } from "./wrk.ts";

const SUB_FOLDERS = 10;
const LISTED = 50;
const CONNECTIONS = 64;

interface MeasuredCall extends WrkCall {
  aim: number | undefined;
}

/** Measures the most frequent calls, compared with a server that answers with the same bytes without any work. */
export async function measureRequests(run: BenchRun): Promise<Comparison[]> {
  const server = await run.server();
  const calls: MeasuredCall[] = [
    { path: "file/info", body: { url: await uploadText(server, "notes.txt", "A few words to be kept.\n") }, aim: 0.55 },
    { path: "folder/ls", body: { folder_id: await makeFolders(server) }, aim: 0.55 },
    { path: "file/ls", body: { folder_id: await fillFolder(server, { name: "pictures", count: LISTED }) }, aim: 0.4 },
  ];
  await using bare = await startBareServer(run, server, calls, import.meta.resolve("./same-bytes-server.ts"));
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
  const { secondsOfWarmUp } = run.plan;
  if (secondsOfWarmUp > 0) for (const url of [urls.bare, urls.ours]) await rate(url, secondsOfWarmUp);
  const pairs: Pair[] = [];
  for (let round = 0; round < run.plan.requestRounds; round++) {
    const reference = await rate(urls.bare, run.plan.secondsOfRequests);
    pairs.push({ reference, ours: await rate(urls.ours, run.plan.secondsOfRequests) });
  }
  const head = {
    name: call.path === "file/ls" ? `file/ls of ${LISTED}` : call.path,
    unit: "requests/s",
    referenceName: "bare node:http, same bytes",
    aim: call.aim,
  } as const;
  return compare(head, pairs);
}

/** Returns the id of a folder that contains a few others. */
async function makeFolders(server: ConsigneChild): Promise<number> {
  const { folder_id: parent } = await server.call("folder/mkdir", { folder_id: 0, name: "photos" });
  for (let year = 0; year < SUB_FOLDERS; year++) {
    await server.call("folder/mkdir", { folder_id: parent, name: `${2000 + year}` });
  }
  return Number(parent);
}
