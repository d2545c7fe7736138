import { randomUUID } from "node:crypto";
import { startBareServer } from "./bare-server.ts";
import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, uploadText } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { runWrk, writeFolderScript, writeWrkScript } from "./wrk.ts";

const CONNECTIONS = 64;
const AIM = 0.5;

/** One kind of small writes, sent by wrk. */
export interface SmallWrites {
  name: string;
  /** Requests per second. */
  rate(url: string, seconds: number): Promise<number>;
}

/** Measures calls that write a row or two, compared with a bare server that writes one durable row. */
export async function measureWrites(run: BenchRun): Promise<Comparison[]> {
  const server = await run.server();
  const link = await uploadText(server, "written.txt", "A few words to be kept.\n");
  const kinds = await smallWrites(server, link);
  const [token, mkdir] = [
    { path: "download/get_token", body: { url: link } },
    { path: "folder/mkdir", body: { folder_id: 0, name: "made" } },
  ];
  const created = await server.call(mkdir.path, mkdir.body);
  const rm = { path: "folder/rm", body: { folder_id: created["folder_id"] } };
  const again = { path: mkdir.path, body: { folder_id: 0, name: "made again" } };
  await using bare = await startBareServer(run, server, [token, again, rm], import.meta.resolve("./durable-server.ts"));
  const { requestRounds, secondsOfRequests, secondsOfWarmUp } = run.plan;
  const comparisons: Comparison[] = [];
  for (const { name, rate } of kinds) {
    const pairs: Pair[] = [];
    if (secondsOfWarmUp > 0) for (const url of [bare.url, server.url]) await rate(url, secondsOfWarmUp);
    for (let round = 0; round < requestRounds; round += 1) {
      const reference = await rate(bare.url, secondsOfRequests);
      pairs.push({ reference, ours: await rate(server.url, secondsOfRequests) });
    }
    const referenceName = "bare node:http, one durable row";
    comparisons.push(compare({ name, unit: "requests/s", referenceName, aim: AIM }, pairs));
  }
  return comparisons;
}

/** @param link of a file on that server */
export async function smallWrites(server: ConsigneChild, link: string): Promise<SmallWrites[]> {
  const token = await writeWrkScript({ path: "download/get_token", body: { url: link } }, server);
  const rate = async (url: string, script: string, seconds: number): Promise<number> =>
    (await runWrk(url, script, { connections: CONNECTIONS, seconds })).rate;
  return [
    {
      name: `download/get_token, ${CONNECTIONS} connections`,
      rate: (url, seconds) => rate(`${url}/v1/download/get_token.cgi`, token, seconds),
    },
    {
      name: `folder/mkdir and folder/rm, ${CONNECTIONS} connections`,
      rate: async (url, seconds) => rate(url, await writeFolderScript(server, randomUUID()), seconds),
    },
  ];
}
